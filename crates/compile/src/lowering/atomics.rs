//! Atomic instructions on memories that are not shared.
//!
//! <https://github.com/WebAssembly/threads>
//!
//! Nobody else sees such a memory while an instruction is executed, so plain loads and stores do.
//! What remains of atomicity is that addresses must be aligned. Nobody can wait at such a memory,
//! and so there is nobody to be notified.

use wasm_encoder::{BlockType, Instruction, MemArg, ValType};
use wasmparser::{Operator, WasmModuleResources};

use super::rewrite::{Place, Writer};

/// What an instruction does.
#[derive(Clone, Copy)]
enum Kind {
    Load,
    Store,
    /// Loads a value, and stores what an operation makes of it.
    Modify(Operation),
    CompareExchange,
}

/// What is done with the value in memory and the operand.
#[derive(Clone, Copy)]
enum Operation {
    Add,
    Sub,
    And,
    Or,
    Xor,
    /// The operand it is.
    Exchange,
}

/// How memory is accessed.
#[derive(Clone, Copy)]
struct Access {
    /// Whether the value is an `i64`.
    wide: bool,
    /// How many bytes of it are in memory.
    bytes: u8,
}

/// Recognises the instructions on memory: the type of the value, the bytes in memory, and the names.
macro_rules! instructions {
    ($operator:expr; $($wide:literal $bytes:literal:
        $load:ident $store:ident $add:ident $sub:ident $and:ident $or:ident $xor:ident $xchg:ident
        $cmpxchg:ident;)*) => {
        match *$operator {
            $(
                Operator::$load { memarg } => Some((Kind::Load, access($wide, $bytes), memarg)),
                Operator::$store { memarg } => Some((Kind::Store, access($wide, $bytes), memarg)),
                Operator::$add { memarg } => {
                    Some((Kind::Modify(Operation::Add), access($wide, $bytes), memarg))
                }
                Operator::$sub { memarg } => {
                    Some((Kind::Modify(Operation::Sub), access($wide, $bytes), memarg))
                }
                Operator::$and { memarg } => {
                    Some((Kind::Modify(Operation::And), access($wide, $bytes), memarg))
                }
                Operator::$or { memarg } => {
                    Some((Kind::Modify(Operation::Or), access($wide, $bytes), memarg))
                }
                Operator::$xor { memarg } => {
                    Some((Kind::Modify(Operation::Xor), access($wide, $bytes), memarg))
                }
                Operator::$xchg { memarg } => {
                    Some((Kind::Modify(Operation::Exchange), access($wide, $bytes), memarg))
                }
                Operator::$cmpxchg { memarg } => {
                    Some((Kind::CompareExchange, access($wide, $bytes), memarg))
                }
            )*
            _ => None,
        }
    };
}

const fn access(wide: bool, bytes: u8) -> Access {
    Access { wide, bytes }
}

fn instruction(operator: &Operator<'_>) -> Option<(Kind, Access, wasmparser::MemArg)> {
    instructions! { operator;
        false 1: I32AtomicLoad8U I32AtomicStore8 I32AtomicRmw8AddU I32AtomicRmw8SubU
            I32AtomicRmw8AndU I32AtomicRmw8OrU I32AtomicRmw8XorU I32AtomicRmw8XchgU
            I32AtomicRmw8CmpxchgU;
        false 2: I32AtomicLoad16U I32AtomicStore16 I32AtomicRmw16AddU I32AtomicRmw16SubU
            I32AtomicRmw16AndU I32AtomicRmw16OrU I32AtomicRmw16XorU I32AtomicRmw16XchgU
            I32AtomicRmw16CmpxchgU;
        false 4: I32AtomicLoad I32AtomicStore I32AtomicRmwAdd I32AtomicRmwSub
            I32AtomicRmwAnd I32AtomicRmwOr I32AtomicRmwXor I32AtomicRmwXchg
            I32AtomicRmwCmpxchg;
        true 1: I64AtomicLoad8U I64AtomicStore8 I64AtomicRmw8AddU I64AtomicRmw8SubU
            I64AtomicRmw8AndU I64AtomicRmw8OrU I64AtomicRmw8XorU I64AtomicRmw8XchgU
            I64AtomicRmw8CmpxchgU;
        true 2: I64AtomicLoad16U I64AtomicStore16 I64AtomicRmw16AddU I64AtomicRmw16SubU
            I64AtomicRmw16AndU I64AtomicRmw16OrU I64AtomicRmw16XorU I64AtomicRmw16XchgU
            I64AtomicRmw16CmpxchgU;
        true 4: I64AtomicLoad32U I64AtomicStore32 I64AtomicRmw32AddU I64AtomicRmw32SubU
            I64AtomicRmw32AndU I64AtomicRmw32OrU I64AtomicRmw32XorU I64AtomicRmw32XchgU
            I64AtomicRmw32CmpxchgU;
        true 8: I64AtomicLoad I64AtomicStore I64AtomicRmwAdd I64AtomicRmwSub
            I64AtomicRmwAnd I64AtomicRmwOr I64AtomicRmwXor I64AtomicRmwXchg
            I64AtomicRmwCmpxchg;
    }
}

