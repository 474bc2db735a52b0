//! References to exceptions that never leave the function which caught them.
//!
//! Code that cleans up catches everything by reference, keeps the reference in a local, and throws
//! it again. There is no need for the embedder to make an object of each of these exceptions: where
//! a function does nothing else with its references, what they refer to is kept in locals.
//!
//! A reference is *in transit* when it is on the operand stack: from the end of the block that a
//! `catch` branches to, or from the `local.get`, to the very next instruction, which must consume
//! it. What is in transit is nothing on the stack of the rewritten code.

use wasmparser::{
    AbstractHeapType, BinaryReaderError, BlockType, Catch, FunctionBody, HeapType, Operator,
    ValType,
};

use super::layout::Layout;
use crate::types;

fn is_exception(ty: ValType) -> bool {
    types::ValType::from(ty).is_exception()
}

/// What becomes of the type of a block if a reference is not on the stack.
pub(super) enum Without {
    /// No exception is mentioned.
    Same,
    /// The type without the reference.
    Type(BlockType),
    /// There are references elsewhere, or the module has no such type.
    Impossible,
}

/// What the type of a block is without a reference to an exception as its last result.
pub(super) fn without_reference(layout: &Layout, ty: BlockType) -> Without {
    match ty {
        BlockType::Empty => Without::Same,
        BlockType::Type(ty) if is_exception(ty) => Without::Type(BlockType::Empty),
        BlockType::Type(_) => Without::Same,
        BlockType::FuncType(index) => {
            let Some(ty) = layout.types.get(index as usize) else {
                return Without::Impossible;
            };
            let mentions = |types: &[ValType]| types.iter().any(|ty| is_exception(*ty));
            if !mentions(ty.params()) && !mentions(ty.results()) {
                return Without::Same;
            }
            let Some((last, rest)) = ty.results().split_last() else {
                return Without::Impossible;
            };
            if !ty.params().is_empty() || !is_exception(*last) || mentions(rest) {
                return Without::Impossible;
            }
            match rest {
                [] => Without::Type(BlockType::Empty),
                [one] => Without::Type(BlockType::Type(*one)),
                _ => {
                    let known = (layout.types.iter())
                        .position(|ty| ty.params().is_empty() && ty.results() == rest);
                    known.map_or(Without::Impossible, |index| {
                        Without::Type(BlockType::FuncType(crate::info::count(index)))
                    })
                }
            }
        }
    }
}

/// Which locals of a function that catches by reference hold references; nothing if the function does more with
/// such references than to keep, throw or drop them.
pub(super) fn kept_in_locals(
    layout: &Layout,
    ty: u32,
    body: &FunctionBody<'_>,
) -> Result<Option<Vec<u32>>, BinaryReaderError> {
    let Some(ty) = layout.types.get(ty as usize) else {
        return Ok(None);
    };
    if ty
        .params()
        .iter()
        .chain(ty.results())
        .any(|ty| is_exception(*ty))
    {
        return Ok(None);
    }
    let mut locals = Vec::new();
    let mut next = crate::info::count(ty.params().len());
    for group in body.get_locals_reader()? {
        let (number, ty) = group?;
        if is_exception(ty) {
            if number > MAX_LOCALS {
                return Ok(None);
            }
            locals.extend(next..next + number);
        }
        next += number;
    }
    if locals.len() > MAX_LOCALS as usize {
        return Ok(None);
    }
    let mut scan = Scan {
        layout,
        locals: &locals,
        targets: vec![false],
        in_transit: false,
        ends_there: false,
    };
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        if !scan.operator(&operators.read()?)? {
            return Ok(None);
        }
    }
    Ok(Some(locals))
}

/// Each of these locals gets several more.
const MAX_LOCALS: u32 = 100;

struct Scan<'a> {
    layout: &'a Layout,
    locals: &'a [u32],
    /// For each open block whether its last result is a reference.
    targets: Vec<bool>,
    in_transit: bool,
    /// Whether the last instruction does not go on to the next.
    ends_there: bool,
}

impl Scan<'_> {
    fn is_target(&self, depth: u32) -> bool {
        let position = self.targets.len().checked_sub(depth as usize + 1);
        position.is_some_and(|position| self.targets[position])
    }

    /// False if the reference that an instruction has to do with cannot stay in a local.
    fn operator(&mut self, operator: &Operator<'_>) -> Result<bool, BinaryReaderError> {
        let ended_there = std::mem::replace(&mut self.ends_there, never_goes_on(operator));
        if std::mem::take(&mut self.in_transit) {
            return Ok(match operator {
                Operator::LocalSet { local_index } => self.locals.contains(local_index),
                Operator::ThrowRef | Operator::Drop | Operator::RefIsNull => true,
                _ => false,
            });
        }
        Ok(match operator {
            Operator::Block { blockty } => match without_reference(self.layout, *blockty) {
                Without::Same => self.open(false),
                Without::Type(_) => self.open(true),
                Without::Impossible => false,
            },
            Operator::Loop { blockty } | Operator::If { blockty } | Operator::Try { blockty } => {
                self.open(false)
                    && matches!(without_reference(self.layout, *blockty), Without::Same)
            }
            Operator::TryTable { try_table } => {
                for catch in &try_table.catches {
                    if let Catch::OneRef { label, .. } | Catch::AllRef { label } = *catch
                        && !self.is_target(label)
                    {
                        return Ok(false);
                    }
                }
                self.open(false)
                    && matches!(without_reference(self.layout, try_table.ty), Without::Same)
            }
            Operator::End | Operator::Delegate { .. } => {
                self.in_transit = self.targets.pop() == Some(true);
                // Otherwise something would have to be on the stack.
                !self.in_transit || ended_there
            }
            Operator::LocalGet { local_index } => {
                self.in_transit = self.locals.contains(local_index);
                true
            }
            Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                !self.locals.contains(local_index)
            }
            Operator::Br { relative_depth }
            | Operator::BrIf { relative_depth }
            | Operator::BrOnNull { relative_depth }
            | Operator::BrOnNonNull { relative_depth } => !self.is_target(*relative_depth),
            Operator::BrTable { targets } => {
                for target in targets.targets() {
                    if self.is_target(target?) {
                        return Ok(false);
                    }
                }
                !self.is_target(targets.default())
            }
            Operator::ThrowRef => false,
            Operator::RefNull {
                hty: HeapType::Abstract { ty, .. },
            } => !matches!(ty, AbstractHeapType::Exn | AbstractHeapType::NoExn),
            _ => true,
        })
    }

    fn open(&mut self, target: bool) -> bool {
        self.targets.push(target);
        true
    }
}

fn never_goes_on(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Br { .. }
            | Operator::BrTable { .. }
            | Operator::Return
            | Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::ReturnCallRef { .. }
            | Operator::Throw { .. }
            | Operator::ThrowRef
            | Operator::Rethrow { .. }
            | Operator::Unreachable
    )
}
