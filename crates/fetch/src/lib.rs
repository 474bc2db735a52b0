//! `fetch`, `Headers` and `Response` for [Boa](boa_engine), over hyper.
//!
//! The crate has two layers:
//!
//! - [`net`] is native: a [`net::Client`] turns a [`net::Request`] into a
//!   [`net::NativeResponse`] whose body is a stream of [`bytes::Bytes`]. There is no
//!   JavaScript in it, and its input and output run on a thread of its own.
//! - [`register`] puts the standard JavaScript interfaces on top of it into a context.
//!
//! ```
//! use boa_engine::{Context, Source, js_string};
//!
//! let mut context = Context::default();
//! taipan_fetch::register(&mut context, taipan_fetch::FetchOptions::default())?;
//! context.eval(Source::from_bytes(
//!     "fetch('data:,hello').then(response => response.text()).then(text => result = text)",
//! ))?;
//! context.run_jobs()?;
//! let result = context.global_object().get(js_string!("result"), &mut context)?;
//! assert_eq!(result, js_string!("hello").into());
//! # Ok::<(), boa_engine::JsError>(())
//! ```
//!
//! Relative URLs resolve against [`taipan_web::base_url`].
#![forbid(unsafe_code)]

mod abort;
mod body;
mod environment;
mod fetch;
mod header_list;
mod headers;
mod mime_type;
pub mod net;
mod request;
mod response;
#[cfg(feature = "wasm")]
mod streaming;

use boa_engine::{Context, JsResult};

/// What [`register`] needs to know.
#[derive(Debug, Clone, Default)]
pub struct FetchOptions {
    /// The client that makes the requests. Contexts may share one.
    pub client: net::Client,
}

/// Defines `fetch`, `Headers` and `Response` on the global object of the current realm.
///
/// If the `WebAssembly` object of `taipan_wasm` is there already, its `compileStreaming` and
/// `instantiateStreaming` take responses from now on: register that first. (Only with the feature `wasm`, which is
/// on by default.)
///
/// Promises settle when the jobs of the context are run, by any executor.
///
/// `fetch` with `redirect: 'manual'` returns the redirect itself, with its status and its `Location`, as Node.js and
/// Deno do; the opaque response of the standard is of use only where sites are to be protected from each other.
///
/// # Errors
///
/// If a script has broken the realm before.
pub fn register(context: &mut Context, options: FetchOptions) -> JsResult<()> {
    environment::register(options.client, context)?;
    let global = context.global_object();
    taipan_webidl::expose::<headers::Headers>(&global, context);
    taipan_webidl::expose::<request::Request>(&global, context);
    taipan_webidl::expose::<response::Response>(&global, context);
    fetch::register(context);
    #[cfg(feature = "wasm")]
    streaming::register(context);
    Ok(())
}