/// Writes what an instruction is lowered to; false if it is none of these.
pub(crate) fn lower(operator: &Operator<'_>, place: &Place<'_>, writer: &mut Writer) -> bool {
    if let Some((kind, access, memarg)) = instruction(operator) {
        lower_access(kind, &Memory::new(access, memarg, place, writer), writer);
        return true;
    }
    match *operator {
        // No other thread exists that could see an order.
        Operator::AtomicFence => {}
        Operator::MemoryAtomicNotify { memarg } => {
            let memory = Memory::new(access(false, 4), memarg, place, writer);
            writer.instructions(&[Instruction::Drop]);
            memory.check(writer);
            // For the bounds.
            writer.instructions(&[
                memory.address(),
                memory.load(),
                Instruction::Drop,
                Instruction::I32Const(0),
            ]);
        }
        Operator::MemoryAtomicWait32 { .. } | Operator::MemoryAtomicWait64 { .. } => {
            writer.instructions(&[Instruction::Unreachable]);
        }
        _ => return false,
    }
    true
}

fn lower_access(kind: Kind, memory: &Memory, writer: &mut Writer) {
    let ty = memory.access.ty();
    match kind {
        Kind::Load => {
            memory.check(writer);
            writer.instructions(&[memory.address(), memory.load()]);
        }
        Kind::Store => {
            let value = writer.temporary(ty, 0);
            writer.instructions(&[Instruction::LocalSet(value)]);
            memory.check(writer);
            writer.instructions(&[
                memory.address(),
                Instruction::LocalGet(value),
                memory.store(),
            ]);
        }
        Kind::Modify(operation) => {
            let (value, old) = (writer.temporary(ty, 0), writer.temporary(ty, 1));
            writer.instructions(&[Instruction::LocalSet(value)]);
            memory.check(writer);
            writer.instructions(&[
                memory.address(),
                memory.load(),
                Instruction::LocalSet(old),
                memory.address(),
            ]);
            match memory.access.operation(operation) {
                Some(operation) => writer.instructions(&[
                    Instruction::LocalGet(old),
                    Instruction::LocalGet(value),
                    operation,
                ]),
                None => writer.instructions(&[Instruction::LocalGet(value)]),
            }
            writer.instructions(&[memory.store(), Instruction::LocalGet(old)]);
        }
        Kind::CompareExchange => {
            let (value, old) = (writer.temporary(ty, 0), writer.temporary(ty, 1));
            let expected = writer.temporary(ty, 2);
            writer.instructions(&[
                Instruction::LocalSet(value),
                Instruction::LocalSet(expected),
            ]);
            memory.check(writer);
            writer.instructions(&[
                memory.address(),
                memory.load(),
                Instruction::LocalTee(old),
                Instruction::LocalGet(expected),
                memory.access.equal(),
                Instruction::If(BlockType::Empty),
                memory.address(),
                Instruction::LocalGet(value),
                memory.store(),
                Instruction::End,
                Instruction::LocalGet(old),
            ]);
        }
    }
}

impl Access {
    fn ty(self) -> ValType {
        if self.wide {
            ValType::I64
        } else {
            ValType::I32
        }
    }

