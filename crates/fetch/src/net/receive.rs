//! Receiving a response over hyper.

use std::{error::Error, future::Future, io, time::Duration};

use bytes::BytesMut;
use futures_util::TryStreamExt;
use http::{Response, Version};
use http_body_util::{BodyDataStream, BodyExt};
use hyper::{
    body::{Body, Incoming},
    ext::ReasonPhrase,
};
use tokio::{io::AsyncReadExt, time::Instant};
use tokio_util::{io::StreamReader, sync::CancellationToken};
use url::Url;

use super::{
    body::{BodySender, NativeBody},
    decode,
    error::{FetchError, FetchErrorKind},
    limit::{self, Permit},
    response::NativeResponse,
};

/// How large the chunks of decoded data are.
const DECODED_CHUNK: usize = 64 << 10;

/// How long may be waited for a server.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Patience {
    /// Without anything arriving.
    pub(super) idle: Option<Duration>,
    /// For everything.
    pub(super) deadline: Option<Instant>,
}

impl Patience {
    /// Waits for `future`, if there is time.
    ///
    /// # Errors
    ///
    /// The reason, if there is none left.
    pub(super) async fn wait<T>(&self, future: impl Future<Output = T>) -> Result<T, Impatience> {
        let idle = self.idle.map(|idle| Instant::now() + idle);
        let Some(until) = [idle, self.deadline].into_iter().flatten().min() else {
            return Ok(future.await);
        };
        tokio::time::timeout_at(until, future)
            .await
            .map_err(|_| match self.idle {
                Some(limit) if Some(until) == idle => Impatience::Idle(limit),
                _ => Impatience::Deadline,
            })
    }
}

/// Why is waited no longer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Impatience {
    Idle(Duration),
    Deadline,
}

impl Impatience {
    pub(super) fn error(self, url: &Url) -> FetchError {
        match self {
            Self::Idle(limit) => {
                let reason = format!("nothing arrived for {} s", limit.as_secs_f64());
                FetchError::new(FetchErrorKind::Timeout, url, reason)
            }
            Self::Deadline => {
                FetchError::new(FetchErrorKind::Timeout, url, "it took longer than it may")
            }
        }
    }
}

/// Makes a response of what hyper gave: its body decoded, on its way through a bounded channel. Must be
/// called on the I/O thread.
pub(super) fn into_response(
    response: Response<Incoming>,
    permit: Option<Permit>,
    patience: Patience,
    abort: Option<CancellationToken>,
    url: &Url,
) -> Result<NativeResponse, FetchError> {
    let (parts, incoming) = response.into_parts();
    let codings = decode::codings(&parts.headers)
        .map_err(|reason| FetchError::new(FetchErrorKind::Decode, url, reason))?;
    let status_text = match parts.extensions.get::<ReasonPhrase>() {
        Some(reason) => reason
            .as_bytes()
            .iter()
            .map(|&byte| char::from(byte))
            .collect(),
        None if parts.version >= Version::HTTP_2 => String::new(),
        None => parts.status.canonical_reason().unwrap_or("").to_owned(),
    };
    let body = if incoming.is_end_stream() {
        NativeBody::empty()
    } else if codings.is_empty() {
        let (sender, body) = NativeBody::channel(url, incoming.size_hint().exact());
        let pump = pump(incoming, sender, patience, url.clone());
        spawn(permit, &body, abort, pump);
        body
    } else {
        let (sender, body) = NativeBody::channel(url, None);
        let pump = pump_decoded(incoming, codings, sender, patience, url.clone());
        spawn(permit, &body, abort, pump);
        body
    };
    Ok(NativeResponse {
        url_list: Vec::new(),
        is_cross_origin: false,
        status: parts.status.as_u16(),
        status_text,
        headers: parts.headers,
        body,
    })
}

