//! The body of a request as hyper takes it.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::{body::NativeBody, error::FetchError, request::RequestBody};

/// A body on its way to the server.
pub(super) enum Outgoing {
    Bytes(Bytes),
    Stream {
        body: NativeBody,
        length: Option<u64>,
    },
}

impl Outgoing {
    pub(super) fn empty() -> Self {
        Self::Bytes(Bytes::new())
    }

    pub(super) fn new(body: RequestBody) -> Self {
        match body {
            RequestBody::Bytes(bytes) => Self::Bytes(bytes),
            RequestBody::Stream(body) => Self::Stream {
                length: body.size_hint(),
                body,
            },
        }
    }

    /// The same body, if it can be sent a second time.
    pub(super) fn again(&self) -> Option<Self> {
        match self {
            Self::Bytes(bytes) => Some(Self::Bytes(bytes.clone())),
            Self::Stream { .. } => None,
        }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = FetchError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, FetchError>>> {
        let next = match self.get_mut() {
            Self::Bytes(bytes) if bytes.is_empty() => None,
            Self::Bytes(bytes) => Some(Ok(std::mem::take(bytes))),
            Self::Stream { body, .. } => ready!(body.poll_chunk(cx)).transpose(),
        };
        Poll::Ready(next.map(|next| next.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Bytes(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Stream {
                length: Some(length),
                ..
            } => SizeHint::with_exact(*length),
            Self::Stream { length: None, .. } => SizeHint::default(),
        }
    }
}
