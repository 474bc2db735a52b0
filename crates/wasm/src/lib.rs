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
pub mod embed;
mod errors;
pub mod esm;
mod exception;
mod exceptions;
mod exported_function;
#[cfg(feature = "boa_runtime")]
mod extension;
mod externref;
mod function;
mod global;
#[allow(unsafe_code)]
mod handle_key;
mod host_function;
mod imports;
mod instance;
mod internal_references;
mod js_string;
mod limiter;
mod limits_descriptor;
#[allow(unsafe_code)]
mod memory;
mod metering;
mod module;
mod namespace;
mod promising;
#[allow(unsafe_code)]
mod region;
mod resizable_buffer;
mod shared_memory;
#[allow(unsafe_code)]
mod slot;
pub mod streaming;
mod suspending;
mod table;
mod tag;
mod tidying;
mod trampoline;
mod type_reflection;
mod typed_call;
mod value_type;
mod values;
#[allow(unsafe_code)]
mod view;

use std::{rc::Rc, time::Duration};

use boa_engine::{Context, JsResult};
use taipan_compile::CompileOptions;

#[cfg(feature = "boa_runtime")]
pub use extension::WebAssemblyExtension;
pub use taipan_compile::CacheLimits;

pub use metering::{Metering, Refuel};
pub use module::{PortableModule, SerializedModule};
pub use streaming::{Closed, Explain, ModuleBody, ModuleSink, ResponseSource, set_response_source};

/// Options of the WebAssembly API in a context.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// The most bytes that all memories of the context may have together; more cannot be
    /// allocated, and `memory.grow` fails. No limit by default.
    pub memory_limit: usize,
    /// The most elements that all tables of the context may have together, those of instances that are gone
    /// included; more cannot be allocated, and `table.grow` fails. No limit by default but that of each table.
    pub table_limit: u64,
    /// What modules may use.
    pub compile: CompileOptions,
    /// Whether types can be looked at, as the [type reflection][js-types] proposal has it: `type()` of memories,
    /// tables, globals, tags and functions, the class `WebAssembly.Function`, types of imports and exports. Not by
    /// default.
    ///
    /// [js-types]: https://github.com/WebAssembly/js-types
    pub type_reflection: bool,
    /// How many modules that were compiled are kept for the next time that the same bytes are compiled.
    pub module_cache: CacheLimits,
    metering: Option<metering::Meter>,
    /// How long a call of a function that `WebAssembly.promising` made may go on before the event
    /// loop gets to do something else; without limit by default.
    ///
    /// Other calls run to their end. Code is a few percent slower for it; tight loops, up to a
    /// third.
    pub time_slice: Option<Duration>,
}

impl Options {
    /// Has WebAssembly code run on fuel that `metering` gives, so that it can be stopped.
    ///
    /// Code is a few percent slower for it; tight loops, up to a third.
    pub fn metering(&mut self, metering: Rc<dyn Metering>) -> &mut Self {
        self.metering = Some(metering::Meter(metering));
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            memory_limit: usize::MAX,
            table_limit: u64::MAX,
            compile: CompileOptions::default(),
            type_reflection: false,
            module_cache: CacheLimits::default(),
            metering: None,
            time_slice: None,
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
    let agent = agent::Agent::install(options, context)?;
    let namespace = namespace::define(context);
    if agent.type_reflection {
        type_reflection::install(&namespace, context)?;
    }
    resizable_buffer::install(context)?;
    Ok(())
}
