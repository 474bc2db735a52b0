//! Module-level types, owned and stable.
//!
//! These mirror the [types of the core specification][types]. They are separate from the types of
//! the parser and of the engine because they keep what the engine erases: nullability, heap types
//! and declared limits, all of which import matching and null checks need.
//!
//! [types]: https://webassembly.github.io/spec/core/syntax/types.html

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use sha2::{Digest, Sha256};

/// A [value type](https://webassembly.github.io/spec/core/syntax/types.html#value-types).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValType {
    /// 32-bit integers.
    I32,
    /// 64-bit integers.
    I64,
    /// 32-bit floats.
    F32,
    /// 64-bit floats.
    F64,
    /// 128-bit vectors.
    V128,
    /// References.
    Ref(RefType),
}

impl ValType {
    /// Whether values of this type are references.
    pub fn is_ref(self) -> bool {
        matches!(self, Self::Ref(_))
    }

    /// Whether values of this type are references to host values, once they are lowered: references
    /// to internal values are.
    pub fn is_extern(self) -> bool {
        match self {
            Self::Ref(ty) => {
                matches!(ty.heap, HeapType::Extern | HeapType::NoExtern) || ty.heap.is_internal()
            }
            _ => false,
        }
    }

    /// Whether every value of this type is one of type `other`, too.
    ///
    /// <https://webassembly.github.io/spec/core/valid/matching.html#value-types>
    pub fn matches(self, other: Self) -> bool {
        match (self, other) {
            (Self::Ref(ty), Self::Ref(other)) => ty.matches(other),
            _ => self == other,
        }
    }

    /// Whether values of this type are references to exceptions.
    pub fn is_exception(self) -> bool {
        matches!(self, Self::Ref(ty) if ty.is_exception())
    }

    fn digest(self, hasher: &mut Sha256) {
        let Self::Ref(RefType { nullable, heap }) = self else {
            hasher.update([match self {
                Self::I32 => 1,
                Self::I64 => 2,
                Self::F32 => 3,
                Self::F64 => 4,
                _ => 5,
            }]);
            return;
        };
        let number = match heap {
            HeapType::Func => 1,
            HeapType::Extern => 2,
            HeapType::NoFunc => 3,
            HeapType::NoExtern => 4,
            HeapType::Exn => 5,
            HeapType::NoExn => 6,
            HeapType::Any => 7,
            HeapType::Eq => 8,
            HeapType::I31 => 9,
            HeapType::Struct => 10,
            HeapType::Array => 11,
            HeapType::None => 12,
            HeapType::Other => 13,
            HeapType::Concrete(_) => 14,
        };
        hasher.update([6 + u8::from(nullable), number]);
        if let HeapType::Concrete(ty) = heap {
            hasher.update(ty.id.0);
        }
    }

    /// The engine's type for values of this type, erased where the engine knows no better one.
    ///
    /// `None` for types which the engine has no representation for.
    pub fn to_wasmi(self) -> Option<wasmi::ValType> {
        Some(match self {
            Self::I32 => wasmi::ValType::I32,
            Self::I64 => wasmi::ValType::I64,
            Self::F32 => wasmi::ValType::F32,
            Self::F64 => wasmi::ValType::F64,
            Self::V128 => wasmi::ValType::V128,
            Self::Ref(ty) => match ty.to_wasmi()? {
                wasmi::RefType::Func => wasmi::ValType::FuncRef,
                wasmi::RefType::Extern => wasmi::ValType::ExternRef,
            },
        })
    }
}

impl fmt::Display for ValType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I32 => f.write_str("i32"),
            Self::I64 => f.write_str("i64"),
            Self::F32 => f.write_str("f32"),
            Self::F64 => f.write_str("f64"),
            Self::V128 => f.write_str("v128"),
            Self::Ref(ty) => ty.fmt(f),
        }
    }
}

/// A [reference type](https://webassembly.github.io/spec/core/syntax/types.html#reference-types).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RefType {
    /// Whether null is a value of this type.
    pub nullable: bool,
    /// What the reference points to.
    pub heap: HeapType,
}

impl RefType {
    /// `funcref`, that is `(ref null func)`.
    pub const FUNCREF: Self = Self {
        nullable: true,
        heap: HeapType::Func,
    };
    /// `externref`, that is `(ref null extern)`.
    pub const EXTERNREF: Self = Self {
        nullable: true,
        heap: HeapType::Extern,
    };

