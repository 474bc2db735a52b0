//! Constant expressions in terms of the engine's.
//!
//! The engine knows the values of imported globals alone. What refers to another global gets the
//! expression which that global is initialised with in its place.

use std::collections::HashMap;

use wasmparser::{ConstExpr, Operator};

use super::erase::Eraser;
use super::internal_references::{Helper, Helpers};
use crate::CompileError;

/// A constant expression, lowered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Constant {
    /// The instructions, without the final `end`.
    pub(crate) code: Vec<u8>,
    /// The functions which these refer to.
    pub(crate) functions: Vec<u32>,
    /// Whether the engine cannot evaluate it as a constant expression: it calls a function.
    pub(crate) needs_code: bool,
}

/// How many bytes may be put in the place of references to globals in all. Each may stand for an
/// expression that is as long as is allowed.
const MAX_REPLACED: usize = 16 << 20;

/// Lowers constant expressions, and knows those of globals.
#[derive(Debug)]
pub(crate) struct Constants {
    pub(crate) helpers: Helpers,
    /// The number of imported globals.
    imported: u32,
    /// The values of immutable globals that the module defines.
    globals: HashMap<u32, Constant>,
    replaced: usize,
}

impl Constants {
    pub(crate) fn new(imported: u32, helpers: Helpers) -> Self {
        Self {
            helpers,
            imported,
            globals: HashMap::new(),
            replaced: 0,
        }
    }

    /// Notes the value of an immutable global that the module defines.
    pub(crate) fn define(&mut self, global: u32, value: Constant) {
        self.globals.insert(global, value);
    }

    /// The value of a global that the module defines, if it is immutable.
    pub(crate) fn global(&self, global: u32) -> Option<&Constant> {
        self.globals.get(&global)
    }

    /// Lowers an expression that is valid.
    ///
    /// # Errors
    /// If it becomes too long.
    pub(crate) fn lower(&mut self, expression: &ConstExpr<'_>) -> Result<Constant, CompileError> {
        let mut constant = Constant::default();
        let mut operators = expression.get_operators_reader();
        while !operators.is_end_then_eof() {
            match operators.read()? {
                Operator::GlobalGet { global_index } if global_index >= self.imported => {
                    let offset = operators.original_position();
                    let value = self.globals.get(&global_index).ok_or_else(|| {
                        CompileError::internal("a constant expression of a mutable global")
                    })?;
                    self.replaced += value.code.len();
                    if self.replaced > MAX_REPLACED {
                        return Err(CompileError::limit(
                            "the constant expressions of the module are too long",
                            offset,
                        ));
                    }
                    constant.code.extend_from_slice(&value.code);
                    constant.functions.extend_from_slice(&value.functions);
                    constant.needs_code |= value.needs_code;
                }
                Operator::RefI31 => {
                    self.helpers.encode_call(Helper::Make, &mut constant.code);
                    constant.needs_code = true;
                }
                // Internal and external values are the same to the engine.
                Operator::AnyConvertExtern | Operator::ExternConvertAny => {}
                operator => {
                    if let Operator::RefFunc { function_index } = operator {
                        constant.functions.push(function_index);
                    }
                    Eraser.instruction(operator, &mut constant.code)?;
                }
            }
        }
        Ok(constant)
    }
}

/// Whether an expression, which refers to no global of the module's own, makes a reference to an
/// internal value.
pub(crate) fn makes_reference(expression: &ConstExpr<'_>) -> Result<bool, CompileError> {
    for operator in expression.get_operators_reader() {
        if matches!(operator?, Operator::RefI31) {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Constant {
    /// The expression for the encoder.
    pub(crate) fn into_expression(self) -> wasm_encoder::ConstExpr {
        wasm_encoder::ConstExpr::raw(self.code)
    }
}
