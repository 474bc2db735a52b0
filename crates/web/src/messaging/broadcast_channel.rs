//! The `BroadcastChannel` interface.

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    rc::Rc,
};

use boa_engine::{
    Context, JsData, JsObject, JsResult, JsString, JsValue,
    context::intrinsics::StandardConstructor, realm::Realm,
};
use boa_gc::{Finalize, Gc, GcRefCell, Trace, WeakGc};
use taipan_webidl::{
    DomException, Inherits, Interface, InterfaceBuilder, convert, inherit, this_object,
};

use super::deliver;
use crate::{
    agent::Agent,
    events::{EventTarget, MessageEvent, dispatch, event_handler, has_listeners},
    structured_clone::{Message, Serialized, Text, serialize_with_transfer},
    task,
};

/// One of those that listen to a name, or speak to it.
///
/// <https://html.spec.whatwg.org/multipage/web-messaging.html#broadcasting-to-other-browsing-contexts>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct BroadcastChannel {
    target: JsObject<EventTarget>,
    member: Gc<Member>,
}

/// What the register of all channels knows of one.
#[derive(Debug, Trace, Finalize)]
struct Member {
    #[unsafe_ignore_trace]
    name: JsString,
    #[unsafe_ignore_trace]
    closed: Cell<bool>,
    owner: GcRefCell<Option<JsObject<BroadcastChannel>>>,
    realm: Realm,
}

/// The channels of an agent in the order of their creation. It keeps none of them alive.
#[derive(Default)]
struct Channels {
    members: RefCell<Vec<WeakGc<Member>>>,
    /// The number at which those that are gone are looked for.
    limit: Cell<usize>,
}

/// The channels of a realm that somebody listens to, which are alive for that reason.
#[derive(Debug, Default, Trace, Finalize, JsData)]
struct Listening(Vec<JsObject<BroadcastChannel>>);

impl Channels {
    fn of(context: &mut Context) -> Rc<Self> {
        if let Some(channels) = context.get_data::<Rc<Self>>() {
            return Rc::clone(channels);
        }
        let channels = Rc::<Self>::default();
        context.insert_data(Rc::clone(&channels));
        channels
    }

    fn add(&self, member: &Gc<Member>, context: &Context) {
        let mut members = self.members.borrow_mut();
        members.push(WeakGc::new(member));
        if members.len() >= self.limit.get() {
            members.retain(WeakGc::is_upgradable);
            self.limit.set(members.len() * 2 + 16);
        }
        drop(members);
        self.tell_others(context);
    }

    fn remove(&self, member: &Gc<Member>, context: &Context) {
        self.members.borrow_mut().retain(|known| {
            known
                .upgrade()
                .is_some_and(|known| !Gc::ptr_eq(&known, member))
        });
        self.tell_others(context);
    }

    /// Tells other agents which names there are here.
    fn tell_others(&self, context: &Context) {
        if let Some(agent) = Agent::of(context) {
            agent.mailbox().set_channels(self.names());
        }
    }

    /// The names of all that are open.
    fn names(&self) -> HashSet<Text> {
        let members = self.members.borrow();
        let alive = members.iter().filter_map(WeakGc::upgrade);
        alive.map(|member| Text::from(&member.name)).collect()
    }

    /// All that are open and have this name.
    fn named(&self, name: &JsString) -> Vec<Gc<Member>> {
        let members = self.members.borrow();
        members
            .iter()
            .filter_map(WeakGc::upgrade)
            .filter(|member| !member.closed.get() && member.name == *name)
            .collect()
    }
}

/// The names that channels of a context are open for.
pub(crate) fn open_channels(context: &mut Context) -> HashSet<Text> {
    Channels::of(context).names()
}

/// Queues the task of a message.
fn queue_delivery(member: Gc<Member>, message: Serialized, origin: String, context: &mut Context) {
    task::queue(member.realm.clone(), context, move |context| {
        let owner = member.owner.borrow().clone();
        match owner {
            Some(owner) if !member.closed.get() => {
                deliver(&owner.upcast(), message, &origin, context)
            }
            _ => Ok(()),
        }
    });
}

impl BroadcastChannel {
    fn member(this: &JsValue) -> JsResult<Gc<Member>> {
        Ok(this_object::<Self>(this)?.borrow().data().member.clone())
    }