    /// Whether every reference of this type is one of type `other`, too.
    ///
    /// <https://webassembly.github.io/spec/core/valid/matching.html#reference-types>
    pub fn matches(self, other: Self) -> bool {
        (other.nullable || !self.nullable) && self.heap.matches(other.heap)
    }

    /// The engine's erased reference type, `None` where it has none.
    pub fn to_wasmi(self) -> Option<wasmi::RefType> {
        match self.heap {
            HeapType::Func | HeapType::NoFunc | HeapType::Concrete(_) => Some(wasmi::RefType::Func),
            // References to exceptions are lowered to host values.
            HeapType::Extern | HeapType::NoExtern | HeapType::Exn | HeapType::NoExn => {
                Some(wasmi::RefType::Extern)
            }
            heap => heap.is_internal().then_some(wasmi::RefType::Extern),
        }
    }

    /// Whether these are references to exceptions.
    pub fn is_exception(self) -> bool {
        matches!(self.heap, HeapType::Exn | HeapType::NoExn)
    }
}

impl fmt::Display for RefType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.nullable, self.heap) {
            (true, HeapType::Func) => f.write_str("funcref"),
            (true, HeapType::Extern) => f.write_str("externref"),
            (true, heap) => write!(f, "(ref null {heap})"),
            (false, heap) => write!(f, "(ref {heap})"),
        }
    }
}

/// A [heap type](https://webassembly.github.io/spec/core/syntax/types.html#heap-types).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeapType {
    /// Any function.
    Func,
    /// Any host value.
    Extern,
    /// The bottom type of functions.
    NoFunc,
    /// The bottom type of host values.
    NoExtern,
    /// Any exception.
    Exn,
    /// The bottom type of exceptions.
    NoExn,
    /// Any internal value.
    Any,
    /// Any comparable internal value.
    Eq,
    /// 31-bit integers.
    I31,
    /// Any structure.
    Struct,
    /// Any array.
    Array,
    /// The bottom type of internal values.
    None,
    /// A function of a type that the module defines.
    Concrete(DefinedType),
    /// A heap type of a proposal that has no name here.
    Other,
}

impl HeapType {
    /// Whether this describes internal values, of which there are no others here than 31-bit
    /// integers and host values.
    pub fn is_internal(self) -> bool {
        matches!(
            self,
            Self::Any | Self::Eq | Self::I31 | Self::Struct | Self::Array | Self::None
        )
    }

    /// Whether whatever this describes, `other` describes, too. Of types that a module defines, all
    /// are functions; which of them are subtypes of others is not known here.
    ///
    /// <https://webassembly.github.io/spec/core/valid/matching.html#heap-types>
    pub fn matches(self, other: Self) -> bool {
        match (self, other) {
            (Self::NoFunc, Self::Func | Self::Concrete(_))
            | (Self::Concrete(_), Self::Func)
            | (Self::NoExtern, Self::Extern)
            | (Self::NoExn, Self::Exn)
            | (Self::None, Self::Any | Self::Eq | Self::I31 | Self::Struct | Self::Array)
            | (Self::I31 | Self::Struct | Self::Array, Self::Eq | Self::Any)
            | (Self::Eq, Self::Any) => true,
            _ => self == other,
        }
    }
}

impl fmt::Display for HeapType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Func => "func",
            Self::Extern => "extern",
            Self::NoFunc => "nofunc",
            Self::NoExtern => "noextern",
            Self::Exn => "exn",
            Self::NoExn => "noexn",
            Self::Any => "any",
            Self::Eq => "eq",
            Self::I31 => "i31",
            Self::Struct => "struct",
            Self::Array => "array",
            Self::None => "none",
            Self::Concrete(ty) => return write!(f, "{}", ty.index),
            Self::Other => "?",
        })
    }
}

/// What identifies a function type in all modules.
///
/// Types of different modules are equal if they have the same structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeId([u8; 16]);

impl TypeId {
    fn of(hasher: Sha256) -> Self {
        let digest: [u8; 32] = hasher.finalize().into();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        Self(id)
    }

    /// What stands for the type at a position of a recursive group within that group.
    pub(crate) fn within_group(position: u32) -> Self {
        let mut id = [0xff; 16];
        id[..4].copy_from_slice(&position.to_le_bytes());
        Self(id)
    }