    fn equal(self) -> Instruction<'static> {
        if self.wide {
            Instruction::I64Eq
        } else {
            Instruction::I32Eq
        }
    }

    fn operation(self, operation: Operation) -> Option<Instruction<'static>> {
        Some(match (operation, self.wide) {
            (Operation::Add, false) => Instruction::I32Add,
            (Operation::Sub, false) => Instruction::I32Sub,
            (Operation::And, false) => Instruction::I32And,
            (Operation::Or, false) => Instruction::I32Or,
            (Operation::Xor, false) => Instruction::I32Xor,
            (Operation::Add, true) => Instruction::I64Add,
            (Operation::Sub, true) => Instruction::I64Sub,
            (Operation::And, true) => Instruction::I64And,
            (Operation::Or, true) => Instruction::I64Or,
            (Operation::Xor, true) => Instruction::I64Xor,
            (Operation::Exchange, _) => return None,
        })
    }
}

/// The place in memory that an instruction accesses.
struct Memory {
    access: Access,
    memarg: MemArg,
    /// Whether addresses are 64 bits wide.
    memory64: bool,
    /// The local for the address.
    address: u32,
}

impl Memory {
    fn new(
        access: Access,
        memarg: wasmparser::MemArg,
        place: &Place<'_>,
        writer: &mut Writer,
    ) -> Self {
        let memory64 = (place.resources.memory_at(memarg.memory)).is_some_and(|ty| ty.memory64);
        let ty = if memory64 { ValType::I64 } else { ValType::I32 };
        Self {
            access,
            memarg: MemArg {
                offset: memarg.offset,
                align: u32::from(memarg.align),
                memory_index: memarg.memory,
            },
            memory64,
            // Of the types of values, there are three others.
            address: writer.temporary(ty, 3),
        }
    }

    /// Takes the address from the stack, and traps if it is not aligned.
    fn check(&self, writer: &mut Writer) {
        let mask = u64::from(self.access.bytes) - 1;
        if mask == 0 {
            writer.instructions(&[Instruction::LocalSet(self.address)]);
            return;
        }
        writer.instructions(&[Instruction::LocalTee(self.address)]);
        // Only what the offset adds to the lowest bits counts.
        let offset = self.memarg.offset & mask;
        let (mask, offset) = (mask.cast_signed(), offset.cast_signed());
        if self.memory64 {
            if offset != 0 {
                writer.instructions(&[Instruction::I64Const(offset), Instruction::I64Add]);
            }
            writer.instructions(&[
                Instruction::I64Const(mask),
                Instruction::I64And,
                Instruction::I64Const(0),
                Instruction::I64Ne,
            ]);
        } else {
            // Both are less than 8.
            if offset != 0 {
                writer.instructions(&[Instruction::I32Const(offset as i32), Instruction::I32Add]);
            }
            writer.instructions(&[Instruction::I32Const(mask as i32), Instruction::I32And]);
        }
        writer.instructions(&[
            Instruction::If(BlockType::Empty),
            Instruction::Unreachable,
            Instruction::End,
        ]);
    }

    fn address(&self) -> Instruction<'static> {
        Instruction::LocalGet(self.address)
    }

    fn load(&self) -> Instruction<'static> {
        match (self.access.wide, self.access.bytes) {
            (false, 1) => Instruction::I32Load8U(self.memarg),
            (false, 2) => Instruction::I32Load16U(self.memarg),
            (false, _) => Instruction::I32Load(self.memarg),
            (true, 1) => Instruction::I64Load8U(self.memarg),
            (true, 2) => Instruction::I64Load16U(self.memarg),
            (true, 4) => Instruction::I64Load32U(self.memarg),
            (true, _) => Instruction::I64Load(self.memarg),
        }
    }

    fn store(&self) -> Instruction<'static> {
        match (self.access.wide, self.access.bytes) {
            (false, 1) => Instruction::I32Store8(self.memarg),
            (false, 2) => Instruction::I32Store16(self.memarg),
            (false, _) => Instruction::I32Store(self.memarg),
            (true, 1) => Instruction::I64Store8(self.memarg),
            (true, 2) => Instruction::I64Store16(self.memarg),
            (true, 4) => Instruction::I64Store32(self.memarg),
            (true, _) => Instruction::I64Store(self.memarg),
        }
    }
}
