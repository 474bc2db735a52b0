//! What scripts may do: attempts to do more, each of which is shown to work where everything is allowed.

mod attack;
mod canary;
mod denials;
mod files;
mod grants;
mod imports;
mod names;
mod requests;
mod sockets;
#[cfg(unix)]
mod workers;
