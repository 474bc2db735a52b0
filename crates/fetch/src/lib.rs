//! `fetch`, `Headers`, `Request`, `Response`, `EventSource` and `WebSocket` for [Boa](boa_engine), over hyper.
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
//!
//! # What differs from a browser
//!
//! A browser's `fetch` keeps pages from each other and from what is their user's. Here is neither page nor user, so:
//!
//! - every response can be read, whatever its origin; there are no preflights and no opaque responses, and a redirect
//!   that is not followed is the response itself;
//! - every header can be set and seen, `Cookie`, `Host` and `Set-Cookie` among them; those that frame a message are
//!   computed all the same;
//! - there is no cache and no jar of cookies; the cache modes set the headers that caches on the way go by.
//!
//! `Origin` and `Referer` are sent as the standard says by scripts that came from a server, and never by others.
//!
//! # Without the network
//!
//! A [`net::Transport`] takes the place of the network ([`net::ClientOptions::transport`]) or answers for a URL scheme
//! of one's own ([`FetchOptions::scheme`]).
#![forbid(unsafe_code)]

mod abort;
mod body;
mod environment;
mod event_source;
#[cfg(feature = "boa_runtime")]
mod extension;
mod fetch;
mod header_list;
mod headers;
pub mod net;
mod request;
mod response;
#[cfg(feature = "wasm")]
mod streaming;
mod web_socket;
mod xml_http_request;

#[cfg(feature = "boa_runtime")]
pub use extension::FetchExtension;
pub use xml_http_request::{
    ParseDocument, Wait, Waited, XmlHttpRequest, XmlHttpRequestOptions, XmlHttpRequestUpload,
    register_xml_http_request,
};

use std::sync::Arc;

use boa_engine::{Context, JsResult};
pub use taipan_web::permissions::Permissions;

/// What [`register`] needs to know.
#[derive(Debug, Clone, Default)]
pub struct FetchOptions {
    /// The client that makes the requests. Contexts may share one.
    pub client: net::Client,
}

impl FetchOptions {
    /// Has `transport` answer requests for URLs of `scheme`.
    ///
    /// The client is replaced by one with its options: contexts that share the old one do not have the scheme.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use taipan_fetch::{FetchOptions, net::{NativeResponse, Request}};
    ///
    /// let options = FetchOptions::default().scheme("app", |request: Request| async move {
    ///     let path = request.url.path().to_owned();
    ///     Ok(NativeResponse::new(200).with_body(Bytes::from(path)))
    /// });
    /// # let mut context = boa_engine::Context::default();
    /// taipan_fetch::register(&mut context, options)?;
    /// context.eval(boa_engine::Source::from_bytes(
    ///     "fetch('app://main/x').then(response => response.text()).then(text => result = text)",
    /// ))?;
    /// context.run_jobs()?;
    /// # let result = context.global_object().get(boa_engine::js_string!("result"), &mut context)?;
    /// # assert_eq!(result, boa_engine::js_string!("/x").into());
    /// # Ok::<(), boa_engine::JsError>(())
    /// ```
    #[must_use]
    pub fn scheme(self, scheme: &str, transport: impl net::Transport) -> Self {
        let mut options = self.client.options().clone();
        let scheme = scheme.to_ascii_lowercase();
        options.schemes.insert(scheme, Arc::new(transport));
        let permissions = self.client.permissions().clone();
        Self {
            client: net::Client::with_permissions(options, permissions),
        }
    }
}

/// Defines `fetch`, `Headers`, `Request`, `Response`, `EventSource` and `WebSocket` on the global object of the current realm.
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
    taipan_webidl::expose::<event_source::EventSource>(&global, context);
    taipan_webidl::expose::<web_socket::WebSocket>(&global, context);
    fetch::register(context);
    #[cfg(feature = "wasm")]
    streaming::register(context);
    Ok(())
}
