//! Typed function references.
//!
//! <https://github.com/WebAssembly/function-references>
//!
//! Their types are erased. What remains are five instructions. A function is called by reference
//! through a hidden table of one element: the engine then compares its type, and traps on null.

use wasm_encoder::{BlockType, Instruction};
use wasmparser::{Operator, ValType};

use super::erase::{Erased, erase};
use super::rewrite::{Place, Writer};
use crate::CompileError;

/// Writes what an instruction is lowered to; false if it is none of these.
pub(crate) fn lower(
    operator: &Operator<'_>,
    place: &Place<'_>,
    writer: &mut Writer,
) -> Result<bool, CompileError> {
    match *operator {
        Operator::CallRef { type_index } => {
            set_callee(place, writer);
            writer.instructions(&[Instruction::CallIndirect {
                type_index,
                table_index: place.tables,
            }]);
        }
        Operator::ReturnCallRef { type_index } => {
            set_callee(place, writer);
            writer.instructions(&[Instruction::ReturnCallIndirect {
                type_index,
                table_index: place.tables,
            }]);
        }
        Operator::RefAsNonNull => {
            let reference = temporary(place, writer)?;
            writer.instructions(&[
                Instruction::LocalTee(reference),
                Instruction::RefIsNull,
                Instruction::If(BlockType::Empty),
                Instruction::Unreachable,
                Instruction::End,
                Instruction::LocalGet(reference),
            ]);
        }
        Operator::BrOnNull { relative_depth } => {
            let reference = temporary(place, writer)?;
            writer.instructions(&[
                Instruction::LocalTee(reference),
                Instruction::RefIsNull,
                Instruction::BrIf(relative_depth),
                Instruction::LocalGet(reference),
            ]);
        }
        Operator::BrOnNonNull { relative_depth } => {
            let reference = temporary(place, writer)?;
            writer.instructions(&[
                Instruction::LocalTee(reference),
                Instruction::LocalGet(reference),
                Instruction::RefIsNull,
                Instruction::I32Eqz,
                Instruction::BrIf(relative_depth),
                Instruction::Drop,
            ]);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Moves the function on top of the stack into the hidden table, and leaves its index there.
fn set_callee(place: &Place<'_>, writer: &mut Writer) {
    let callee = writer.temporary(Erased::Func.val_type(), 0);
    writer.additions.call_table = true;
    writer.instructions(&[
        Instruction::LocalSet(callee),
        Instruction::I32Const(0),
        Instruction::LocalGet(callee),
        Instruction::TableSet(place.tables),
        Instruction::I32Const(0),
    ]);
}

/// The local for the reference on top of the stack.
fn temporary(place: &Place<'_>, writer: &mut Writer) -> Result<u32, CompileError> {
    match place.operand {
        Some(ValType::Ref(ty)) => erase(ty.heap_type()),
        _ => None,
    }
    .map(|erased| writer.temporary(erased.val_type(), 0))
    .ok_or_else(|| CompileError::internal("an operand that is not a reference"))
}
