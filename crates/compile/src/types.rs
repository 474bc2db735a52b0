//! Module-level types, owned and stable.
//!
//! These mirror the [types of the core specification][types]. They are separate from the types of
//! the parser and of the engine because they keep what the engine erases: nullability, heap types
//! and declared limits, all of which import matching and null checks need.
//!
//! [types]: https://webassembly.github.io/spec/core/syntax/types.html

use std::fmt;
use std::sync::Arc;

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

    /// Whether values of this type are references to host values.
    pub fn is_extern(self) -> bool {
        matches!(
            self,
            Self::Ref(RefType {
                heap: HeapType::Extern | HeapType::NoExtern,
                ..
            })
        )
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

impl From<wasmparser::ValType> for ValType {
    fn from(ty: wasmparser::ValType) -> Self {
        match ty {
            wasmparser::ValType::I32 => Self::I32,
            wasmparser::ValType::I64 => Self::I64,
            wasmparser::ValType::F32 => Self::F32,
            wasmparser::ValType::F64 => Self::F64,
            wasmparser::ValType::V128 => Self::V128,
            wasmparser::ValType::Ref(ty) => Self::Ref(ty.into()),
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
            _ => None,
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

impl From<wasmparser::RefType> for RefType {
    fn from(ty: wasmparser::RefType) -> Self {
        Self {
            nullable: ty.is_nullable(),
            heap: ty.heap_type().into(),
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
    /// The type at this index of the module's type section.
    Concrete(u32),
    /// A heap type of a proposal that has no name here.
    Other,
}

impl HeapType {
    /// Whether whatever this describes, `other` describes, too. Of types that a module defines, all
    /// are functions, and none is a subtype of another.
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
            Self::Concrete(index) => return write!(f, "{index}"),
            Self::Other => "?",
        })
    }
}

impl From<wasmparser::HeapType> for HeapType {
    fn from(ty: wasmparser::HeapType) -> Self {
        use wasmparser::AbstractHeapType as Abstract;
        match ty {
            wasmparser::HeapType::Abstract { ty, .. } => match ty {
                Abstract::Func => Self::Func,
                Abstract::Extern => Self::Extern,
                Abstract::NoFunc => Self::NoFunc,
                Abstract::NoExtern => Self::NoExtern,
                Abstract::Exn => Self::Exn,
                Abstract::NoExn => Self::NoExn,
                Abstract::Any => Self::Any,
                Abstract::Eq => Self::Eq,
                Abstract::I31 => Self::I31,
                Abstract::Struct => Self::Struct,
                Abstract::Array => Self::Array,
                Abstract::None => Self::None,
                Abstract::Cont | Abstract::NoCont => Self::Other,
            },
            wasmparser::HeapType::Concrete(index) => match index.as_module_index() {
                Some(index) => Self::Concrete(index),
                None => Self::Other,
            },
        }
    }
}

/// A [function type](https://webassembly.github.io/spec/core/syntax/types.html#function-types).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FuncType {
    /// The types of the parameters.
    pub params: Box<[ValType]>,
    /// The types of the results.
    pub results: Box<[ValType]>,
}

impl FuncType {
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

impl From<&wasmparser::FuncType> for FuncType {
    fn from(ty: &wasmparser::FuncType) -> Self {
        Self {
            params: ty.params().iter().map(|&ty| ty.into()).collect(),
            results: ty.results().iter().map(|&ty| ty.into()).collect(),
        }
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

impl From<wasmparser::TableType> for TableType {
    fn from(ty: wasmparser::TableType) -> Self {
        Self {
            element: ty.element_type.into(),
            minimum: ty.initial,
            maximum: ty.maximum,
            table64: ty.table64,
        }
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

impl From<wasmparser::GlobalType> for GlobalType {
    fn from(ty: wasmparser::GlobalType) -> Self {
        Self {
            content: ty.content_type.into(),
            mutable: ty.mutable,
        }
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
