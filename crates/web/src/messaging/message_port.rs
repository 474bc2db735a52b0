//! The `MessagePort` interface.

use std::collections::VecDeque;

use boa_engine::{
    Context, JsArgs, JsData, JsObject, JsResult, JsValue, context::intrinsics::StandardConstructor,
    realm::Realm,
};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};
use taipan_webidl::{
    DomException, Inherits, Interface, InterfaceBuilder, convert, inherit, this_object, wrap,
};

use super::deliver;
use crate::{
    events::{EventTarget, event_handler, fire, get_event_handler, set_event_handler},
    structured_clone::{Serialized, serialize_with_transfer, transfer_argument},
    task,
};

/// One end of a channel.
///
/// What is at the end outlives the object when it is transferred to another.
///
/// <https://html.spec.whatwg.org/multipage/web-messaging.html#message-ports>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct MessagePort {
    target: JsObject<EventTarget>,
    /// `None` is the internal slot `[[Detached]]` being true.
    end: Option<End>,
}

/// An end of a channel. It holds the other one, so a port is reachable as long as somebody could send to it.
#[derive(Debug, Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct End(Gc<GcRefCell<EndState>>);

#[derive(Debug, Trace, Finalize)]
struct EndState {
    /// The port that the end belongs to, unless it is on its way to one.
    owner: Option<JsObject<MessagePort>>,
    /// The end that this one is entangled with.
    other: Option<End>,
    /// The port message queue.
    queue: VecDeque<Serialized>,
    /// Whether the queue is enabled.
    enabled: bool,
    realm: Realm,
}

/// A port that is being transferred.
#[derive(Debug, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(crate) struct PortHolder(End);

impl End {
    fn create(context: &Context) -> Self {
        Self(Gc::new(GcRefCell::new(EndState {
            owner: None,
            other: None,
            queue: VecDeque::new(),
            enabled: false,
            realm: context.realm().clone(),
        })))
    }

    fn other(&self) -> Option<Self> {
        self.0.borrow().other.clone()
    }

    fn owner(&self) -> Option<JsObject<MessagePort>> {
        self.0.borrow().owner.clone()
    }

    /// Puts a message into the queue of this end.
    fn add(&self, message: Serialized, context: &mut Context) {
        let enabled = {
            let mut end = self.0.borrow_mut();
            end.queue.push_back(message);
            end.enabled
        };
        if enabled {
            self.queue_delivery(context);
        }
    }

    /// Queues the task of one message.
    fn queue_delivery(&self, context: &mut Context) {
        let realm = self.0.borrow().realm.clone();
        let this = self.clone();
        task::queue(realm, context, move |context| {
            let (owner, message) = {
                let mut end = this.0.borrow_mut();
                // If the port was transferred since, its new owner has not enabled the queue yet, or did and queued a
                // task for each message.
                let Some(owner) = end.owner.clone().filter(|_| end.enabled) else {
                    return Ok(());
                };
                let Some(message) = end.queue.pop_front() else {
                    return Ok(());
                };
                (owner, message)
            };
            deliver(&owner.upcast(), message, "", context)
        });
    }

    /// Enables the queue.
    fn start(&self, context: &mut Context) {
        let waiting = {
            let mut end = self.0.borrow_mut();
            if std::mem::replace(&mut end.enabled, true) {
                return;
            }
            end.queue.len()
        };
        for _ in 0..waiting {
            self.queue_delivery(context);
        }
    }

    /// Disentangles the ends. Whoever has the other one is told, after all messages.
    ///
    /// <https://html.spec.whatwg.org/multipage/web-messaging.html#disentangle>
    fn disentangle(&self, context: &mut Context) {
        let Some(other) = self.0.borrow_mut().other.take() else {
            return;
        };
        let realm = {
            let mut other = other.0.borrow_mut();
            other.other = None;
            other.realm.clone()
        };
        task::queue(realm, context, move |context| {
            if let Some(owner) = other.owner() {
                fire(&owner.upcast(), "close", context)?;
            }
            Ok(())
        });
    }
}

impl MessagePort {
    /// A new port in the current realm for an end.
    fn with_end(end: End, context: &mut Context) -> JsObject<Self> {
        let port = Self {
            target: EventTarget::new_base(context),
            end: Some(end.clone()),
        };
        let port = wrap(port, context);
        let realm = context.realm().clone();
        let mut end = end.0.borrow_mut();
        end.owner = Some(port.clone());
        end.realm = realm;
        port
    }

