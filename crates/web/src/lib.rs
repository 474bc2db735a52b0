//! The web platform without the network, for the Boa engine.
//!
//! Everything here works with any Boa [`Context`] and any
//! [`JobExecutor`](boa_engine::job::JobExecutor).

#![forbid(unsafe_code)]

pub mod abort;
pub mod agent;
pub mod base64;
mod base_url;
pub mod blob;
pub mod bytes;
pub mod compression;
pub mod console;
pub mod crypto;
mod define;
pub mod encoding;
mod error;
pub mod events;
#[cfg(feature = "boa_runtime")]
mod extension;
pub mod file_reader;
pub mod form_data;
pub mod global_scope;
pub mod json;
pub mod messaging;
pub mod microtask;
pub mod mime_type;
pub mod navigator;
pub mod performance;
pub mod permissions;
pub mod random;
pub mod streams;
pub mod structured_clone;
mod task;
pub mod timers;
pub mod url;
pub mod url_pattern;
pub mod worker;

pub use base_url::{base_url, parse_url, set_base_url, set_base_url_source};
#[cfg(feature = "boa_runtime")]
pub use extension::WebExtension;

use boa_engine::{Context, JsResult};

/// Defines everything of this crate on the global object of the current realm, but for
/// [`console`], which needs to know where to write.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    global_scope::register(context)?;
    let global = context.global_object();
    taipan_webidl::expose::<taipan_webidl::DomException>(&global, context);
    error::register(context)?;
    microtask::register(context)?;
    timers::register(context)?;
    events::register(context)?;
    abort::register(context)?;
    performance::register(context)?;
    navigator::register(context)?;
    streams::register(context)?;
    encoding::register(context)?;
    base64::register(context)?;
    compression::register(context)?;
    url::register(context)?;
    url_pattern::register(context)?;
    blob::register(context)?;
    file_reader::register(context)?;
    form_data::register(context)?;
    structured_clone::register(context)?;
    messaging::register(context)?;
    crypto::register(context)?;
    Ok(())
}
