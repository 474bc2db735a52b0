//! Chunks of bytes that come from Rust.

use std::{
    collections::VecDeque,
    task::{self, Poll},
};

use boa_engine::{Context, JsError};
use bytes::Bytes;

/// Makes the JavaScript error of a source that failed, once there is a context to make it in.
pub type SourceError = Box<dyn FnOnce(&mut Context) -> JsError>;

/// What a readable byte stream gets its chunks from when no script is behind it.
///
/// A source is polled only while somebody reads, so not reading is not receiving. It must not hold
/// JavaScript objects: the collector does not see them there. It is dropped when it has ended, when
/// it was cancelled, or when its stream is garbage.
pub trait ByteSource: 'static {
    /// The next chunk; `None` at the end. Not called again after the end, an error or a
    /// cancellation.
    fn poll_chunk(
        &mut self,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Bytes, SourceError>>>;

    /// Nobody is interested any more; the source is dropped next.
    fn cancel(&mut self) {}

    /// How many bytes are still to come, where that is known.
    fn size_hint(&self) -> Option<u64> {
        None
    }
}

/// Bytes that are all there.
#[derive(Debug, Default)]
pub struct BufferedSource(VecDeque<Bytes>);

impl BufferedSource {
    /// A source of these chunks; empty ones are left out.
    pub fn new(chunks: impl IntoIterator<Item = Bytes>) -> Self {
        Self(
            chunks
                .into_iter()
                .filter(|chunk| !chunk.is_empty())
                .collect(),
        )
    }
}

impl ByteSource for BufferedSource {
    fn poll_chunk(
        &mut self,
        _: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Bytes, SourceError>>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }

    fn size_hint(&self) -> Option<u64> {
        Some(self.0.iter().map(|chunk| chunk.len() as u64).sum())
    }
}
