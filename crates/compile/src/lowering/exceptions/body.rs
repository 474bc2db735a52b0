//! Function bodies.

use std::collections::HashMap;

use wasm_encoder::reencode::Reencode;
use wasm_encoder::{BlockType, Encode, HeapType, Instruction, ValType};
use wasmparser::{BlockType as ParsedBlockType, Catch, FunctionBody, Operator, OperatorsReader};

use super::ExceptionImport;
use super::erase::{Erase, encoded, failed};
use super::layout::{Layout, erased};
use super::references::{self, Without, without_reference};
use super::saved::Saved;
use super::scan::Scan;
use crate::CompileError;
use crate::info::count;

/// Rewrites the body of a function whose type has index `ty`.
pub(super) fn rewrite(
    layout: &Layout,
    ty: u32,
    body: &FunctionBody<'_>,
) -> Result<Vec<u8>, CompileError> {
    let scan = Scan::new(body)?;
    let mut rewriter = Rewriter::new(layout, ty, body, scan)?;
    if rewriter.scan.references {
        rewriter.keep_references(references::kept_in_locals(layout, ty, body)?);
    }
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let operator = operators.read()?;
        rewriter.operator(operator, &operators)?;
    }
    Ok(rewriter.finish())
}

/// A block of the original body that is open.
///
/// Labels are the numbers of open blocks of the new body when the block was opened, itself
/// included: they do not change when more blocks are opened.
#[derive(Debug)]
struct Frame {
    /// The block of the new body that a branch to this one goes to.
    label: u32,
    /// The block of the new body whose end an exception goes to that is thrown here.
    handler: u32,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// A block, loop or `if`, or the function itself.
    Block,
    /// A block with a reference as its last result, which is in transit from its end on.
    Target,
    TryTable {
        catches: Vec<Catch>,
    },
    /// Before the first `catch`.
    Try {
        rethrown: bool,
    },
    /// After a `catch`.
    Catch {
        rethrown: bool,
        saved: Option<Saved>,
    },
    /// After `catch_all`.
    CatchAll {
        saved: Option<Saved>,
    },
}

pub(super) struct Rewriter<'a> {
    pub(super) layout: &'a Layout,
    results: Vec<ValType>,
    scan: Scan,
    code: Vec<u8>,
    /// How many blocks of the new body are open, the function included.
    open: u32,
    frames: Vec<Frame>,
    /// How many `try` have been met.
    tries: usize,
    /// The declared locals.
    locals: Vec<(u32, ValType)>,
    /// The index of the next local to be added.
    next_local: u32,
    /// Where references do not leave the function: the locals for one in transit, and for those in
    /// locals of the original body.
    pub(super) references: Option<(Saved, HashMap<u32, Saved>)>,
    /// The reference that is on the operand stack of the original body.
    pub(super) transit: Option<Saved>,
}

impl<'a> Rewriter<'a> {
    fn new(
        layout: &'a Layout,
        ty: u32,
        body: &FunctionBody<'_>,
        scan: Scan,
    ) -> Result<Self, CompileError> {
        let Some(ty) = layout.types.get(ty as usize) else {
            return Err(CompileError::internal("a function without a type"));
        };
        let mut next_local = count(ty.params().len());
        let mut locals = Vec::new();
        for group in body.get_locals_reader()? {
            let (number, ty) = group?;
            locals.push((number, Erase(layout).val_type(ty).map_err(failed)?));
            next_local += number;
        }
        let results = ty.results().iter();
        let mut rewriter = Self {
            layout,
            results: results.map(|&ty| encoded(erased(ty.into()))).collect(),
            scan,
            code: Vec::new(),
            open: 1,
            frames: Vec::new(),
            tries: 0,
            locals,
            next_local,
            references: None,
            transit: None,
        };
        if rewriter.scan.unwinds {
            rewriter.begin(&Instruction::Block(BlockType::Empty));
        }
        rewriter.frames.push(Frame {
            label: 1,
            handler: rewriter.open,
            kind: Kind::Block,
        });
        Ok(rewriter)
    }

