//! What tells a `WebSocket` object of its connection.

use std::{cell::RefCell, rc::Rc};

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsValue,
    job::{Job, NativeAsyncJob},
};
use bytes::Bytes;
use taipan_web::{
    blob::Blob,
    bytes::array_buffer,
    events::{self, CloseEvent, MessageEvent},
};

use super::{BinaryType, ReadyState, State, WebSocket};
use crate::{
    environment,
    net::web_socket::{End, Event},
};

/// Starts the job that waits for the events of a connection. The object lives as long as that does.
pub(super) fn start(socket: &JsObject<WebSocket>, context: &mut Context) -> JsResult<()> {
    let state = Rc::clone(&socket.borrow().data().state);
    let Some(mut events) = state.events.take() else {
        return Ok(());
    };
    let object = socket.clone().upcast();
    // The connection ends with the last of the clients.
    let client = environment::client(context)?;
    let realm = context.realm().clone();
    let job = async move |context: &RefCell<&mut Context>| {
        loop {
            // A connection without a thread has failed.
            let event = events.recv().await;
            let event = event.unwrap_or_else(|| Event::Closed(End::failed()));
            let context = &mut context.borrow_mut();
            match event {
                Event::Closed(end) => {
                    closed(&object, &state, &end, context)?;
                    break;
                }
                event => told(&object, &state, event, context)?,
            }
        }
        drop(client);
        Ok(JsValue::undefined())
    };
    context.enqueue_job(Job::AsyncJob(NativeAsyncJob::with_realm(job, realm)));
    Ok(())
}

/// Anything but the end.
fn told(object: &JsObject, state: &State, event: Event, context: &mut Context) -> JsResult<()> {
    match event {
        // https://websockets.spec.whatwg.org/#eventdef-websocket-open
        Event::Open { protocol } => {
            if state.ready.get() == ReadyState::Connecting {
                state.ready.set(ReadyState::Open);
                state.protocol.replace(protocol);
                events::fire(object, "open", context)?;
            }
            Ok(())
        }
        Event::Text(text) => {
            let text = JsString::from(text.as_str());
            message(object, state, |_| Ok(text.into()), context)
        }
        Event::Binary(bytes) => {
            let kind = state.binary_type.get();
            message(
                object,
                state,
                |context| binary(bytes, kind, context),
                context,
            )
        }
        Event::Sent(length) => {
            let left = state.buffered.get().saturating_sub(length as u64);
            state.buffered.set(left);
            Ok(())
        }
        Event::Closing => {
            state.ready.set(ReadyState::Closing);
            Ok(())
        }
        Event::Closed(end) => closed(object, state, &end, context),
    }
}

fn binary(bytes: Bytes, kind: BinaryType, context: &mut Context) -> JsResult<JsValue> {
    match kind {
        BinaryType::Blob => Ok(Blob::create(bytes, "", context).upcast().into()),
        BinaryType::ArrayBuffer => Ok(array_buffer(&bytes, context)?.into()),
    }
}

/// <https://websockets.spec.whatwg.org/#eventdef-websocket-message>
fn message(
    object: &JsObject,
    state: &State,
    data: impl FnOnce(&mut Context) -> JsResult<JsValue>,
    context: &mut Context,
) -> JsResult<()> {
    if state.ready.get() != ReadyState::Open {
        return Ok(());
    }
    let data = data(context)?;
    let origin = state.url.origin().ascii_serialization();
    let event = MessageEvent::create("message", data, &origin, Vec::new(), context)?;
    events::dispatch(object, &event.upcast(), context).map(drop)
}

/// <https://websockets.spec.whatwg.org/#eventdef-websocket-close>
fn closed(object: &JsObject, state: &State, end: &End, context: &mut Context) -> JsResult<()> {
    state.ready.set(ReadyState::Closed);
    if end.failed {
        events::fire(object, "error", context)?;
    }
    let event = CloseEvent::create(end.is_clean(), end.code, &end.reason, context);
    events::dispatch(object, &event.upcast(), context).map(drop)
}