    /// Keeps the channel alive as long as it is open and somebody listens.
    fn listeners_changed(target: &JsObject, _: &JsString, context: &mut Context) {
        let Ok(channel) = target.clone().downcast::<Self>() else {
            return;
        };
        let is_open = !channel.borrow().data().member.closed.get();
        let listens = is_open
            && ["message", "messageerror"]
                .into_iter()
                .any(|kind| has_listeners(target, kind, context));
        let realm = channel.borrow().data().member.realm.clone();
        let mut host_defined = realm.host_defined_mut();
        if host_defined.get::<Listening>().is_none() {
            host_defined.insert(Listening::default());
        }
        let Some(listening) = host_defined.get_mut::<Listening>() else {
            return;
        };
        listening.0.retain(|known| *known != channel);
        if listens {
            listening.0.push(channel);
        }
    }
}

impl Inherits<EventTarget> for BroadcastChannel {
    fn base(&self) -> &JsObject<EventTarget> {
        &self.target
    }
}

impl Interface for BroadcastChannel {
    const NAME: &'static str = "BroadcastChannel";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("name", |this, _, _| {
                Ok(Self::member(this)?.name.clone().into())
            })
            .method("postMessage", 1, post_message)
            .method("close", 0, close);
        event_handler(interface, "onmessage");
        event_handler(interface, "onmessageerror");
    }

    /// <https://html.spec.whatwg.org/multipage/web-messaging.html#dom-broadcastchannel>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let name = convert::dom_string(convert::required::<Self>(args, 0, 1)?, context)?;
        let member = Gc::new(Member {
            name,
            closed: Cell::new(false),
            owner: GcRefCell::new(None),
            realm: context.realm().clone(),
        });
        Channels::of(context).add(&member, context);
        let target = EventTarget::new_observed_base(Self::listeners_changed, context);
        Ok(Self { target, member })
    }

    fn constructed(object: &JsObject<Self>, _: &mut Context) -> JsResult<()> {
        let member = object.borrow().data().member.clone();
        *member.owner.borrow_mut() = Some(object.clone());
        Ok(())
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, EventTarget>(context)
    }
}

/// <https://html.spec.whatwg.org/multipage/web-messaging.html#dom-broadcastchannel-postmessage>
fn post_message(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let member = BroadcastChannel::member(this)?;
    let message = convert::required_by(args, 0, 1, "BroadcastChannel.postMessage")?;
    if member.closed.get() {
        let message = "BroadcastChannel.postMessage: the channel is closed";
        return Err(DomException::new("InvalidStateError", message).into_error(context));
    }
    let message = serialize_with_transfer(message, &[], context)?;
    let origin = crate::base_url(context).map_or_else(
        || String::from("null"),
        |url| url.origin().ascii_serialization(),
    );
    for other in Channels::of(context).named(&member.name) {
        if !Gc::ptr_eq(&other, &member) {
            queue_delivery(other, message.duplicate(), origin.clone(), context);
        }
    }
    broadcast(&member.name, message, &origin, context)?;
    Ok(JsValue::undefined())
}

/// Sends a message to the channels of other agents.
fn broadcast(
    name: &JsString,
    message: Serialized,
    origin: &str,
    context: &mut Context,
) -> JsResult<()> {
    let Some(agent) = Agent::of(context) else {
        return Ok(());
    };
    let name = Text::from(name);
    for mailbox in agent.mailbox().group().listeners(&name, agent.mailbox()) {
        let message = message.duplicate().into_message(context)?;
        let (name, origin) = (name.clone(), origin.to_owned());
        mailbox.send(Box::new(move |context| {
            receive(&JsString::from(&name), message, &origin, context)
        }));
    }
    Ok(())
}

/// A message from another agent.
fn receive(name: &JsString, message: Message, origin: &str, context: &mut Context) -> JsResult<()> {
    let message = message.into_serialized(context);
    for member in Channels::of(context).named(name) {
        match &message {
            Ok(message) => queue_delivery(member, message.duplicate(), origin.to_owned(), context),
            Err(_) => {
                let owner = member.owner.borrow().clone();
                if let Some(owner) = owner {
                    let data = JsValue::null();
                    let ports = Vec::new();
                    let event = MessageEvent::create("messageerror", data, origin, ports, context)?;
                    dispatch(&owner.upcast(), &event.upcast(), context)?;
                }
            }
        }
    }
    Ok(())
}

/// <https://html.spec.whatwg.org/multipage/web-messaging.html#dom-broadcastchannel-close>
fn close(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let channel = this_object::<BroadcastChannel>(this)?;
    let member = channel.borrow().data().member.clone();
    if !member.closed.replace(true) {
        Channels::of(context).remove(&member, context);
        let kind = JsString::default();
        BroadcastChannel::listeners_changed(&channel.upcast(), &kind, context);
    }
    Ok(JsValue::undefined())
}
