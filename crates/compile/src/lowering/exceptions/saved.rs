//! Exceptions that were caught and may be thrown again, kept in locals.

use wasm_encoder::{BlockType, HeapType, Instruction, ValType};
use wasmparser::Operator;

use super::ExceptionImport;
use super::body::Rewriter;
use super::erase::encoded;
use crate::CompileError;

/// The locals that a caught exception is kept in for a `rethrow` or `throw_ref`.
#[derive(Clone, Debug)]
pub(super) struct Saved {
    /// The address of its tag, where the `catch` does not say it.
    pub(super) tag: Option<u32>,
    /// The global with the tag's address, where the `catch` says it.
    pub(super) address: u32,
    /// A reference to it; if it is null, the payload is in `registers`.
    pub(super) exception: u32,
    /// Registers, and the locals for them.
    pub(super) registers: Vec<(u32, u32)>,
}

/// As many tags a `catch_all` compares with before it asks for a reference.
const MAX_KNOWN_TAGS: usize = 4;

/// As many registers a `catch_all` saves before it asks for a reference.
const MAX_SAVED_REGISTERS: usize = 4;

impl Rewriter<'_> {
    /// Has references to exceptions be kept in these locals, if there are any.
    pub(super) fn keep_references(&mut self, locals: Option<Vec<u32>>) {
        self.references = locals.map(|locals| {
            let transit = self.add_local(ValType::EXTERNREF);
            let transit = self.add_saved(transit);
            let kept = locals.into_iter();
            (
                transit,
                kept.map(|local| (local, self.add_saved(local))).collect(),
            )
        });
    }

    /// The locals for an exception, with `exception` as that for a reference to it.
    pub(super) fn add_saved(&mut self, exception: u32) -> Saved {
        let tag = Some(self.add_local(ValType::I32));
        let registers = if self.saves_registers() {
            self.layout.registers.as_slice()
        } else {
            &[]
        };
        Saved {
            tag,
            address: self.layout.pending(),
            exception,
            registers: (registers.iter())
                .map(|&(register, ty)| (register, self.add_local(encoded(ty))))
                .collect(),
        }
    }

    /// Whether the payloads of all tags fit into locals.
    fn saves_registers(&self) -> bool {
        self.layout.registers.len() <= MAX_SAVED_REGISTERS
    }

    /// The locals for the reference in a local of the original body.
    pub(super) fn kept(&self, local: u32) -> Option<&Saved> {
        self.references.as_ref()?.1.get(&local)
    }

    /// Does what an instruction does to a reference that is in transit.
    pub(super) fn consume(
        &mut self,
        saved: &Saved,
        operator: &Operator<'_>,
    ) -> Result<(), CompileError> {
        match *operator {
            Operator::Drop => {}
            Operator::LocalSet { local_index } => {
                let Some(to) = self.kept(local_index).cloned() else {
                    return Err(CompileError::internal("a reference that gets lost"));
                };
                let pairs = [
                    (Some(saved.exception), Some(to.exception)),
                    (saved.tag, to.tag),
                ];
                let registers = saved.registers.iter().zip(&to.registers);
                let registers = registers.map(|((_, from), (_, to))| (Some(*from), Some(*to)));
                for pair in pairs.into_iter().chain(registers) {
                    if let (Some(from), Some(to)) = pair {
                        self.emit(&Instruction::LocalGet(from));
                        self.emit(&Instruction::LocalSet(to));
                    }
                }
            }
            Operator::RefIsNull => {
                self.is_null(saved);
            }
            Operator::ThrowRef => {
                self.is_null(saved);
                self.begin(&Instruction::If(BlockType::Empty));
                // Which traps.
                self.emit(&Instruction::RefNull(HeapType::EXTERN));
                self.call_helper(ExceptionImport::Throw);
                self.end();
                self.throw_saved(saved);
                self.branch(self.handler());
            }
            _ => return Err(CompileError::internal("a reference that is not consumed")),
        }
        Ok(())
    }

    fn is_null(&mut self, saved: &Saved) {
        self.emit(&Instruction::LocalGet(saved.exception));
        self.emit(&Instruction::RefIsNull);
        if let Some(tag) = saved.tag {
            self.emit(&Instruction::LocalGet(tag));
            self.emit(&Instruction::I32Eqz);
            self.emit(&Instruction::I32And);
        }
    }

    /// Keeps the pending exception, whatever its tag is: in its registers if these are all known,
    /// else by reference.
    pub(super) fn save_any(&mut self, saved: &Saved) {
        let layout = self.layout;
        let known = if self.saves_registers() {
            MAX_KNOWN_TAGS
        } else {
            0
        };
        if let Some(tag) = saved.tag {
            self.emit(&Instruction::GlobalGet(layout.pending()));
            self.emit(&Instruction::LocalSet(tag));
        }
        let mut tags = layout.tags.iter().take(known);
        if let Some(first) = tags.next() {
            self.has_tag(first.address);
            for tag in tags {
                self.has_tag(tag.address);
                self.emit(&Instruction::I32Or);
            }
            self.begin(&Instruction::If(BlockType::Empty));
            self.emit(&Instruction::GlobalGet(layout.exception()));
            self.emit(&Instruction::LocalSet(saved.exception));
            for &(register, local) in &saved.registers {
                self.emit(&Instruction::GlobalGet(register));
                self.emit(&Instruction::LocalSet(local));
            }
            self.emit(&Instruction::Else);
            self.call_helper(ExceptionImport::Reference);
            self.emit(&Instruction::LocalSet(saved.exception));
            self.end();
        } else {
            self.call_helper(ExceptionImport::Reference);
            self.emit(&Instruction::LocalSet(saved.exception));
        }
    }

    /// Makes an exception pending that is kept in locals.
    pub(super) fn throw_saved(&mut self, saved: &Saved) {
        let (tag, address, exception) = (saved.tag, saved.address, saved.exception);
        self.emit(&Instruction::LocalGet(exception));
        self.emit(&Instruction::RefIsNull);
        self.begin(&Instruction::If(BlockType::Empty));
        for &(register, local) in &saved.registers {
            self.emit(&Instruction::LocalGet(local));
            self.emit(&Instruction::GlobalSet(register));
        }
        self.emit(&match tag {
            Some(tag) => Instruction::LocalGet(tag),
            None => Instruction::GlobalGet(address),
        });
        self.emit(&Instruction::GlobalSet(self.layout.pending()));
        self.emit(&Instruction::Else);
        self.emit(&Instruction::LocalGet(exception));
        self.call_helper(ExceptionImport::Throw);
        self.end();
    }
}
