//! A body behind a stream that scripts read.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use taipan_web::streams::{ByteSource, SourceError};
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::{Native, network_error};
use crate::abort::Abort;

/// The native bytes of a `ReadableStream`.
pub(super) struct NativeSource {
    native: Native,
    abort: Option<(Abort, Pin<Box<WaitForCancellationFutureOwned>>)>,
}

impl NativeSource {
    pub(super) fn new(native: Native, abort: Option<Abort>) -> Self {
        Self {
            native,
            abort: abort.map(|abort| {
                let aborted = Box::pin(abort.aborted());
                (abort, aborted)
            }),
        }
    }
}

impl ByteSource for NativeSource {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, SourceError>>> {
        // A body that has ended cannot be aborted any more.
        if let Some((abort, aborted)) = &mut self.abort
            && !self.native.body.is_done()
            && aborted.as_mut().poll(cx).is_ready()
        {
            let abort = abort.clone();
            return Poll::Ready(Some(Err(Box::new(move |_| abort.error()))));
        }
        // It is being read: it does not hold a connection for nothing.
        self.native.held = None;
        match self.native.body.poll_chunk(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(chunk)) => Poll::Ready(chunk.map(Ok)),
            Poll::Ready(Err(error)) => Poll::Ready(Some(Err(Box::new(move |context| {
                network_error(&error, context)
            })))),
        }
    }

    fn poll_failure(&mut self, cx: &mut Context<'_>) -> Poll<Option<SourceError>> {
        self.native.body.poll_failure(cx).map(|failure| {
            let error = failure?;
            let error = move |context: &mut _| network_error(&error, context);
            Some(Box::new(error) as SourceError)
        })
    }

    fn size_hint(&self) -> Option<u64> {
        self.native.body.size_hint()
    }
}
