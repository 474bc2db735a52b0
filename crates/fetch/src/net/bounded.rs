//! Bodies that may have so many bytes.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use url::Url;

use super::{
    body::NativeBody,
    cap::Place,
    error::{FetchError, FetchErrorKind},
};

/// A body that fails when it has more bytes than it may, and has a place among the responses that are under way.
pub(super) struct Bounded {
    pub(super) body: NativeBody,
    url: Box<Url>,
    limit: u64,
    /// How many bytes may still come.
    left: u64,
    _place: Place,
}

impl Bounded {
    pub(super) fn new(body: NativeBody, url: &Url, limit: u64, place: Place) -> Self {
        Self {
            body,
            url: Box::new(url.clone()),
            limit,
            left: limit,
            _place: place,
        }
    }

    pub(super) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, FetchError>> {
        let chunk = ready!(self.body.poll_chunk(cx));
        if let Ok(Some(bytes)) = &chunk {
            match self.left.checked_sub(bytes.len() as u64) {
                Some(left) => self.left = left,
                None => return Poll::Ready(Err(too_large(&self.url, self.limit))),
            }
        }
        Poll::Ready(chunk)
    }
}

/// The error of a body that has more bytes than it may.
pub(super) fn too_large(url: &Url, limit: u64) -> FetchError {
    let reason = format!("the body has more than the {limit} bytes that it may have");
    FetchError::new(FetchErrorKind::Limit, url, reason)
}
