//! Sending a body.

use std::{cell::RefCell, future::poll_fn};

use boa_engine::{
    Context, JsObject, JsResult, JsValue,
    job::{Job, NativeAsyncJob},
};
use taipan_web::streams::ByteSource;
use url::Url;

use super::{HasBody, Taken, byte_source};
use crate::{
    abort::Abort,
    net::{BodySender, FetchError, FetchErrorKind, NativeBody, RequestBody},
};

/// Takes the body of an object in order to send it to `url`.
///
/// A stream of JavaScript is read by a job of this thread, as fast as the connection takes what it gives.
///
/// # Errors
///
/// A `TypeError` if the body was used.
pub(crate) fn upload<T: HasBody>(
    this: &JsObject<T>,
    url: &Url,
    abort: Option<&Abort>,
    context: &mut Context,
) -> JsResult<Option<RequestBody>> {
    let taken = {
        let mut this = this.borrow_mut();
        let body = this.data_mut().body_mut();
        if body.is_null() {
            return Ok(None);
        }
        if let Some(bytes) = body.take_source()? {
            return Ok(Some(RequestBody::Bytes(bytes)));
        }
        body.take()?
    };
    let stream = match taken {
        Taken::Native(body) => return Ok(Some(body.into())),
        Taken::Stream(stream) => stream,
    };
    let source = byte_source(&stream, context)?;
    let (sender, body) = NativeBody::channel(url, None);
    let url = url.clone();
    let abort = abort.cloned();
    let job = async move |context: &RefCell<&mut Context>| {
        if let Some(mut source) = pump(source, sender, url, context).await {
            match abort.filter(Abort::is_aborted) {
                Some(abort) => source.cancel_with(abort.reason()),
                None => source.cancel(),
            }
        }
        Ok(JsValue::undefined())
    };
    let realm = context.realm().clone();
    context.enqueue_job(Job::AsyncJob(NativeAsyncJob::with_realm(job, realm)));
    Ok(Some(RequestBody::Stream(body)))
}

/// Moves chunks from the stream to the connection, and gives the stream back if the connection wants no more.
async fn pump(
    mut source: Box<dyn ByteSource>,
    sender: BodySender,
    url: Url,
    context: &RefCell<&mut Context>,
) -> Option<Box<dyn ByteSource>> {
    loop {
        let chunk = tokio::select! {
            biased;
            () = sender.closed() => return Some(source),
            chunk = poll_fn(|cx| source.poll_chunk(cx)) => chunk,
        };
        match chunk {
            Some(Ok(bytes)) => {
                if sender.send(bytes).await.is_err() {
                    return Some(source);
                }
            }
            Some(Err(error)) => {
                let reason = {
                    let context = &mut context.borrow_mut();
                    let error = error(context);
                    format!("the body of the request failed: {error}")
                };
                let error = FetchError::new(FetchErrorKind::Upload, &url, reason);
                sender.fail(error).await;
                return None;
            }
            None => {
                sender.finish().await;
                return None;
            }
        }
    }
}
