//! What a function body has in it.

use wasmparser::{BinaryReaderError, Catch, FunctionBody, Operator};

/// What has to be known of a body before it is rewritten.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Whether control may leave it because of an exception.
    pub(super) unwinds: bool,
    /// Whether it catches by reference.
    pub(super) references: bool,
    /// For each `try`, in their order, whether a `rethrow` refers to it.
    pub(super) rethrown: Vec<bool>,
}

impl Scan {
    pub(super) fn new(body: &FunctionBody<'_>) -> Result<Self, BinaryReaderError> {
        let mut scan = Self::default();
        // The `try` that each open block is, if it is one.
        let mut open: Vec<Option<usize>> = vec![None];
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            match operators.read()? {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                    open.push(None);
                }
                // Even where nothing is thrown, what is not caught has to go somewhere.
                Operator::TryTable { try_table } => {
                    scan.unwinds = true;
                    scan.references |= try_table
                        .catches
                        .iter()
                        .any(|catch| matches!(catch, Catch::OneRef { .. } | Catch::AllRef { .. }));
                    open.push(None);
                }
                Operator::Try { .. } => {
                    scan.unwinds = true;
                    open.push(Some(scan.rethrown.len()));
                    scan.rethrown.push(false);
                }
                Operator::End | Operator::Delegate { .. } => {
                    open.pop();
                }
                Operator::Rethrow { relative_depth } => {
                    scan.unwinds = true;
                    let position = open.len().checked_sub(relative_depth as usize + 1);
                    if let Some(Some(number)) = position.and_then(|at| open.get(at)) {
                        scan.rethrown[*number] = true;
                    }
                }
                Operator::Throw { .. }
                | Operator::ThrowRef
                | Operator::Call { .. }
                | Operator::CallIndirect { .. }
                | Operator::CallRef { .. } => scan.unwinds = true,
                _ => {}
            }
        }
        Ok(scan)
    }
}
