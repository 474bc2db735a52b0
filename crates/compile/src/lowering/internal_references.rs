//! References to internal values: those of the garbage collection proposal, as far as there are any.
//!
//! <https://github.com/WebAssembly/gc>
//!
//! Structures and arrays are refused, so all internal values are 31-bit integers, and host values
//! that were made internal. The JavaScript API does not tell such integers from numbers, nor host
//! values from what they were before. So all these references are host values to the engine, and
//! what makes internal ones external, or the reverse, does nothing. What makes an integer a
//! reference, takes it out or compares is done by the embedder: functions in a hidden table, which
//! is filled before any code of the instance runs.

use wasm_encoder::{BlockType, Encode, Instruction};
use wasmparser::{
    AbstractHeapType, HeapType, Operator, RefType, UnpackedIndex, ValType, WasmModuleResources as _,
};

use super::erase::{Erased, erase};
use super::rewrite::{Place, Writer};
use crate::CompileError;

/// What the embedder does, by its place in the [table](crate::Lowering::helpers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Helper {
    /// `ref.i31`: from an `i32`, of which the lower 31 bits count, to a host value.
    Make,
    /// `i31.get_u`: from a host value to an `i32`. It traps if there is none.
    Value,
    /// From a host value to an `i32`: 1 if it is a 31-bit integer.
    Test,
    /// `ref.eq`: from two host values to an `i32`.
    Equal,
    /// From a function and the index of a type of the module to an `i32`: 1 if it is of that type.
    /// The engine does not tell types apart that look the same to it.
    HasType,
}

impl Helper {
    /// All of them, in their order in the table.
    pub const ALL: [Self; 5] = [
        Self::Make,
        Self::Value,
        Self::Test,
        Self::Equal,
        Self::HasType,
    ];

    /// The entries that these need in the type section.
    pub(crate) const TYPES: [&'static [u8]; 4] = [
        &[0x60, 1, 0x7f, 1, 0x6f],
        &[0x60, 1, 0x6f, 1, 0x7f],
        &[0x60, 2, 0x6f, 0x6f, 1, 0x7f],
        &[0x60, 2, 0x70, 0x7f, 1, 0x7f],
    ];

    /// The place of its type among [`TYPES`](Self::TYPES).
    fn ty(self) -> u32 {
        match self {
            Self::Make => 0,
            Self::Value | Self::Test => 1,
            Self::Equal => 2,
            Self::HasType => 3,
        }
    }
}

/// A passive element segment whose elements only code can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodedSegment {
    pub(crate) index: u32,
    /// Where its elements begin in the hidden table.
    pub(crate) base: u32,
}

/// Where the helpers are in a module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Helpers {
    /// The index of the first of their types.
    pub(crate) types: u32,
    /// The index of their table.
    pub(crate) table: u32,
}

impl Helpers {
    /// The index of the table that has the elements of the passive element segments which need
    /// code, one after the other.
    pub(crate) fn segments(self) -> u32 {
        self.table + 1
    }

    /// The instructions that call one.
    fn call(self, helper: Helper) -> [Instruction<'static>; 2] {
        [
            Instruction::I32Const(helper as i32),
            Instruction::CallIndirect {
                type_index: self.types + helper.ty(),
                table_index: self.table,
            },
        ]
    }

    /// Writes the call of one.
    pub(crate) fn encode_call(self, helper: Helper, out: &mut Vec<u8>) {
        for instruction in self.call(helper) {
            instruction.encode(out);
        }
    }
}