    /// What identifies the types of a recursive group, which refer to each other by
    /// [`within_group`](Self::within_group). With each type comes whether it is final, and its
    /// supertype.
    pub(crate) fn of_group(types: &[(FuncType, bool, Option<Self>)]) -> Vec<Self> {
        let mut hasher = Sha256::new();
        hasher.update((types.len() as u64).to_le_bytes());
        for (ty, is_final, supertype) in types {
            hasher.update([u8::from(*is_final), u8::from(supertype.is_some())]);
            if let Some(supertype) = supertype {
                hasher.update(supertype.0);
            }
            ty.digest(&mut hasher);
        }
        let group = Self::of(hasher);
        (0_u64..)
            .zip(types)
            .map(|(position, _)| {
                let mut hasher = Sha256::new();
                hasher.update(b"type of a recursive group");
                hasher.update(group.0);
                hasher.update(position.to_le_bytes());
                Self::of(hasher)
            })
            .collect()
    }
}

/// A function type that a module defines, as references to its functions have it.
///
/// Such types can be compared across modules.
#[derive(Clone, Copy, Debug)]
pub struct DefinedType {
    /// The index in the module's type section.
    index: u32,
    id: TypeId,
}

impl DefinedType {
    pub(crate) fn new(index: u32, id: TypeId) -> Self {
        Self { index, id }
    }

    /// What identifies the type.
    pub fn id(&self) -> TypeId {
        self.id
    }
}

impl PartialEq for DefinedType {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for DefinedType {}

impl Hash for DefinedType {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

/// A [function type](https://webassembly.github.io/spec/core/syntax/types.html#function-types).
#[derive(Clone, Debug)]
pub struct FuncType {
    /// The types of the parameters.
    pub params: Box<[ValType]>,
    /// The types of the results.
    pub results: Box<[ValType]>,
    /// What identifies the type, if that is not its structure alone.
    id: Option<TypeId>,
    /// The type that it was declared a subtype of.
    supertype: Option<Arc<Self>>,
}

impl PartialEq for FuncType {
    fn eq(&self, other: &Self) -> bool {
        match (self.id, other.id) {
            (Some(id), Some(other)) => id == other,
            (None, None) => self.params == other.params && self.results == other.results,
            _ => false,
        }
    }
}

impl Eq for FuncType {}

impl Hash for FuncType {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.id {
            Some(id) => id.hash(state),
            None => (&self.params, &self.results).hash(state),
        }
    }
}

impl FuncType {
    /// The type of functions with these parameters and results.
    pub fn new(params: Box<[ValType]>, results: Box<[ValType]>) -> Self {
        Self {
            params,
            results,
            id: None,
            supertype: None,
        }
    }

    /// The type as a member of a recursive group, by which it differs from others that look the
    /// same.
    pub(crate) fn of_group(self, id: TypeId, supertype: Option<Arc<Self>>) -> Self {
        Self {
            id: Some(id),
            supertype,
            ..self
        }
    }

    /// Whether functions of this type are functions of type `other`, too.
    ///
    /// <https://webassembly.github.io/spec/core/valid/matching.html#defined-types>
    pub fn matches(&self, other: &Self) -> bool {
        self.with_supertypes().any(|ty| ty == other)
    }

    /// Whether functions of this type are functions of the type which `id` identifies, too.
    pub fn is(&self, id: TypeId) -> bool {
        self.with_supertypes().any(|ty| ty.id() == id)
    }

    fn with_supertypes(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |ty| ty.supertype.as_deref())
    }

    /// What identifies the type: functions with equal types have the same.
    pub fn id(&self) -> TypeId {
        if let Some(id) = self.id {
            return id;
        }
        let mut hasher = Sha256::new();
        self.digest(&mut hasher);
        TypeId::of(hasher)
    }

    fn digest(&self, hasher: &mut Sha256) {
        for types in [&self.params, &self.results] {
            hasher.update((types.len() as u64).to_le_bytes());
            for ty in types {
                ty.digest(hasher);
            }
        }
    }

    /// The engine's type, erased; `None` if the engine cannot represent one of the value types.
    pub fn to_wasmi(&self) -> Option<wasmi::FuncType> {
        let convert = |types: &[ValType]| {
            types
                .iter()
                .map(|ty| ty.to_wasmi())
                .collect::<Option<Vec<_>>>()
        };
        Some(wasmi::FuncType::new(
            convert(&self.params)?,
            convert(&self.results)?,
        ))
    }
}

impl fmt::Display for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(func")?;
        for (word, types) in [("param", &self.params), ("result", &self.results)] {
            if !types.is_empty() {
                write!(f, " ({word}")?;
                for ty in types {
                    write!(f, " {ty}")?;
                }
                f.write_str(")")?;
            }
        }
        f.write_str(")")
    }
}

