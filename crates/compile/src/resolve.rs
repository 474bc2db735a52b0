//! From the parser's types to those of [`types`](crate::types).

use std::collections::HashMap;
use std::sync::Arc;

use wasmparser::{AbstractHeapType, SubType, UnpackedIndex};

use crate::info::count;
use crate::types::{
    DefinedType, FuncType, GlobalType, HeapType, RefType, TableType, TypeId, ValType,
};

/// A type of functions, as a module defines it.
#[derive(Debug)]
pub(crate) struct Definition {
    function: wasmparser::FuncType,
    is_final: bool,
    /// The index of the type that it is a subtype of.
    supertype: Option<u32>,
}

impl Definition {
    /// `None` if it is not one of functions.
    pub(crate) fn new(ty: SubType) -> Option<Self> {
        let wasmparser::CompositeInnerType::Func(function) = ty.composite_type.inner else {
            return None;
        };
        Some(Self {
            function,
            is_final: ty.is_final,
            supertype: ty.supertype_idx.and_then(|index| index.as_module_index()),
        })
    }

    /// Whether it has a supertype, or may have subtypes.
    pub(crate) fn is_of_hierarchy(&self) -> bool {
        !self.is_final || self.supertype.is_some()
    }
}

/// Converts types, and knows which types references of a module are about.
#[derive(Debug, Default)]
pub(crate) struct Resolver {
    /// What identifies the types that something refers to.
    ids: HashMap<u32, TypeId>,
}

impl Resolver {
    /// Converts the types of a recursive group: the next of `types`, which come before them.
    ///
    /// A group of one type that does not refer to itself, and neither has nor may have subtypes or a
    /// supertype, is just that type. All are types of functions.
    pub(crate) fn group(&mut self, group: &[Definition], types: &mut Vec<Arc<FuncType>>) {
        let first = count(types.len());
        let end = first + count(group.len());
        let is_within = |ty: &wasmparser::ValType| match ty {
            wasmparser::ValType::Ref(ty) => match ty.heap_type() {
                wasmparser::HeapType::Concrete(index) => {
                    (index.as_module_index()).is_some_and(|index| (first..end).contains(&index))
                }
                wasmparser::HeapType::Abstract { .. } => false,
            },
            _ => false,
        };
        let is_recursive = |ty: &Definition| {
            let function = &ty.function;
            function
                .params()
                .iter()
                .chain(function.results())
                .any(is_within)
        };
        if let [ty] = group
            && !ty.is_of_hierarchy()
            && !is_recursive(ty)
        {
            types.push(Arc::new(self.func_type(&ty.function, types)));
            return;
        }
        self.ids
            .extend((first..end).map(|index| (index, TypeId::within_group(index - first))));
        let converted: Vec<_> = group
            .iter()
            .map(|ty| {
                let supertype = ty
                    .supertype
                    .and_then(|index| match index.checked_sub(first) {
                        Some(position) => Some(TypeId::within_group(position)),
                        None => Some(types.get(index as usize)?.id()),
                    });
                (self.func_type(&ty.function, types), ty.is_final, supertype)
            })
            .collect();
        let ids = TypeId::of_group(&converted);
        self.ids.extend((first..end).zip(ids.iter().copied()));
        for (ty, id) in group.iter().zip(ids) {
            // It comes before its subtypes, be it of the same group.
            let supertype = (ty.supertype).and_then(|index| types.get(index as usize).cloned());
            let function = self.func_type(&ty.function, types);
            types.push(Arc::new(function.of_group(id, supertype)));
        }
    }

    fn func_type(&mut self, ty: &wasmparser::FuncType, types: &[Arc<FuncType>]) -> FuncType {
        let mut convert =
            |tys: &[wasmparser::ValType]| tys.iter().map(|&ty| self.val_type(ty, types)).collect();
        let params = convert(ty.params());
        FuncType::new(params, convert(ty.results()))
    }

    /// Converts a type; `types` are those that the module has defined so far.
    pub(crate) fn val_type(&mut self, ty: wasmparser::ValType, types: &[Arc<FuncType>]) -> ValType {
        match ty {
            wasmparser::ValType::Ref(ty) => ValType::Ref(self.ref_type(ty, types)),
            ty => ty.into(),
        }
    }

    fn ref_type(&mut self, ty: wasmparser::RefType, types: &[Arc<FuncType>]) -> RefType {
        match ty.heap_type() {
            wasmparser::HeapType::Abstract { .. } => ty.into(),
            wasmparser::HeapType::Concrete(index) => RefType {
                nullable: ty.is_nullable(),
                heap: self.defined(index, types),
            },
        }
    }

    fn defined(&mut self, index: UnpackedIndex, types: &[Arc<FuncType>]) -> HeapType {
        let UnpackedIndex::Module(index) = index else {
            return HeapType::Other;
        };
        // Those of the group that is being converted are known, and they alone come later.
        let known = self.ids.get(&index).copied();
        let Some(id) = known.or_else(|| Some(types.get(index as usize)?.id())) else {
            return HeapType::Other;
        };
        self.ids.insert(index, id);
        HeapType::Concrete(DefinedType::new(index, id))
    }

    pub(crate) fn table_type(
        &mut self,
        ty: wasmparser::TableType,
        types: &[Arc<FuncType>],
    ) -> TableType {
        TableType {
            element: self.ref_type(ty.element_type, types),
            minimum: ty.initial,
            maximum: ty.maximum,
            table64: ty.table64,
        }
    }

    pub(crate) fn global_type(
        &mut self,
        ty: wasmparser::GlobalType,
        types: &[Arc<FuncType>],
    ) -> GlobalType {
        GlobalType {
            content: self.val_type(ty.content_type, types),
            mutable: ty.mutable,
        }
    }
}

/// For types of which it does not matter what a module defines: references to its types become ones
/// to [something else](HeapType::Other).
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

/// As for [`ValType`].
impl From<wasmparser::RefType> for RefType {
    fn from(ty: wasmparser::RefType) -> Self {
        Self {
            nullable: ty.is_nullable(),
            heap: match ty.heap_type() {
                wasmparser::HeapType::Abstract { ty, .. } => abstract_heap_type(ty),
                wasmparser::HeapType::Concrete(_) => HeapType::Other,
            },
        }
    }
}

fn abstract_heap_type(ty: AbstractHeapType) -> HeapType {
    match ty {
        AbstractHeapType::Func => HeapType::Func,
        AbstractHeapType::Extern => HeapType::Extern,
        AbstractHeapType::NoFunc => HeapType::NoFunc,
        AbstractHeapType::NoExtern => HeapType::NoExtern,
        AbstractHeapType::Exn => HeapType::Exn,
        AbstractHeapType::NoExn => HeapType::NoExn,
        AbstractHeapType::Any => HeapType::Any,
        AbstractHeapType::Eq => HeapType::Eq,
        AbstractHeapType::I31 => HeapType::I31,
        AbstractHeapType::Struct => HeapType::Struct,
        AbstractHeapType::Array => HeapType::Array,
        AbstractHeapType::None => HeapType::None,
        AbstractHeapType::Cont | AbstractHeapType::NoCont => HeapType::Other,
    }
}
