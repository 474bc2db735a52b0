//! The network layer: requests in, streamed responses out, no JavaScript anywhere.
//!
//! ```no_run
//! # async fn example() -> Result<(), taipan_fetch::net::FetchError> {
//! use taipan_fetch::net::{Client, Request};
//!
//! let client = Client::new();
//! let url = "https://example.com/app.js".parse().expect("a valid URL");
//! let response = client.fetch(Request::get(url)).await?;
//! println!("{} {}", response.status(), response.url());
//! let source = response.into_body().bytes().await?;
//! # drop(source);
//! # Ok(())
//! # }
//! ```
//!
//! A [`Client`] starts one thread the first time it is used. That thread follows redirects,
//! reads files and decodes content codings; where a [`Reactor`] runs the program, that does so
//! itself while it has nothing else to do. What reaches the caller is a bounded channel of bytes, so that any executor, or none, can wait
//! for it: no tokio runtime is assumed where a response is read.

mod body;
mod bounded;
mod cap;
mod client;
mod connect;
mod data;
mod decode;
mod error;
mod file;
mod http;
mod integrity;
mod io_thread;
mod limit;
mod origin;
mod outgoing;
mod ports;
mod reactor;
mod receive;
mod redirect;
mod referrer;
mod request;
mod resolver;
mod response;
mod transport;
pub(crate) mod web_socket;

pub use body::{BodySender, Closed, NativeBody};
pub use client::{Client, ClientOptions, Proxy, ProxyRules, ResponseFuture, UrlFilter};
pub use error::{FetchError, FetchErrorKind};
pub use integrity::Integrity;
pub use reactor::Reactor;
pub use referrer::ReferrerPolicy;
pub use request::{RedirectMode, Request, RequestBody};
pub use response::NativeResponse;
pub use transport::{Transport, TransportFuture};