    /// Two new ports that are entangled.
    pub(super) fn create_entangled(context: &mut Context) -> (JsObject<Self>, JsObject<Self>) {
        let (first, second) = (End::create(context), End::create(context));
        first.0.borrow_mut().other = Some(second.clone());
        second.0.borrow_mut().other = Some(first.clone());
        let first = Self::with_end(first, context);
        let second = Self::with_end(second, context);
        (first, second)
    }

    fn end(this: &JsObject<Self>) -> Option<End> {
        this.borrow().data().end.clone()
    }

    /// The transfer steps; `None` if the port is detached.
    ///
    /// <https://html.spec.whatwg.org/multipage/web-messaging.html#message-ports:transfer-steps>
    pub(crate) fn transfer(this: &JsObject<Self>) -> Option<PortHolder> {
        let end = this.borrow_mut().data_mut().end.take()?;
        {
            let mut end = end.0.borrow_mut();
            end.owner = None;
            end.enabled = false;
        }
        Some(PortHolder(end))
    }

    /// The transfer-receiving steps: a new port in the current realm.
    ///
    /// <https://html.spec.whatwg.org/multipage/web-messaging.html#message-ports:transfer-receiving-steps>
    pub(crate) fn receive(holder: PortHolder, context: &mut Context) -> JsObject<Self> {
        Self::with_end(holder.0, context)
    }
}

impl Inherits<EventTarget> for MessagePort {
    fn base(&self) -> &JsObject<EventTarget> {
        &self.target
    }
}

impl Interface for MessagePort {
    const NAME: &'static str = "MessagePort";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("postMessage", 1, post_message)
            .method("start", 0, start)
            .method("close", 0, close)
            .attribute("onmessage", onmessage, set_onmessage);
        event_handler(interface, "onmessageerror");
        event_handler(interface, "onclose");
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, EventTarget>(context)
    }
}

/// <https://html.spec.whatwg.org/multipage/web-messaging.html#dom-messageport-postmessage>
fn post_message(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let port = this_object::<MessagePort>(this)?;
    let message = convert::required_by(args, 0, 1, "MessagePort.postMessage")?;
    let transfer = transfer_argument(args.get_or_undefined(1), context)?;
    // <https://html.spec.whatwg.org/multipage/web-messaging.html#message-port-post-message-steps>
    let other = MessagePort::end(&port).and_then(|end| end.other());
    let transfers = |port: &JsObject<MessagePort>| {
        let port = port.clone().upcast();
        transfer.iter().any(|object| {
            object
                .as_object()
                .is_some_and(|object| JsObject::equals(&object, &port))
        })
    };
    // Step 2.
    if transfers(&port) {
        let message = "MessagePort.postMessage: a port cannot be transferred through itself";
        return Err(DomException::new("DataCloneError", message).into_error(context));
    }
    // Step 4: nobody will be able to receive what goes to a port that is on its way to itself.
    let doomed = other
        .as_ref()
        .and_then(End::owner)
        .is_some_and(|owner| transfers(&owner));
    let message = serialize_with_transfer(message, &transfer, context)?;
    if let Some(other) = other
        && !doomed
    {
        other.add(message, context);
    }
    Ok(JsValue::undefined())
}

/// <https://html.spec.whatwg.org/multipage/web-messaging.html#dom-messageport-start>
fn start(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let port = this_object::<MessagePort>(this)?;
    if let Some(end) = MessagePort::end(&port) {
        end.start(context);
    }
    Ok(JsValue::undefined())
}

/// <https://html.spec.whatwg.org/multipage/web-messaging.html#dom-messageport-close>
fn close(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let port = this_object::<MessagePort>(this)?;
    let end = port.borrow_mut().data_mut().end.take();
    if let Some(end) = end {
        end.disentangle(context);
    }
    Ok(JsValue::undefined())
}

/// <https://html.spec.whatwg.org/multipage/web-messaging.html#handler-messageport-onmessage>
fn onmessage(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let port = this_object::<MessagePort>(this)?.upcast();
    let handler = get_event_handler(&port, "onmessage", context);
    Ok(handler.map_or_else(JsValue::null, JsValue::from))
}

/// Setting the handler enables the queue as well.
fn set_onmessage(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let port = this_object::<MessagePort>(this)?;
    let handler = args.get_or_undefined(0);
    set_event_handler(&port.clone().upcast(), "onmessage", handler, context);
    if let Some(end) = MessagePort::end(&port) {
        end.start(context);
    }
    Ok(JsValue::undefined())
}
