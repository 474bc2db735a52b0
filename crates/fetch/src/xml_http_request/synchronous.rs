//! Synchronous requests of `XMLHttpRequest`.

use std::{future::poll_fn, task::Poll, time::Duration};

use boa_engine::{Context, JsError, JsNativeError, JsResult, JsValue, error::RuntimeLimitError};
use taipan_webidl::DomException;
use tokio_util::sync::CancellationToken;

use super::{
    Received, State, Waited, Xhr, options,
    sending::{Answer, fire_progress, fire_ready_state_change},
};
use crate::{net::FetchError, request::Outgoing};

/// Sends a request and waits for the whole response.
///
/// <https://xhr.spec.whatwg.org/#dom-xmlhttprequest-send>
pub(super) fn send(this: &Xhr, outgoing: Outgoing, context: &mut Context) -> JsResult<JsValue> {
    let Some(wait) = options(context).wait else {
        return Err(JsNativeError::typ()
            .with_message("nothing can wait for a synchronous request here")
            .into());
    };
    let timeout = {
        let mut this = this.borrow_mut();
        let this = this.data_mut();
        this.generation += 1;
        (this.timeout > 0).then(|| Duration::from_millis(this.timeout.into()))
    };
    let cancel = CancellationToken::new();
    let answer = Answer::to(outgoing, cancel.clone(), context)?;
    let mut result = None;
    let waited = wait(
        Box::pin(async {
            result = Some(receive(answer).await);
        }),
        timeout,
    );
    let failure = match (waited, result) {
        (Waited::Ready, Some(Ok(received))) => return finish(this, received, context),
        // What no script can catch: nothing of it is to run any more.
        (Waited::Stopped, _) => {
            cancel.cancel();
            return Err(JsError::from(RuntimeLimitError::LoopIteration));
        }
        (Waited::Ready, Some(Err(error))) => ("NetworkError", error.to_string()),
        (Waited::Ready | Waited::TimedOut, _) => {
            ("TimeoutError", "the request took too long".to_owned())
        }
    };
    cancel.cancel();
    {
        let mut this = this.borrow_mut();
        let this = this.data_mut();
        this.state = State::Done;
        this.received = Received::default();
    }
    let (name, message) = failure;
    Err(DomException::new(name, &message).into_error(context))
}

async fn receive(answer: Answer) -> Result<Received, FetchError> {
    let mut response = answer.response().await?;
    let mut received = Received::from_header(&response);
    let mut chunks = 0_usize;
    while let Some(chunk) = response.body_mut().chunk().await? {
        received.bytes.extend_from_slice(&chunk);
        chunks += 1;
        // Who waits looks at the clock only when there is nothing to be had.
        if chunks.is_multiple_of(CHUNKS) {
            pause().await;
        }
    }
    Ok(received)
}

/// After so many chunks it is looked whether there is time for more.
const CHUNKS: usize = 64;

/// Is ready when it is asked again, which may be at once.
async fn pause() {
    let mut paused = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// <https://xhr.spec.whatwg.org/#handle-response-end-of-body>
fn finish(this: &Xhr, received: Received, context: &mut Context) -> JsResult<JsValue> {
    let loaded = received.bytes.len() as u64;
    let generation = {
        let mut this = this.borrow_mut();
        let this = this.data_mut();
        this.received = received;
        this.state = State::Done;
        this.generation
    };
    fire_ready_state_change(this, context)?;
    for kind in ["load", "loadend"] {
        // A listener may have opened it again.
        if this.borrow().data().generation == generation {
            fire_progress(&this.clone().upcast(), kind, loaded, Some(loaded), context)?;
        }
    }
    Ok(JsValue::undefined())
}
