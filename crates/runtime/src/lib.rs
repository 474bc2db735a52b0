//! A JavaScript runtime to embed: the Boa engine with an event loop on tokio, modules,
//! timers, a console, `WebAssembly` and `fetch`.
//!
//! ```
//! let mut runtime = taipan::Runtime::new()?;
//! let value = runtime.eval("[1, 2, 3].map(x => x * 2).join()")?;
//! assert_eq!(value.as_string().map(|s| s.to_std_string_lossy()).as_deref(), Some("2,4,6"));
//! # Ok::<_, taipan::Error>(())
//! ```

#![forbid(unsafe_code)]

mod builder;
mod clock;
mod deterministic;
mod error;
mod event_loop;
mod guards;
mod hooks;
mod host;
mod limits;
mod loader;
mod nesting;
mod panics;
mod runtime;
pub mod scripts;
mod serializable;
mod source_kind;
pub mod syntax;
mod thread;
mod worker;

pub use boa_engine as engine;
pub use builder::RuntimeBuilder;
pub use clock::{Clock, Sleep, SystemClock};
pub use error::{Error, Exception};
pub use event_loop::{EventLoop, UncaughtKind};
pub use limits::{Limit, Limits, Terminator};
pub use loader::SourceObserver;
pub use runtime::{Runtime, Uncaught};
pub use source_kind::SourceKind;
pub use taipan_fetch::net;
pub use taipan_web::console::{ConsoleSink, InspectOptions, Level, StdSink, inspect};
pub use taipan_web::permissions::{Capability, InvalidRule, NotCapable, Permissions, ReadError};
pub use taipan_web::random::{RandomError, RandomSource, SystemRandom};
pub use thread::{js_thread, on_js_thread};
pub use url::Url;
