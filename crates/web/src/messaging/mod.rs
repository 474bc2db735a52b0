//! Channels of messages.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/web-messaging.html>

mod broadcast_channel;
mod message_channel;
mod message_port;
mod wire;

pub use broadcast_channel::BroadcastChannel;
pub(crate) use broadcast_channel::open_channels;
pub use message_channel::MessageChannel;
pub use message_port::MessagePort;
pub(crate) use message_port::{Leaving, PortHolder};
pub(crate) use wire::{RemotePorts, Side, Wire};

use boa_engine::{Context, JsObject, JsResult, JsValue};

use crate::{
    events::{MessageEvent, dispatch},
    structured_clone::{Message, Serialized, deserialize},
};

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    taipan_webidl::expose::<MessageChannel>(&global, context);
    taipan_webidl::expose::<MessagePort>(&global, context);
    taipan_webidl::expose::<BroadcastChannel>(&global, context);
    Ok(())
}

/// Fires `message` at `target`, or `messageerror` if the message cannot be read.
pub(crate) fn deliver(
    target: &JsObject,
    message: Serialized,
    origin: &str,
    context: &mut Context,
) -> JsResult<()> {
    let read = deserialize(message, context);
    dispatch_message(target, read, origin, context)
}

/// The same with a message from another agent.
pub(crate) fn deliver_message(
    target: &JsObject,
    message: Message,
    origin: &str,
    context: &mut Context,
) -> JsResult<()> {
    let read = message
        .into_serialized(context)
        .and_then(|message| deserialize(message, context));
    dispatch_message(target, read, origin, context)
}

fn dispatch_message(
    target: &JsObject,
    read: JsResult<(JsValue, Vec<JsValue>)>,
    origin: &str,
    context: &mut Context,
) -> JsResult<()> {
    let event = match read {
        Ok((data, transferred)) => {
            let ports = transferred
                .iter()
                .filter_map(JsValue::as_object)
                .filter(JsObject::is::<MessagePort>)
                .collect();
            MessageEvent::create("message", data, origin, ports, context)?
        }
        Err(error) if error.as_engine().is_some() => return Err(error),
        Err(_) => {
            let data = JsValue::null();
            MessageEvent::create("messageerror", data, origin, Vec::new(), context)?
        }
    };
    dispatch(target, &event.upcast(), context)?;
    Ok(())
}
