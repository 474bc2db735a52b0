//! Function bodies that the engine does not take as they are.
//!
//! A body is validated with the engine's features first. Only if that fails it is validated with
//! all features that the module may use, and rewritten instruction by instruction on the way: a
//! module that uses nothing but what the engine has pays nothing for what others use.
//!
//! Nothing is ever renumbered: what a rewritten body needs beyond what the module has comes after
//! that, in every index space. So instructions that mean something to the engine are copied.
//!
//! Code that cannot be reached is left out, as the types of its operands may be unknown.

use std::ops::BitOrAssign;
use std::sync::Arc;

use wasm_encoder::{Encode, Instruction};
use wasmparser::{
    AbstractHeapType, BinaryReader, FuncToValidate, FuncValidatorAllocations, FunctionBody,
    HeapType, Operator, ValType, ValidatorResources, WasmFeatures,
};

use super::erase::{self, Erased, Eraser};
use super::internal_references::{self, CodedSegment, Helpers};
use super::{atomics, function_references};
use crate::{CompileError, leb};

/// What rewritten bodies refer to that the module does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Additions {
    /// A table with one element, after all others: functions are called through it by reference.
    pub(crate) call_table: bool,
    /// The functions that make and take apart references to internal values, in a table after that
    /// one. There are both tables if there is this one.
    pub(crate) helpers: bool,
    /// The lowering of exceptions, which comes after this one.
    pub(crate) exceptions: bool,
}

impl BitOrAssign for Additions {
    fn bitor_assign(&mut self, other: Self) {
        self.call_table |= other.call_table;
        self.helpers |= other.helpers;
        self.exceptions |= other.exceptions;
    }
}

/// The body of a function with this index, rewritten.
pub(crate) struct Rewritten {
    pub(crate) index: u32,
    /// The index of the function's type.
    pub(crate) ty: u32,
    pub(crate) body: Vec<u8>,
    pub(crate) additions: Additions,
}

/// How the bodies of a module are rewritten.
#[derive(Clone, Debug)]
pub(crate) struct Rewriter {
    /// What the module may use.
    pub(crate) features: WasmFeatures,
    /// The number of tables that the module has.
    pub(crate) tables: u32,
    /// Where the functions are that [make](super::internal_references) internal values.
    pub(crate) helpers: Helpers,
    /// The number of globals that the module has.
    pub(crate) globals: u32,
    /// The passive element segments whose elements only code can make.
    pub(crate) segments: Arc<[CodedSegment]>,
    /// Whether the types of functions that are called indirectly are to be looked at.
    pub(crate) checks_types: bool,
}

/// What is known of where an instruction is.
pub(crate) struct Place<'a> {
    pub(crate) resources: &'a ValidatorResources,
    /// The type of the operand that is on top of the stack, if there is one.
    pub(crate) operand: Option<ValType>,
    /// The number of tables that the module has.
    pub(crate) tables: u32,
    /// Where the functions are that [make](super::internal_references) internal values.
    pub(crate) helpers: Helpers,
    /// The number of globals that the module has.
    pub(crate) globals: u32,
    /// The passive element segments whose elements only code can make.
    segments: &'a [CodedSegment],
    /// Whether the types of functions that are called indirectly are to be looked at.
    pub(crate) checks_types: bool,
}

impl Place<'_> {
    /// Which of the passive element segments whose elements only code can make this one is, and
    /// where these begin.
    pub(crate) fn segment(&self, index: u32) -> Option<(u32, u32)> {
        let segments = self.segments;
        let position = segments.binary_search_by_key(&index, |segment| segment.index);
        let position = position.ok()?;
        Some((crate::info::count(position), segments[position].base))
    }
}

impl Rewriter {
    /// Whether bodies are rewritten that the engine takes as they are.
    pub(crate) fn rewrites_all(&self) -> bool {
        self.checks_types || !self.segments.is_empty()
    }

