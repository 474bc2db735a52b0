//! What answers requests.

use std::{future::Future, pin::Pin};

use super::{error::FetchError, request::Request, response::NativeResponse};

/// The future of a response's header.
pub type TransportFuture = Pin<Box<dyn Future<Output = Result<NativeResponse, FetchError>> + Send>>;

/// Answers requests: in place of the network ([`ClientOptions::transport`](super::ClientOptions::transport)), or for a
/// URL scheme of the embedder's own ([`ClientOptions::schemes`](super::ClientOptions::schemes)).
///
/// A transport makes one exchange. Redirects, URL filters, integrity and aborting are the client's: it drops the
/// future, or the body of the response, when nobody wants them any more. A body is given out as it is meant to be
/// read, so undoing a `Content-Encoding` is the transport's business.
///
/// Futures run on the client's thread, within a tokio runtime that has timers and input and output.
///
/// A function that takes a [`Request`] and returns a future is a transport:
///
/// ```
/// use std::sync::Arc;
/// use bytes::Bytes;
/// use taipan_fetch::net::{Client, ClientOptions, NativeBody, NativeResponse, Request, Transport};
///
/// let echo: Arc<dyn Transport> = Arc::new(|request: Request| async move {
///     let body = NativeBody::from_bytes(Bytes::from(request.url.path().to_owned()));
///     Ok(NativeResponse::new(200)
///         .with_header("content-type", "text/plain")
///         .with_body(body))
/// });
/// let mut options = ClientOptions::default();
/// options.schemes.insert("echo".to_owned(), echo);
/// let client = Client::with_options(options);
///
/// # futures_util::FutureExt::now_or_never(async {});
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let response = client.fetch(Request::get("echo:hello".parse()?)).await?;
/// assert_eq!(&response.into_body().bytes().await?[..], b"hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Sends `request` and waits for the header of the response.
    fn send(&self, request: Request) -> TransportFuture;
}

impl<F, R> Transport for F
where
    F: Fn(Request) -> R + Send + Sync + 'static,
    R: Future<Output = Result<NativeResponse, FetchError>> + Send + 'static,
{
    fn send(&self, request: Request) -> TransportFuture {
        Box::pin(self(request))
    }
}