/// A [table type](https://webassembly.github.io/spec/core/syntax/types.html#table-types).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TableType {
    /// The type of the elements.
    pub element: RefType,
    /// The least number of elements.
    pub minimum: u64,
    /// The greatest number of elements, if bounded.
    pub maximum: Option<u64>,
    /// Whether indices are 64 bits wide.
    pub table64: bool,
}

impl TableType {
    /// The engine's type, erased; `None` if the engine cannot represent it.
    pub fn to_wasmi(&self) -> Option<wasmi::TableType> {
        let element = self.element.to_wasmi()?;
        if self.table64 {
            return Some(wasmi::TableType::new64(element, self.minimum, self.maximum));
        }
        let minimum = u32::try_from(self.minimum).ok()?;
        let maximum = self.maximum.map(u32::try_from).transpose().ok()?;
        Some(wasmi::TableType::new(element, minimum, maximum))
    }
}

/// A [memory type](https://webassembly.github.io/spec/core/syntax/types.html#memory-types).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MemoryType {
    /// The least number of pages.
    pub minimum: u64,
    /// The greatest number of pages, if bounded.
    pub maximum: Option<u64>,
    /// Whether addresses are 64 bits wide.
    pub memory64: bool,
    /// Whether the memory can be shared between agents.
    pub shared: bool,
    /// The base-2 logarithm of the page size in bytes: 16 unless the module customises it.
    pub page_size_log2: u32,
}

impl MemoryType {
    /// The engine's type; `None` if the engine cannot represent it.
    pub fn to_wasmi(&self) -> Option<wasmi::MemoryType> {
        if self.shared {
            return None;
        }
        let mut builder = wasmi::MemoryType::builder();
        builder
            .min(self.minimum)
            .max(self.maximum)
            .memory64(self.memory64)
            .page_size_log2(u8::try_from(self.page_size_log2).ok()?);
        builder.build().ok()
    }
}

impl From<wasmparser::MemoryType> for MemoryType {
    fn from(ty: wasmparser::MemoryType) -> Self {
        Self {
            minimum: ty.initial,
            maximum: ty.maximum,
            memory64: ty.memory64,
            shared: ty.shared,
            page_size_log2: ty.page_size_log2.unwrap_or(16),
        }
    }
}

/// A [global type](https://webassembly.github.io/spec/core/syntax/types.html#global-types).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GlobalType {
    /// The type of the value.
    pub content: ValType,
    /// Whether the value can change.
    pub mutable: bool,
}

impl GlobalType {
    /// The engine's type, erased; `None` if the engine cannot represent it.
    pub fn to_wasmi(&self) -> Option<wasmi::GlobalType> {
        let mutability = if self.mutable {
            wasmi::Mutability::Var
        } else {
            wasmi::Mutability::Const
        };
        Some(wasmi::GlobalType::new(self.content.to_wasmi()?, mutability))
    }
}

/// An [external type](https://webassembly.github.io/spec/core/syntax/types.html#external-types).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExternType {
    /// The type of a function.
    Func(Arc<FuncType>),
    /// The type of a table.
    Table(TableType),
    /// The type of a memory.
    Memory(MemoryType),
    /// The type of a global.
    Global(GlobalType),
    /// The type of a tag: the parameters are the types of an exception's payload.
    Tag(Arc<FuncType>),
}

impl ExternType {
    /// Which kind of thing has this type.
    pub fn kind(&self) -> ExternKind {
        match self {
            Self::Func(_) => ExternKind::Func,
            Self::Table(_) => ExternKind::Table,
            Self::Memory(_) => ExternKind::Memory,
            Self::Global(_) => ExternKind::Global,
            Self::Tag(_) => ExternKind::Tag,
        }
    }
}

/// The kinds of things that modules import and export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ExternKind {
    /// A function.
    Func,
    /// A table.
    Table,
    /// A memory.
    Memory,
    /// A global.
    Global,
    /// A tag of exceptions.
    Tag,
}

impl ExternKind {
    /// The [`ImportExportKind`][kind] of the JavaScript interface.
    ///
    /// [kind]: https://webassembly.github.io/spec/js-api/#enumdef-importexportkind
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Func => "function",
            Self::Table => "table",
            Self::Memory => "memory",
            Self::Global => "global",
            Self::Tag => "tag",
        }
    }
}

impl fmt::Display for ExternKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
