//! Indices and types, as they are in the lowered module.

use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{AbstractHeapType, RefType, ValType};
use wasmparser::AbstractHeapType as Parsed;

use super::layout::Layout;
use crate::CompileError;
use crate::types;

/// Moves indices to where the layout has them, and makes references to exceptions such to host
/// values.
pub(super) struct Erase<'a>(pub(super) &'a Layout);

impl Reencode for Erase<'_> {
    type Error = Infallible;

    fn function_index(&mut self, index: u32) -> u32 {
        self.0.function(index)
    }

    fn global_index(&mut self, index: u32) -> u32 {
        self.0.global(index)
    }

    fn abstract_heap_type(&mut self, ty: Parsed) -> AbstractHeapType {
        match ty {
            Parsed::Exn | Parsed::NoExn => AbstractHeapType::Extern,
            ty => utils::abstract_heap_type(self, ty),
        }
    }

    fn ref_type(&mut self, ty: wasmparser::RefType) -> Result<RefType, Error> {
        if types::RefType::from(ty).is_exception() {
            return Ok(RefType::EXTERNREF);
        }
        utils::ref_type(self, ty)
    }
}

/// What cannot happen to a module that was validated.
pub(super) fn failed(error: Error) -> CompileError {
    CompileError::internal(format!("exceptions could not be lowered: {error}"))
}

/// An erased type for the encoder.
pub(crate) fn encoded(ty: types::ValType) -> ValType {
    match ty {
        types::ValType::I32 => ValType::I32,
        types::ValType::I64 => ValType::I64,
        types::ValType::F32 => ValType::F32,
        types::ValType::F64 => ValType::F64,
        types::ValType::V128 => ValType::V128,
        types::ValType::Ref(types::RefType::FUNCREF) => ValType::FUNCREF,
        types::ValType::Ref(_) => ValType::EXTERNREF,
    }
}