/// Writes what an instruction is lowered to; false if it is none of these.
pub(crate) fn lower(
    operator: &Operator<'_>,
    place: &Place<'_>,
    writer: &mut Writer,
) -> Result<bool, CompileError> {
    match *operator {
        Operator::RefI31 => call(Helper::Make, place, writer),
        Operator::I31GetU => call(Helper::Value, place, writer),
        Operator::I31GetS => {
            call(Helper::Value, place, writer);
            writer.instructions(&[
                Instruction::I32Const(1),
                Instruction::I32Shl,
                Instruction::I32Const(1),
                Instruction::I32ShrS,
            ]);
        }
        Operator::TableInit { elem_index, table } => {
            let Some((segment, base)) = place.segment(elem_index) else {
                return Ok(false);
            };
            table_init((segment, base), table, place, writer);
        }
        Operator::ElemDrop { elem_index } => {
            let Some((segment, _)) = place.segment(elem_index) else {
                return Ok(false);
            };
            writer.instructions(&[
                Instruction::I32Const(0),
                Instruction::GlobalSet(place.globals + segment),
            ]);
        }
        Operator::CallIndirect {
            type_index,
            table_index,
        } if place.checks_types => {
            check_callee(type_index, table_index, place, writer)?;
            writer.instructions(&[Instruction::CallIndirect {
                type_index,
                table_index,
            }]);
        }
        Operator::ReturnCallIndirect {
            type_index,
            table_index,
        } if place.checks_types => {
            check_callee(type_index, table_index, place, writer)?;
            writer.instructions(&[Instruction::ReturnCallIndirect {
                type_index,
                table_index,
            }]);
        }
        Operator::RefEq => call(Helper::Equal, place, writer),
        Operator::AnyConvertExtern | Operator::ExternConvertAny => {}
        Operator::RefTestNonNull { hty } => test(Target::new(false, hty)?, place, writer)?,
        Operator::RefTestNullable { hty } => test(Target::new(true, hty)?, place, writer)?,
        Operator::RefCastNonNull { hty } => cast(Target::new(false, hty)?, place, writer)?,
        Operator::RefCastNullable { hty } => cast(Target::new(true, hty)?, place, writer)?,
        Operator::BrOnCast {
            relative_depth,
            to_ref_type,
            ..
        } => {
            keep_and_test(Target::of(to_ref_type)?, place, writer)?;
            writer.instructions(&[Instruction::BrIf(relative_depth)]);
        }
        Operator::BrOnCastFail {
            relative_depth,
            to_ref_type,
            ..
        } => {
            keep_and_test(Target::of(to_ref_type)?, place, writer)?;
            writer.instructions(&[Instruction::I32Eqz, Instruction::BrIf(relative_depth)]);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn call(helper: Helper, place: &Place<'_>, writer: &mut Writer) {
    writer.additions.helpers = true;
    writer.instructions(&place.helpers.call(helper));
}

/// Has code trap, as it does for functions of types that look otherwise, if what the table has at the
/// index on top of the stack is of another type. The engine sees to it that there is something.
fn check_callee(
    type_index: u32,
    table_index: u32,
    place: &Place<'_>,
    writer: &mut Writer,
) -> Result<(), CompileError> {
    let table = place.resources.table_at(table_index);
    let table = table.ok_or_else(|| CompileError::internal("a call by no table"))?;
    let index = writer.temporary(
        match table.table64 {
            true => wasm_encoder::ValType::I64,
            false => wasm_encoder::ValType::I32,
        },
        0,
    );
    let callee = writer.temporary(Erased::Func.val_type(), 0);
    writer.instructions(&[
        Instruction::LocalTee(index),
        Instruction::TableGet(table_index),
        Instruction::LocalTee(callee),
        Instruction::RefIsNull,
        Instruction::LocalGet(callee),
        Instruction::I32Const(type_index.cast_signed()),
    ]);
    call(Helper::HasType, place, writer);
    writer.instructions(&[
        Instruction::I32Or,
        Instruction::I32Eqz,
        Instruction::If(BlockType::Empty),
        // This one is of another type.
        Instruction::I32Const(0),
        Instruction::I32Const(Helper::Value as i32),
        Instruction::CallIndirect {
            type_index: place.helpers.types + Helper::Make.ty(),
            table_index: place.helpers.table,
        },
        Instruction::Drop,
        Instruction::End,
        Instruction::LocalGet(index),
    ]);
    Ok(())
}

/// Copies elements of a passive segment from the hidden table, where they begin at `base`. A hidden
/// global has the number of the segment's elements: none when it was dropped.
fn table_init((segment, base): (u32, u32), table: u32, place: &Place<'_>, writer: &mut Writer) {
    let i32 = wasm_encoder::ValType::I32;
    let (source, length) = (writer.temporary(i32, 0), writer.temporary(i32, 1));
    writer.additions.helpers = true;
    writer.instructions(&[
        Instruction::LocalSet(length),
        Instruction::LocalTee(source),
        Instruction::I32Const(base.cast_signed()),
        Instruction::I32Add,
        // What no table has, so that the engine traps, if the segment does not have it.
        Instruction::I32Const(-1),
        Instruction::LocalGet(source),
        Instruction::I64ExtendI32U,
        Instruction::LocalGet(length),
        Instruction::I64ExtendI32U,
        Instruction::I64Add,
        Instruction::GlobalGet(place.globals + segment),
        Instruction::I64ExtendI32U,
        Instruction::I64LeU,
        Instruction::Select,
        Instruction::LocalGet(length),
        Instruction::TableCopy {
            src_table: place.helpers.segments(),
            dst_table: table,
        },
    ]);
}

/// What a reference is tested for.
#[derive(Clone, Copy)]
struct Target {
    /// Whether null passes.
    nullable: bool,
    passing: Passing,
}

/// Which references that are not null pass a test. The validator has seen to it that they are of
/// the right hierarchy.
#[derive(Clone, Copy)]
enum Passing {
    All,
    Integers,
    /// Functions of the type with this index.
    Functions(u32),
    None,
}

impl Target {
    fn new(nullable: bool, heap: HeapType) -> Result<Self, CompileError> {
        let passing = match heap {
            HeapType::Abstract { shared: false, ty } => match ty {
                AbstractHeapType::Any
                | AbstractHeapType::Extern
                | AbstractHeapType::Func
                | AbstractHeapType::Exn => Passing::All,
                AbstractHeapType::Eq | AbstractHeapType::I31 => Passing::Integers,
                _ => Passing::None,
            },
            HeapType::Concrete(UnpackedIndex::Module(index)) => Passing::Functions(index),
            _ => return Err(CompileError::internal("a cast to a type of another kind")),
        };
        Ok(Self { nullable, passing })
    }

    fn of(ty: RefType) -> Result<Self, CompileError> {
        Self::new(ty.is_nullable(), ty.heap_type())
    }
}

/// Replaces the reference on top of the stack by whether it passes.
fn test(target: Target, place: &Place<'_>, writer: &mut Writer) -> Result<(), CompileError> {
    match (target.passing, target.nullable) {
        (Passing::All, true) => {
            writer.instructions(&[Instruction::Drop, Instruction::I32Const(1)]);
        }
        (Passing::All, false) => {
            writer.instructions(&[Instruction::RefIsNull, Instruction::I32Eqz]);
        }
        (Passing::None, true) => writer.instructions(&[Instruction::RefIsNull]),
        (Passing::None, false) => {
            writer.instructions(&[Instruction::Drop, Instruction::I32Const(0)]);
        }
        (passing, false) => call_test(passing, place, writer),
        (passing, true) => {
            let reference = temporary(place, writer)?;
            writer.instructions(&[
                Instruction::LocalTee(reference),
                Instruction::RefIsNull,
                Instruction::LocalGet(reference),
            ]);
            call_test(passing, place, writer);
            writer.instructions(&[Instruction::I32Or]);
        }
    }
    Ok(())
}

/// Replaces the reference on top of the stack by what the embedder says of it.
fn call_test(passing: Passing, place: &Place<'_>, writer: &mut Writer) {
    if let Passing::Functions(ty) = passing {
        writer.instructions(&[Instruction::I32Const(ty.cast_signed())]);
        call(Helper::HasType, place, writer);
    } else {
        call(Helper::Test, place, writer);
    }
}

/// Puts on top of the reference there whether it passes.
fn keep_and_test(
    target: Target,
    place: &Place<'_>,
    writer: &mut Writer,
) -> Result<(), CompileError> {
    let reference = temporary(place, writer)?;
    writer.instructions(&[
        Instruction::LocalTee(reference),
        Instruction::LocalGet(reference),
    ]);
    test(target, place, writer)
}

fn cast(target: Target, place: &Place<'_>, writer: &mut Writer) -> Result<(), CompileError> {
    keep_and_test(target, place, writer)?;
    writer.instructions(&[
        Instruction::I32Eqz,
        Instruction::If(BlockType::Empty),
        Instruction::Unreachable,
        Instruction::End,
    ]);
    Ok(())
}

/// The local for the reference on top of the stack. No other lowering uses it meanwhile.
fn temporary(place: &Place<'_>, writer: &mut Writer) -> Result<u32, CompileError> {
    let erased = match place.operand {
        Some(ValType::Ref(ty)) => erase(ty.heap_type()),
        // A reference of the bottom type, in code that cannot be reached but is not left out.
        _ => Some(Erased::Extern),
    };
    erased
        .map(|erased| writer.temporary(erased.val_type(), 0))
        .ok_or_else(|| CompileError::internal("an operand that is not a reference"))
}
