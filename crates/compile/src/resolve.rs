//! From the parser's types to those of [`types`](crate::types).

use std::collections::HashMap;
use std::sync::Arc;

use wasmparser::{AbstractHeapType, UnpackedIndex};

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
    /// Converts a type of functions: the next of `types`, which come before it.
    pub(crate) fn func_type(
        &mut self,
        ty: &wasmparser::FuncType,
        types: &[Arc<FuncType>],
    ) -> FuncType {
        let mut convert =
            |tys: &[wasmparser::ValType]| tys.iter().map(|&ty| self.val_type(ty, types)).collect();
        FuncType {
            params: convert(ty.params()),
            results: convert(ty.results()),
        }
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
        // Types refer to earlier ones only: recursive ones belong to another proposal.
        let UnpackedIndex::Module(index) = index else {
            return HeapType::Other;
        };
        let Some(ty) = types.get(index as usize) else {
            return HeapType::Other;
        };
        let id = *self.ids.entry(index).or_insert_with(|| ty.id());
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
