//! The [WebAssembly JavaScript API](https://webassembly.github.io/spec/js-api/) for the Boa
//! engine, on the wasmi interpreter.
//!
//! [`register`] defines the `WebAssembly` namespace in a context. Everything works on any job
//! executor; the promises of asynchronous functions settle when the context's jobs are run.
//!
//! ```
//! use boa_engine::{Context, Source};
//!
//! let mut context = Context::default();
//! taipan_wasm::register(&mut context, &taipan_wasm::Options::default())?;
//! let pages = context.eval(Source::from_bytes(
//!     "const memory = new WebAssembly.Memory({ initial: 1 }); memory.grow(2)",
//! ))?;
//! assert_eq!(pages.as_number(), Some(1.0));
//! # Ok::<(), boa_engine::JsError>(())
//! ```
//!
//! # Layout
//! One file an interface (`memory`, `table`, `global`, `module`, `instance`), one an algorithm of
//! the specification (`imports`, `values`, `exported_function`, `host_function`). `agent` has the
//! store and the object caches, `cell` what keeps what alive. Unsafe code is confined to `slot`,
//! `handle_key`, `region`, `view` and one call in `memory`.
#![deny(unsafe_code)]

mod agent;
mod cell;
mod errors;
mod exported_function;
mod externref;
mod global;
#[allow(unsafe_code)]
mod handle_key;
mod host_function;
mod imports;
mod instance;
mod js_string;
mod limiter;
#[allow(unsafe_code)]
mod memory;
mod module;
mod namespace;
#[allow(unsafe_code)]
mod region;
#[allow(unsafe_code)]
mod slot;
pub mod streaming;
mod table;
mod typed_call;
mod values;
#[allow(unsafe_code)]
mod view;

use boa_engine::{Context, JsResult};
use taipan_compile::CompileOptions;

pub use module::SerializedModule;
pub use streaming::{Closed, Explain, ModuleBody, ModuleSink, ResponseSource, set_response_source};

/// Options of the WebAssembly API in a context.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// The most bytes that all memories of the context may have together; more cannot be
    /// allocated, and `memory.grow` fails. No limit by default.
    pub memory_limit: usize,
    /// What modules may use.
    pub compile: CompileOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            memory_limit: usize::MAX,
            compile: CompileOptions::default(),
        }
    }
}

/// Defines the `WebAssembly` namespace in the current realm of `context`.
///
/// The options count for the first registration in a context: its realms share one store.
///
/// # Errors
/// An error of the engine itself.
pub fn register(context: &mut Context, options: &Options) -> JsResult<()> {
    agent::Agent::install(options, context)?;
    namespace::define(context);
    Ok(())
}