/// Has `pump` fill `body` in the background, until it is aborted.
fn spawn(
    permit: Option<Permit>,
    body: &NativeBody,
    abort: Option<CancellationToken>,
    pump: impl Future<Output = ()> + Send + 'static,
) {
    let pump = async move {
        match abort {
            None => pump.await,
            Some(abort) => tokio::select! {
                biased;
                () = abort.cancelled() => {}
                () = pump => {}
            },
        }
    };
    match permit {
        Some(permit) => {
            let is_being_read = body.is_being_read();
            tokio::spawn(limit::holding(permit, is_being_read, pump));
        }
        None => {
            tokio::spawn(pump);
        }
    }
}

/// Moves a body from the socket into its channel, until its end or until nobody wants it any more: then it
/// is dropped, and its connection with it.
async fn pump(mut incoming: Incoming, sender: BodySender, patience: Patience, url: Url) {
    loop {
        let frame = tokio::select! {
            biased;
            () = sender.closed() => return,
            frame = patience.wait(incoming.frame()) => frame,
        };
        let frame = match frame {
            Ok(frame) => frame,
            Err(reason) => return sender.fail(reason.error(&url)).await,
        };
        match frame {
            None => return sender.finish().await,
            Some(Err(error)) => return sender.fail(body_error(&url, &error)).await,
            Some(Ok(frame)) => {
                // Trailers are of no interest.
                if let Ok(bytes) = frame.into_data()
                    && sender.send(bytes).await.is_err()
                {
                    return;
                }
            }
        }
    }
}

/// Like [`pump`], with content codings undone on the way.
async fn pump_decoded(
    incoming: Incoming,
    codings: Vec<decode::Coding>,
    sender: BodySender,
    patience: Patience,
    url: Url,
) {
    let frames = {
        let url = url.clone();
        BodyDataStream::new(incoming)
            .map_err(move |error| io::Error::other(body_error(&url, &error)))
    };
    let mut decoded = decode::decode(StreamReader::new(frames), &codings);
    loop {
        let mut buffer = BytesMut::with_capacity(DECODED_CHUNK);
        let read = tokio::select! {
            biased;
            () = sender.closed() => return,
            read = patience.wait(decoded.read_buf(&mut buffer)) => read,
        };
        let read = match read {
            Ok(read) => read,
            Err(reason) => return sender.fail(reason.error(&url)).await,
        };
        match read {
            Ok(0) => return sender.finish().await,
            Ok(_) => {
                if sender.send(buffer.freeze()).await.is_err() {
                    return;
                }
            }
            Err(error) => {
                // An error of the transfer comes out of the decoder as it went in.
                let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
                let error = inner
                    .cloned()
                    .unwrap_or_else(|| decode_error(&url, &codings, &error));
                return sender.fail(error).await;
            }
        }
    }
}

/// A transfer that went wrong.
fn body_error(url: &Url, error: &hyper::Error) -> FetchError {
    let cause = error.source().and_then(|cause| cause.downcast_ref());
    if error.is_incomplete_message()
        || cause.is_some_and(|cause: &io::Error| cause.kind() == io::ErrorKind::UnexpectedEof)
    {
        let reason = "the connection was closed before the body was complete";
        return FetchError::new(FetchErrorKind::Body, url, reason);
    }
    FetchError::from_error(FetchErrorKind::Body, url, error)
}

/// A content coding that went wrong.
fn decode_error(url: &Url, codings: &[decode::Coding], error: &io::Error) -> FetchError {
    let names: Vec<&str> = codings.iter().map(|coding| coding.name()).collect();
    let names = names.join(", ");
    // flate2 says "BufError" for input that ends early, the others have a kind for it.
    let early =
        error.kind() == io::ErrorKind::UnexpectedEof || error.to_string() == "unexpected BufError";
    let reason = if early {
        format!("the body ended in the middle of its content coding ({names})")
    } else {
        format!("the body's content coding ({names}) is broken: {error}")
    };
    FetchError::new(FetchErrorKind::Decode, url, reason)
}