    /// Validates the body of a function, which starts at `offset`, and rewrites it.
    pub(crate) fn rewrite(
        &self,
        function: FuncToValidate<&ValidatorResources>,
        bytes: &[u8],
        offset: usize,
    ) -> Result<Rewritten, CompileError> {
        let (index, ty, resources) = (function.index, function.ty, function.resources);
        let mut validator = function.into_validator(FuncValidatorAllocations::default());
        let parameters = validator.len_locals();
        let reader = BinaryReader::new_features(bytes, offset, self.features);
        let mut reader = FunctionBody::new(reader).get_binary_reader();
        reader.set_features(self.features);

        let mut writer = Writer::new(parameters);
        for _ in 0..reader.read_var_u32()? {
            let offset = reader.original_position();
            let count = reader.read_var_u32()?;
            let ty = reader.read()?;
            validator.define_locals(offset, count, ty)?;
            writer.additions.exceptions |= is_exception(ty);
            writer.declare(count, Eraser.local(ty)?);
        }
        // How many control frames enclose the instructions that are left out.
        let mut dead: Option<u32> = None;
        while !reader.eof() {
            let start = reader.current_position();
            let offset = reader.original_position();
            let operator = reader.read_operator()?;
            let frames = validator.control_stack_height();
            let place = Place {
                resources,
                operand: validator.get_operand_type(0).flatten(),
                tables: self.tables,
                helpers: self.helpers,
                globals: self.globals,
                segments: &self.segments,
                checks_types: self.checks_types,
            };
            validator.op(offset, &operator)?;
            writer.additions.exceptions |= uses_exceptions(&operator);
            if let Some(depth) = dead {
                if frames > depth || !continues(&operator) {
                    continue;
                }
                dead = None;
            }
            if !function_references::lower(&operator, &place, &mut writer)?
                && !internal_references::lower(&operator, &place, &mut writer)?
                && !atomics::lower(&operator, &place, &mut writer)
                && !erase_immediates(&operator, &mut writer)?
            {
                let end = reader.current_position();
                writer.code.extend_from_slice(&bytes[start..end]);
            }
            if (validator.get_control_frame(0)).is_some_and(|frame| frame.unreachable) {
                dead = Some(validator.control_stack_height());
            }
        }
        validator.finish(reader.original_position())?;
        Ok(Rewritten {
            index,
            ty,
            additions: writer.additions,
            body: writer.finish(),
        })
    }
}

/// Whether code that follows can be reached although what comes before does not reach it.
fn continues(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::End
            | Operator::Else
            | Operator::Catch { .. }
            | Operator::CatchAll
            | Operator::Delegate { .. }
    )
}

/// Whether values of a type are references to exceptions.
fn is_exception(ty: ValType) -> bool {
    matches!(ty, ValType::Ref(ty) if erase::erase(ty.heap_type()) == Some(Erased::Exception))
}

/// Whether an instruction has to do with exceptions.
fn uses_exceptions(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::TryTable { .. }
            | Operator::Throw { .. }
            | Operator::ThrowRef
            | Operator::Try { .. }
            | Operator::Rethrow { .. }
            | Operator::RefNull {
                hty: HeapType::Abstract {
                    ty: AbstractHeapType::Exn | AbstractHeapType::NoExn,
                    ..
                },
            }
    )
}

/// Writes an instruction whose immediates are types, in terms of the engine's.
fn erase_immediates(operator: &Operator<'_>, writer: &mut Writer) -> Result<bool, CompileError> {
    match operator {
        Operator::Block { .. }
        | Operator::Loop { .. }
        | Operator::If { .. }
        | Operator::Try { .. }
        | Operator::TryTable { .. }
        | Operator::TypedSelect { .. }
        | Operator::RefNull { .. } => {
            Eraser.instruction(operator.clone(), &mut writer.code)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// A function body that is being written.
pub(crate) struct Writer {
    /// The declarations of locals, as runs of a type.
    locals: Vec<(u32, wasm_encoder::ValType)>,
    next_local: u32,
    temporaries: Vec<(wasm_encoder::ValType, u32, u32)>,
    code: Vec<u8>,
    pub(crate) additions: Additions,
}

impl Writer {
    fn new(parameters: u32) -> Self {
        Self {
            locals: Vec::new(),
            next_local: parameters,
            temporaries: Vec::new(),
            code: Vec::new(),
            additions: Additions::default(),
        }
    }

    fn declare(&mut self, count: u32, ty: wasm_encoder::ValType) {
        self.locals.push((count, ty));
        self.next_local = self.next_local.saturating_add(count);
    }

    /// A local in which what an instruction is lowered to may keep a value; of one type, there is
    /// one for each `number`.
    ///
    /// It is declared when it is first asked for: the body's own locals are declared before that.
    pub(crate) fn temporary(&mut self, ty: wasm_encoder::ValType, number: u32) -> u32 {
        let known = (self.temporaries.iter()).find(|known| (known.0, known.1) == (ty, number));
        if let Some(&(_, _, local)) = known {
            return local;
        }
        let local = self.next_local;
        self.declare(1, ty);
        self.temporaries.push((ty, number, local));
        local
    }

    /// Writes some instructions.
    pub(crate) fn instructions(&mut self, instructions: &[Instruction<'_>]) {
        for instruction in instructions {
            instruction.encode(&mut self.code);
        }
    }

    fn finish(self) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.code.len() + self.locals.len() * 2 + 5);
        leb::write(&mut body, crate::info::count(self.locals.len()));
        for (count, ty) in self.locals {
            leb::write(&mut body, count);
            ty.encode(&mut body);
        }
        body.extend_from_slice(&self.code);
        body
    }
}
