//! The limits of the JavaScript interface.

use crate::CompileError;

/// The [implementation-defined limits][limits] that a module must keep.
///
/// The limits of the parser are the same for the numbers of types (1,000,000), functions
/// (1,000,000), imports (1,000,000), exports (1,000,000), globals (1,000,000), data segments
/// (100,000), memories (100), parameters and results (1,000), and locals (50,000). It is narrower
/// for tables (100 where the JavaScript interface says 100,000), element segments (100,000),
/// names (100,000 bytes), and for what is imported and exported: the types of all of that may have
/// 1,000,000 parts together, where a function has two and one for each parameter and result, and
/// everything else one. Tags become imports when exceptions are lowered, so there can be no more
/// than 900,000 or so.
///
/// The number of elements that a table may have is none of these limits: whether there can be such
/// a table is found out when it is made.
///
/// [limits]: https://webassembly.github.io/spec/js-api/#limits
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Limits {
    /// The size of a module in bytes.
    pub module_size: usize,
    /// The size of a function body, with the declarations of its locals, in bytes.
    pub function_body_size: usize,
    /// The minimum and maximum size that a 64-bit memory may declare, in bytes.
    ///
    /// The specification counts pages of 64 KiB; bytes hold for custom page sizes, too.
    pub memory64_size: u64,
    /// The number of data segments.
    pub data_segments: u32,
    /// The size of a constant expression, in bytes.
    ///
    /// Not one of the JavaScript interface: the engine evaluates these expressions by recursion, so
    /// a long sum would overflow the native stack.
    pub constant_expression_size: usize,
}

impl Limits {
    /// Checks the size of the constant expression at `offset`.
    pub(crate) fn check_constant_expression(
        &self,
        size: usize,
        offset: usize,
    ) -> Result<(), CompileError> {
        if size <= self.constant_expression_size {
            return Ok(());
        }
        Err(CompileError::limit(
            format!(
                "a constant expression must have at most {} bytes",
                self.constant_expression_size
            ),
            offset,
        ))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            module_size: 1 << 30,
            function_body_size: 7_654_321,
            memory64_size: (1 << 53) - (1 << 16),
            data_segments: 100_000,
            constant_expression_size: 4_096,
        }
    }
}
