//! The `MessagePort` interface.

use std::{collections::VecDeque, sync::Arc};

use boa_engine::{
    Context, JsArgs, JsData, JsObject, JsResult, JsValue, context::intrinsics::StandardConstructor,
    realm::Realm,
};
use boa_gc::{Finalize, Gc, GcRefCell, Trace, WeakGc};
use taipan_webidl::{
    DomException, Inherits, Interface, InterfaceBuilder, convert, inherit, this_object, wrap,
};

use super::{
    deliver, deliver_message,
    wire::{Side, Wire},
};
use crate::{
    agent::Agent,
    events::{EventTarget, event_handler, fire, get_event_handler, set_event_handler},
    structured_clone::{Message, Serialized, serialize_with_transfer, transfer_argument},
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

/// An end of a channel. It holds the other one if that is in this agent, so a port is reachable as long as somebody could
/// send to it.
#[derive(Debug, Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(crate) struct End(Gc<EndCell>);

pub(super) type EndCell = GcRefCell<EndState>;

#[derive(Debug, Trace, Finalize)]
pub(super) struct EndState {
    /// The port that the end belongs to, unless it is on its way to one.
    owner: Option<JsObject<MessagePort>>,
    /// The end that this one is entangled with, if it is in this agent.
    other: Option<End>,
    /// What leads to it if it is in another.
    #[unsafe_ignore_trace]
    remote: Option<Remote>,
    /// The port message queue, but for what comes from another agent, which comes after it.
    queue: VecDeque<Serialized>,
    /// Whether the queue is enabled.
    enabled: bool,
    realm: Realm,
}

/// The way to an end in another agent, and the number by which this agent knows the one it has.
#[derive(Debug)]
struct Remote {
    wire: Wire,
    id: u64,
}

/// A port that is being transferred.
#[derive(Debug, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(crate) struct PortHolder(End);

/// A message in a queue.
enum Queued {
    Here(Serialized),
    FromElsewhere(Message),
}

/// Messages that are to leave the agent with the end they were sent to, and where they go.
pub(crate) type Leaving = Vec<(VecDeque<Serialized>, Arc<Side>)>;

impl End {
    fn create(context: &Context) -> Self {
        Self(Gc::new(GcRefCell::new(EndState {
            owner: None,
            other: None,
            remote: None,
            queue: VecDeque::new(),
            enabled: false,
            realm: context.realm().clone(),
        })))
    }

    pub(super) fn downgrade(&self) -> WeakGc<EndCell> {
        WeakGc::new(&self.0)
    }

    pub(super) fn upgrade(weak: &WeakGc<EndCell>) -> Option<Self> {
        weak.upgrade().map(Self)
    }

    fn other(&self) -> Option<Self> {
        self.0.borrow().other.clone()
    }

    fn owner(&self) -> Option<JsObject<MessagePort>> {
        self.0.borrow().owner.clone()
    }

    /// Whether `other` is the end that this one is entangled with.
    fn is_entangled_with(&self, other: &Self) -> bool {
        let (this, other_state) = (self.0.borrow(), other.0.borrow());
        match (&this.remote, &other_state.remote) {
            (Some(this), Some(other)) => this.wire.is_other_end(&other.wire),
            _ => this
                .other
                .as_ref()
                .is_some_and(|end| Gc::ptr_eq(&end.0, &other.0)),
        }
    }

    /// Sends a message to the other end, if there is one.
    fn send(&self, message: Serialized, context: &mut Context) -> JsResult<()> {
        if let Some(other) = self.other() {
            other.add(message, context);
            return Ok(());
        }
        if self.0.borrow().remote.is_some() {
            let message = message.into_message(context)?;
            if let Some(remote) = &self.0.borrow().remote {
                remote.wire.send(message);
            }
        }
        Ok(())
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
        task::queue(realm, context, move |context| this.deliver_next(context));
    }

    /// Delivers the next message, if there is one and somebody to have it.
    fn deliver_next(&self, context: &mut Context) -> JsResult<()> {
        let (owner, message) = {
            let mut end = self.0.borrow_mut();
            // If the port was transferred since, its new owner has not enabled the queue yet, or did and queued a
            // task for each message.
            let Some(owner) = end.owner.clone().filter(|_| end.enabled) else {
                return Ok(());
            };
            let here = end.queue.pop_front().map(Queued::Here);
            let elsewhere = || Some(Queued::FromElsewhere(end.remote.as_ref()?.wire.receive()?));
            let Some(message) = here.or_else(elsewhere) else {
                return Ok(());
            };
            (owner.upcast(), message)
        };
        match message {
            Queued::Here(message) => deliver(&owner, message, "", context),
            Queued::FromElsewhere(message) => deliver_message(&owner, message, "", context),
        }
    }

    /// Delivers the next message to the end with this number: one has come from another agent.
    pub(super) fn deliver_remote(id: u64, context: &mut Context) -> JsResult<()> {
        match Agent::of(context).and_then(|agent| agent.ports.get(id)) {
            Some(end) => end.deliver_next(context),
            None => Ok(()),
        }
    }

    /// The end that this one, with this number, is entangled with is gone.
    pub(super) fn closed_remotely(id: u64, context: &mut Context) -> JsResult<()> {
        let Some(agent) = Agent::of(context) else {
            return Ok(());
        };
        let Some(end) = agent.ports.get(id) else {
            return Ok(());
        };
        agent.ports.remove(id);
        let remote = end.0.borrow_mut().remote.take();
        // What nobody has asked for yet can still be asked for.
        while let Some(message) = remote.as_ref().and_then(|remote| remote.wire.receive()) {
            if let Ok(message) = message.into_serialized(context) {
                end.0.borrow_mut().queue.push_back(message);
            }
        }
        match end.owner() {
            Some(owner) => fire(&owner.upcast(), "close", context).map(drop),
            None => Ok(()),
        }
    }

    /// Makes the other end one in another agent.
    fn set_remote(&self, wire: Wire, context: &mut Context) {
        let Some(agent) = Agent::of(context) else {
            return;
        };
        let id = agent.new_id();
        agent.ports.add(id, self);
        let is_closed = wire.settle(agent.mailbox(), id);
        let (realm, is_enabled) = {
            let mut end = self.0.borrow_mut();
            end.other = None;
            end.remote = Some(Remote { wire, id });
            (end.realm.clone(), end.enabled)
        };
        if is_enabled {
            agent.ports.listen(id, self);
        }
        if is_closed {
            task::queue(realm, context, move |context| {
                Self::closed_remotely(id, context)
            });
        }
    }

    /// Enables the queue.
    fn start(&self, context: &mut Context) {
        let waiting = {
            let mut end = self.0.borrow_mut();
            if std::mem::replace(&mut end.enabled, true) {
                return;
            }
            let here = end.queue.len();
            match &end.remote {
                Some(remote) => {
                    if let Some(agent) = Agent::of(context) {
                        agent.ports.listen(remote.id, self);
                    }
                    here + remote.wire.waiting()
                }
                None => here,
            }
        };
        for _ in 0..waiting {
            self.queue_delivery(context);
        }
    }

    /// Disentangles the ends. Whoever has the other one is told, after all messages.
    ///
    /// <https://html.spec.whatwg.org/multipage/web-messaging.html#disentangle>
    fn disentangle(&self, context: &mut Context) {
        let (other, remote) = {
            let mut end = self.0.borrow_mut();
            (end.other.take(), end.remote.take())
        };
        if let Some(remote) = remote
            && let Some(agent) = Agent::of(context)
        {
            agent.ports.remove(remote.id);
        }
        let Some(other) = other else { return };
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

impl PortHolder {
    /// What of the port may leave the agent. The messages that wait for it leave with it: they are added to `leaving`.
    pub(crate) fn into_wire(self, leaving: &mut Leaving, context: &mut Context) -> Wire {
        let (other, remote, queue) = {
            let mut end = self.0.0.borrow_mut();
            let queue = std::mem::take(&mut end.queue);
            (end.other.take(), end.remote.take(), queue)
        };
        let wire = match remote {
            Some(remote) => {
                if let Some(agent) = Agent::of(context) {
                    agent.ports.remove(remote.id);
                }
                remote.wire.leave();
                remote.wire
            }
            None => {
                let (mine, theirs) = Wire::pair();
                // If there is no other end, this one learns by the drop of its wire that there is none.
                if let Some(other) = other {
                    other.set_remote(theirs, context);
                }
                mine
            }
        };
        if !queue.is_empty() {
            leaving.push((queue, Arc::clone(wire.side())));
        }
        wire
    }

    /// A port that has come from another agent.
    pub(crate) fn from_wire(wire: Wire, context: &mut Context) -> Self {
        let end = End::create(context);
        end.set_remote(wire, context);
        Self(end)
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
    pub(crate) fn transfer(this: &JsObject<Self>, context: &Context) -> Option<PortHolder> {
        let end = this.borrow_mut().data_mut().end.take()?;
        let remote = {
            let mut end = end.0.borrow_mut();
            end.owner = None;
            end.enabled = false;
            end.remote.as_ref().map(|remote| remote.id)
        };
        if let Some(id) = remote
            && let Some(agent) = Agent::of(context)
        {
            agent.ports.add(id, &end);
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
    let end = MessagePort::end(&port);
    let transferred = || transfer.iter().filter_map(JsValue::as_object);
    // Step 2.
    let this = port.clone().upcast();
    if transferred().any(|object| JsObject::equals(&object, &this)) {
        let message = "MessagePort.postMessage: a port cannot be transferred through itself";
        return Err(DomException::new("DataCloneError", message).into_error(context));
    }
    // Step 4: nobody will be able to receive what goes to a port that is on its way to itself.
    let doomed = end.as_ref().is_some_and(|end| {
        transferred()
            .filter_map(|object| object.downcast::<MessagePort>().ok())
            .filter_map(|port| MessagePort::end(&port))
            .any(|other| end.is_entangled_with(&other))
    });
    let message = serialize_with_transfer(message, &transfer, context)?;
    if let Some(end) = end
        && !doomed
    {
        end.send(message, context)?;
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
