//! The [exception handling proposal][eh], lowered to what the engine executes.
//!
//! A store has *registers*, which are globals that modules import: the address of the tag of the
//! exception that is pending, or 0; a reference to it, if it has an identity already; and its
//! payload. See [`Registers`].
//!
//! - `throw` writes the registers and branches to the innermost handler. Where a function has none,
//!   it returns, with zeros for results.
//! - After every call the pending tag is looked at, and if there is one, control goes to the
//!   innermost handler, too.
//! - A handler compares the pending tag with the addresses of its tags, which are imported as
//!   constants, and goes on to the next outer handler if it does not know the tag.
//! - An `exnref` is an `externref` of the embedder's. It is made when one is asked for
//!   ([`ExceptionImport::Reference`]), and taken apart when it is thrown
//!   ([`ExceptionImport::Throw`]). Where a function only keeps it in order to throw it again, what
//!   it would refer to is kept in locals instead.
//!
//! As calls return as if nothing had happened, whatever calls a function that may throw has to look
//! at the registers: the embedder, and modules without exceptions that are linked to modules with
//! them. For these a module can be lowered as if it had exceptions
//! ([`CompiledModule::aware_of_exceptions`](crate::CompiledModule::aware_of_exceptions)). All other
//! modules stay as they are.
//!
//! [eh]: https://github.com/WebAssembly/exception-handling

mod body;
mod erase;
mod layout;
mod references;
mod registers;
mod saved;
mod scan;
mod sections;
mod work;

pub(crate) use erase::encoded;
pub(crate) use layout::erased;
pub use registers::Registers;

use bytes::Bytes;
use wasmparser::WasmFeatures;

use crate::lowering::{LoweredImport, Lowering};
use crate::types::ValType;
use crate::{CompileError, Parallelism};
use layout::Layout;

/// What a module imports to throw and to catch exceptions.
///
/// The functions are called by code that is in the midst of throwing or catching: they must not run
/// code of WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExceptionImport {
    /// A function `[] -> [externref]` that gives a reference to the pending exception.
    Reference,
    /// A function `[externref] -> []` that makes the exception which it gets a reference to the
    /// pending one. It traps if the reference is null.
    Throw,
    /// A function `[] -> []` that is called when functions were written to an imported table.
    TableWritten,
    /// The global with the address of the pending exception's tag.
    Pending,
    /// The global with the reference to the pending exception.
    Exception,
    /// The address of the tag with this index in the module: an immutable global of type `i32`.
    Tag(u32),
    /// The global with the element of the payload that is the `index`th of this type.
    Payload {
        /// The type, erased.
        ty: ValType,
        /// How many of the same type come before.
        index: u32,
    },
}

/// The export by which code that looks at the registers is told from code that does not.
pub const AWARE_EXPORT: &str = "e";

/// Lowers a module that has been lowered in all other respects.
///
/// `features` are those of the module, and those that what comes out may need.
pub(crate) fn lower(
    module: &Bytes,
    lowering: &Lowering,
    features: [WasmFeatures; 2],
    parallelism: Parallelism,
) -> Result<(Vec<u8>, Lowering), CompileError> {
    let layout = Layout::new(module, features[0])?;
    let lowered = sections::write(module, layout, features, parallelism)?;
    let lowering = Lowering {
        imports: imports(&lowering.imports, &lowered.layout),
        exceptions: true,
        ..lowering.clone()
    };
    Ok((lowered.bytes, lowering))
}

/// The imports in the engine's order: functions come first and globals last.
fn imports(declared: &[LoweredImport], layout: &Layout) -> Vec<LoweredImport> {
    let functions = layout.imported_functions as usize;
    let hidden = |import| LoweredImport::Exception(import);
    let mut imports = Vec::with_capacity(declared.len() + layout.hidden_globals.len() + 3);
    imports.extend_from_slice(&declared[..functions]);
    imports.extend(HELPERS.map(hidden));
    imports.extend_from_slice(&declared[functions..]);
    imports.extend(layout.hidden_globals.iter().copied().map(hidden));
    imports
}

/// The hidden functions, in the order in which they are imported.
const HELPERS: [ExceptionImport; 3] = [
    ExceptionImport::Reference,
    ExceptionImport::Throw,
    ExceptionImport::TableWritten,
];