    fn finish(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.code.len() + 16);
        count(self.locals.len()).encode(&mut out);
        for (number, ty) in self.locals {
            number.encode(&mut out);
            ty.encode(&mut out);
        }
        out.extend_from_slice(&self.code);
        out
    }

    pub(super) fn emit(&mut self, instruction: &Instruction<'_>) {
        instruction.encode(&mut self.code);
    }

    /// Emits an instruction that opens a block, and gives the block's label.
    pub(super) fn begin(&mut self, instruction: &Instruction<'_>) -> u32 {
        self.emit(instruction);
        self.open += 1;
        self.open
    }

    pub(super) fn end(&mut self) {
        self.emit(&Instruction::End);
        self.open -= 1;
    }

    pub(super) fn branch(&mut self, label: u32) {
        self.emit(&Instruction::Br(self.open - label));
    }

    pub(super) fn add_local(&mut self, ty: ValType) -> u32 {
        match self.locals.last_mut() {
            Some((number, last)) if *last == ty => *number += 1,
            _ => self.locals.push((1, ty)),
        }
        self.next_local += 1;
        self.next_local - 1
    }

    /// The block of the new body for a label of the original one.
    fn label(&self, depth: u32) -> Result<u32, CompileError> {
        Ok(self.frame(depth)?.label)
    }

    fn frame(&self, depth: u32) -> Result<&Frame, CompileError> {
        self.frames
            .len()
            .checked_sub(depth as usize + 1)
            .and_then(|position| self.frames.get(position))
            .ok_or_else(|| CompileError::internal("a label that does not exist"))
    }

    fn relative(&self, depth: u32) -> Result<u32, CompileError> {
        Ok(self.open - self.label(depth)?)
    }

    /// Where an exception goes that is thrown now.
    pub(super) fn handler(&self) -> u32 {
        self.frames.last().map_or(1, |frame| frame.handler)
    }

    fn pop(&mut self) -> Result<Frame, CompileError> {
        self.frames
            .pop()
            .ok_or_else(|| CompileError::internal("an end of nothing"))
    }

    fn push(&mut self, label: u32, handler: u32, kind: Kind) {
        self.frames.push(Frame {
            label,
            handler,
            kind,
        });
    }

    fn operator(
        &mut self,
        operator: Operator<'_>,
        rest: &OperatorsReader<'_>,
    ) -> Result<(), CompileError> {
        if let Some(saved) = self.transit.take() {
            return self.consume(&saved, &operator);
        }
        match operator {
            Operator::LocalGet { local_index } if self.kept(local_index).is_some() => {
                self.transit = self.kept(local_index).cloned();
            }
            Operator::Block { blockty } if self.references.is_some() => {
                let (ty, target) = match without_reference(self.layout, blockty) {
                    Without::Type(ty) => (ty, true),
                    _ => (blockty, false),
                };
                let ty = self.block_type(ty)?;
                let handler = self.handler();
                let label = self.begin(&Instruction::Block(ty));
                let kind = if target { Kind::Target } else { Kind::Block };
                self.push(label, handler, kind);
            }
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                let instruction = Erase(self.layout).instruction(operator).map_err(failed)?;
                let handler = self.handler();
                let label = self.begin(&instruction);
                self.push(label, handler, Kind::Block);
            }
            Operator::TryTable { try_table } => {
                let catches = try_table.catches;
                if catches.is_empty() {
                    let handler = self.handler();
                    let ty = self.block_type(try_table.ty)?;
                    let label = self.begin(&Instruction::Block(ty));
                    self.push(label, handler, Kind::Block);
                } else {
                    self.begin_try(try_table.ty, Kind::TryTable { catches })?;
                }
            }
            Operator::Try { blockty } => {
                let rethrown = self.scan.rethrown.get(self.tries).copied();
                self.tries += 1;
                let rethrown = rethrown.unwrap_or(true);
                self.begin_try(blockty, Kind::Try { rethrown })?;
            }
            Operator::Catch { tag_index } => self.catch(tag_index)?,
            Operator::CatchAll => self.catch_all()?,
            Operator::Delegate { relative_depth } => {
                let frame = self.pop()?;
                self.end_guarded(&frame);
                let handler = self.frame(relative_depth)?.handler;
                self.branch(handler);
                self.end();
            }
            Operator::End => self.end_of_block()?,
            Operator::Throw { tag_index } => {
                let tag = self.layout.tags[tag_index as usize].clone();
                for &register in tag.registers.iter().rev() {
                    self.emit(&Instruction::GlobalSet(register));
                }
                self.emit(&Instruction::GlobalGet(tag.address));
                self.emit(&Instruction::GlobalSet(self.layout.pending()));
                self.branch(self.handler());
            }
            Operator::ThrowRef => {
                self.call_helper(ExceptionImport::Throw);
                self.branch(self.handler());
            }
            Operator::Rethrow { relative_depth } => {
                self.rethrow(relative_depth)?;
                self.branch(self.handler());
            }
            Operator::Br { relative_depth } => {
                let depth = self.relative(relative_depth)?;
                self.emit(&Instruction::Br(depth));
            }
            Operator::BrIf { relative_depth } => {
                let depth = self.relative(relative_depth)?;
                self.emit(&Instruction::BrIf(depth));
            }
            Operator::BrOnNull { relative_depth } => {
                let depth = self.relative(relative_depth)?;
                self.emit(&Instruction::BrOnNull(depth));
            }
            Operator::BrOnNonNull { relative_depth } => {
                let depth = self.relative(relative_depth)?;
                self.emit(&Instruction::BrOnNonNull(depth));
            }
            Operator::BrTable { targets } => {
                let default = self.relative(targets.default())?;
                let targets = targets
                    .targets()
                    .map(|target| self.relative(target?))
                    .collect::<Result<Vec<_>, _>>()?;
                self.emit(&Instruction::BrTable(targets.into(), default));
            }
            Operator::Call { .. } | Operator::CallIndirect { .. } | Operator::CallRef { .. } => {
                self.plain(operator)?;
                // A function that returns next returns what it was given, which is as good as any.
                if self.handler() != 2 || !self.returns_next(rest)? {
                    self.emit(&Instruction::GlobalGet(self.layout.pending()));
                    self.emit(&Instruction::BrIf(self.open - self.handler()));
                }
            }
            Operator::TableSet { table }
            | Operator::TableGrow { table }
            | Operator::TableFill { table }
            | Operator::TableInit { table, .. }
            | Operator::TableCopy {
                dst_table: table, ..
            } => {
                self.plain(operator)?;
                if self.layout.is_foreign_function_table(table) {
                    self.call_helper(ExceptionImport::TableWritten);
                }
            }
            operator => self.plain(operator)?,
        }
        Ok(())
    }

    /// Emits an instruction that only has its indices and types changed.
    fn plain(&mut self, operator: Operator<'_>) -> Result<(), CompileError> {
        let instruction = Erase(self.layout).instruction(operator).map_err(failed)?;
        self.emit(&instruction);
        Ok(())
    }

    pub(super) fn call_helper(&mut self, helper: ExceptionImport) {
        self.emit(&Instruction::Call(self.layout.helper(helper)));
    }

    /// Whether the function returns without doing anything else.
    fn returns_next(&self, rest: &OperatorsReader<'_>) -> Result<bool, CompileError> {
        Ok(match rest.clone().read()? {
            Operator::Return => true,
            Operator::End => self.frames.len() == 1,
            _ => false,
        })
    }

    fn block_type(&self, ty: ParsedBlockType) -> Result<BlockType, CompileError> {
        Erase(self.layout).block_type(ty).map_err(failed)
    }

    /// Opens the block that a `try` is, and in it another one, which an exception leaves.
    fn begin_try(&mut self, ty: ParsedBlockType, kind: Kind) -> Result<(), CompileError> {
        let params: Vec<ValType> = match ty {
            ParsedBlockType::FuncType(index) => (self.layout.types.get(index as usize))
                .map(|ty| ty.params().iter())
                .into_iter()
                .flatten()
                .map(|&ty| encoded(erased(ty.into())))
                .collect(),
            _ => Vec::new(),
        };
        let ty = self.block_type(ty)?;
        let label = self.begin(&Instruction::Block(ty));
        // The inner block has no parameters, so that no type has to be added.
        let locals: Vec<u32> = params.iter().map(|ty| self.add_local(*ty)).collect();
        for &local in locals.iter().rev() {
            self.emit(&Instruction::LocalSet(local));
        }
        let handler = self.begin(&Instruction::Block(BlockType::Empty));
        for &local in &locals {
            self.emit(&Instruction::LocalGet(local));
        }
        self.push(label, handler, kind);
        Ok(())
    }

    /// Ends the inner block of a `try`: what has come to its end goes on behind the outer one.
    fn end_guarded(&mut self, frame: &Frame) {
        self.branch(frame.label);
        self.end();
    }

    fn end_of_block(&mut self) -> Result<(), CompileError> {
        let frame = self.pop()?;
        match &frame.kind {
            Kind::Block if self.frames.is_empty() => self.end_of_function(),
            Kind::Block | Kind::CatchAll { .. } => self.end(),
            Kind::Target => {
                self.end();
                self.transit = self.references.as_ref().map(|(transit, _)| transit.clone());
            }
            Kind::Try { .. } => {
                self.end_guarded(&frame);
                self.branch(self.handler());
                self.end();
            }
            Kind::Catch { .. } => {
                self.end_guarded(&frame);
                self.branch(self.handler());
                self.end();
            }
            Kind::TryTable { catches } => {
                self.end_guarded(&frame);
                self.dispatch(catches)?;
                self.end();
            }
        }
        Ok(())
    }

    fn end_of_function(&mut self) {
        if self.scan.unwinds {
            self.emit(&Instruction::Return);
            self.end();
            for ty in self.results.clone() {
                self.emit(&zero(ty));
            }
        }
        self.end();
    }

    /// Whether the pending exception has this tag.
    pub(super) fn has_tag(&mut self, address: u32) {
        self.emit(&Instruction::GlobalGet(self.layout.pending()));
        self.emit(&Instruction::GlobalGet(address));
        self.emit(&Instruction::I32Eq);
    }

    /// The `catch` clauses of a `try_table`, one after the other.
    fn dispatch(&mut self, catches: &[Catch]) -> Result<(), CompileError> {
        for &catch in catches {
            let (tag, with_reference, label) = match catch {
                Catch::One { tag, label } => (Some(tag), false, label),
                Catch::OneRef { tag, label } => (Some(tag), true, label),
                Catch::All { label } => (None, false, label),
                Catch::AllRef { label } => (None, true, label),
            };
            let label = self.label(label)?;
            if let Some(tag) = tag {
                let tag = self.layout.tags[tag as usize].clone();
                self.has_tag(tag.address);
                self.begin(&Instruction::If(BlockType::Empty));
                self.caught(&tag.registers, with_reference);
                self.branch(label);
                self.end();
            } else {
                self.caught(&[], with_reference);
                self.branch(label);
                // Whatever comes after it has no effect.
                return Ok(());
            }
        }
        self.branch(self.handler());
        Ok(())
    }

    /// Pushes what a handler gets, and makes nothing pending.
    fn caught(&mut self, registers: &[u32], with_reference: bool) {
        for &register in registers {
            self.emit(&Instruction::GlobalGet(register));
        }
        match self.references.as_ref().map(|(transit, _)| transit.clone()) {
            Some(transit) if with_reference => self.save_any(&transit),
            None if with_reference => self.call_helper(ExceptionImport::Reference),
            _ => {}
        }
        self.emit(&Instruction::I32Const(0));
        self.emit(&Instruction::GlobalSet(self.layout.pending()));
        self.emit(&Instruction::RefNull(HeapType::EXTERN));
        self.emit(&Instruction::GlobalSet(self.layout.exception()));
    }

    /// Ends what came before a `catch` or `catch_all`, and tells whether it is rethrown.
    fn begin_clause(&mut self) -> Result<(u32, bool), CompileError> {
        let frame = self.pop()?;
        self.end_guarded(&frame);
        let rethrown = match frame.kind {
            Kind::Try { rethrown } | Kind::Catch { rethrown, .. } => rethrown,
            _ => return Err(CompileError::internal("a catch without a try")),
        };
        Ok((frame.label, rethrown))
    }

    fn catch(&mut self, tag: u32) -> Result<(), CompileError> {
        let (label, rethrown) = self.begin_clause()?;
        let tag = self.layout.tags[tag as usize].clone();
        self.has_tag(tag.address);
        self.begin(&Instruction::If(BlockType::Empty));
        let saved = rethrown.then(|| {
            let exception = self.save(self.layout.exception(), ValType::EXTERNREF);
            let registers = (tag.registers.iter())
                .map(|&register| (register, self.save(register, self.register_type(register))))
                .collect();
            Saved {
                tag: None,
                address: tag.address,
                exception,
                registers,
            }
        });
        self.caught(&tag.registers, false);
        let handler = self.handler();
        self.push(label, handler, Kind::Catch { rethrown, saved });
        Ok(())
    }

    fn catch_all(&mut self) -> Result<(), CompileError> {
        let (label, rethrown) = self.begin_clause()?;
        let saved = rethrown.then(|| {
            let exception = self.add_local(ValType::EXTERNREF);
            let saved = self.add_saved(exception);
            self.save_any(&saved);
            saved
        });
        self.caught(&[], false);
        let handler = self.handler();
        self.push(label, handler, Kind::CatchAll { saved });
        Ok(())
    }

    fn register_type(&self, register: u32) -> ValType {
        let known = self.layout.registers.iter();
        let mut types = known.filter(|(global, _)| *global == register);
        types.next().map_or(ValType::I32, |(_, ty)| encoded(*ty))
    }

    /// Keeps the value of a global in a new local.
    fn save(&mut self, global: u32, ty: ValType) -> u32 {
        let local = self.add_local(ty);
        self.emit(&Instruction::GlobalGet(global));
        self.emit(&Instruction::LocalSet(local));
        local
    }

    /// Makes the exception that was caught pending again.
    fn rethrow(&mut self, depth: u32) -> Result<(), CompileError> {
        let (Kind::Catch { saved, .. } | Kind::CatchAll { saved }) = &self.frame(depth)?.kind
        else {
            return Err(CompileError::internal("a rethrow of nothing"));
        };
        let Some(saved) = saved else {
            return Err(CompileError::internal("a rethrow that was not seen"));
        };
        let saved = saved.clone();
        self.throw_saved(&saved);
        Ok(())
    }
}

/// A constant of this type.
fn zero(ty: ValType) -> Instruction<'static> {
    match ty {
        ValType::I32 => Instruction::I32Const(0),
        ValType::I64 => Instruction::I64Const(0),
        ValType::F32 => Instruction::F32Const(0.0),
        ValType::F64 => Instruction::F64Const(0.0),
        ValType::V128 => Instruction::V128Const(0),
        ValType::Ref(ty) => Instruction::RefNull(ty.heap_type),
    }
}
