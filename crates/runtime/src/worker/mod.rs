//! Workers: the threads, engines and event loops of `new Worker`.
//!
//! A worker is a [`Runtime`](crate::Runtime) of its own on a thread of its own, made from what its parent passes on
//! ([`Inherited`]). The two speak to each other through the mailboxes of [`taipan_web::agent`].

mod blocking;
mod console;
mod host;
mod inherited;
mod loading;
mod scope;
mod settings;
mod thread;

pub(crate) use console::Console;
pub(crate) use host::{Report, Workers};
pub(crate) use inherited::Inherited;
pub(crate) use scope::Scope;
pub(crate) use settings::Settings;
