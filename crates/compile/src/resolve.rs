//! From the parser's types to those of [`types`](crate::types).

use std::collections::HashMap;
use std::sync::Arc;

use wasmparser::{AbstractHeapType, UnpackedIndex};

use crate::info::count;
use crate::types::{
    DefinedType, FuncType, GlobalType, HeapType, RefType, TableType, TypeId, ValType,
};

/// Converts types, and knows which types references of a module are about.
#[derive(Debug, Default)]
pub(crate) struct Resolver {
    /// What identifies the types that something refers to.
    ids: HashMap<u32, TypeId>,
}

impl Resolver {
    /// Converts the types of a recursive group: the next of `types`, which come before them.
    ///
    /// A group of one type that does not refer to itself is just that type.
    pub(crate) fn group(
        &mut self,
        group: &[wasmparser::FuncType],
        types: &[Arc<FuncType>],
    ) -> Vec<FuncType> {
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
        let is_recursive =
            |ty: &wasmparser::FuncType| ty.params().iter().chain(ty.results()).any(is_within);
        if !(group.len() > 1 || group.iter().any(is_recursive)) {
            return group.iter().map(|ty| self.func_type(ty, types)).collect();
        }
        self.ids
            .extend((first..end).map(|index| (index, TypeId::within_group(index - first))));
        let converted: Vec<_> = group.iter().map(|ty| self.func_type(ty, types)).collect();
        let ids = TypeId::of_group(&converted);
        self.ids.extend((first..end).zip(ids.iter().copied()));
        group
            .iter()
            .zip(ids)
            .map(|(ty, id)| self.func_type(ty, types).of_group(id))
            .collect()
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
