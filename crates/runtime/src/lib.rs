//! A JavaScript runtime to embed: the Boa engine with an event loop on tokio, modules,
//! timers, a console, `WebAssembly` and `fetch`.
//!
//! ```
//! let mut runtime = taipan::Runtime::new()?;
//! let value = runtime.eval("[1, 2, 3].map(x => x * 2).join()")?;
//! assert_eq!(value.as_string().map(|s| s.to_std_string_lossy()).as_deref(), Some("2,4,6"));
//! # Ok::<_, taipan::Error>(())
//! ```
//!
//! # What there is
//!
//! - [`Runtime`] runs scripts, modules and programs on the thread it was made on, blocking or as futures for the
//!   caller's own tokio; [`RuntimeHandle`] does on a thread of its own, for programs with many threads.
//! - [`RuntimeBuilder`] says what a script gets: a console, a base URL, [`Permissions`], [`Limits`], the
//!   [network](net), a [`Clock`], a [`RandomSource`], [`ModuleLoader`]s.
//! - [`HostFunction`]s, [`AsyncHostFunction`]s, [`HostClass`]es and [`HostModule`]s are what script can call of the
//!   program; [`FromJs`] and [`IntoJs`] convert what goes back and forth; [`Function`] and [`Promised`] are functions
//!   and promises of script.
//! - With the feature `serde` whatever derives serde's traits goes back and forth as `Serde<T>`.
//! - [`Error`] is what fails: with the [`Exception`] if script threw one, which has its class, message, stack and cause.
//!   [`HostError`] is the other way round.
//! - [`wasm`] is WebAssembly from Rust: modules of bytes, closures as imports, exports to call, memories to read.
//! - [`engine`] is the engine itself, for everything else: [`Runtime::with`] and [`RuntimeBuilder::with_context`] lend
//!   its context.
//!
//! The examples in `examples/rust` show each of them at work.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod builder;
mod builtins;
mod clock;
mod convert;
mod core;
mod deterministic;
mod error;
mod event_loop;
mod function;
mod globals;
mod guards;
mod handle;
mod hooks;
mod host;
mod host_class;
mod host_error;
mod host_function;
mod host_module;
mod limits;
mod loader;
mod nesting;

mod panics;
mod pressure;
mod promised;
mod runtime;
pub mod scripts;
#[cfg(feature = "serde")]
pub mod serde;
mod serializable;
mod source_kind;
pub mod syntax;
mod teardown;
mod thread;
pub mod wasm;
mod workarounds;
mod worker;

#[cfg(feature = "serde")]
pub use self::serde::Serde;
pub use boa_engine as engine;
pub use builder::RuntimeBuilder;
pub use bytes::Bytes;
pub use clock::{Clock, Sleep, SystemClock};
pub use convert::{
    ArgumentReader, Coerced, FromArgument, FromJs, IntoArguments, IntoJs, Rest, This,
};
pub use error::{Error, Exception};
pub use event_loop::{EventLoop, UncaughtKind};
pub use function::{Callable, Function};
pub use globals::{get_property, set_property};
pub use handle::{Answer, RuntimeHandle};
pub use host_class::{
    AsyncHostMethod, ClassBuilder, Exclusive, Fallible, HostClass, HostConstructor, HostMethod,
    Instance, Shared,
};
pub use host_error::{ErrorClass, HostError, IntoJsError};
pub use host_function::{AsyncHostFunction, Completion, HostFunction, HostFuture, WithContext};
pub use host_module::HostModule;
pub use limits::{Limit, Limits, Terminator};
pub use loader::{
    EmbedderLoader as ModuleLoader, ImportMap, ImportMapError, MemoryModules, ModuleFuture,
    ModuleSource, SourceObserver,
};
pub use promised::Promised;
pub use runtime::{Runtime, Uncaught};
pub use source_kind::SourceKind;
pub use taipan_fetch::net;
pub use taipan_wasm::CacheLimits;
pub use taipan_web::console::{ConsoleSink, InspectOptions, Level, StdSink, inspect};
pub use taipan_web::permissions::{Capability, InvalidRule, NotCapable, Permissions, ReadError};
pub use taipan_web::random::{RandomError, RandomSource, SystemRandom};
pub use thread::{js_thread, on_js_thread};
pub use url::Url;
