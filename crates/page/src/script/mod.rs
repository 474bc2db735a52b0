//! Script elements: which of them run, and when.
//!
//! <https://html.spec.whatwg.org/multipage/scripting.html#script-processing-model>

mod pending;
mod prepare;
mod scripts;

pub(crate) use pending::PendingScript;
pub(crate) use prepare::{inserted, prepare, resolve};
pub(crate) use scripts::Scripts;
