//! The `MessageEvent` interface.

use boa_engine::{
    Context, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue,
    context::intrinsics::StandardConstructor,
    js_string,
    object::{IntegrityLevel, builtins::JsArray},
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Inherits, Interface, InterfaceBuilder, convert, inherit, this_object};

use super::{Event, EventInit};
use crate::messaging::MessagePort;

/// An event that brings a message.
///
/// <https://html.spec.whatwg.org/multipage/comms.html#messageevent>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct MessageEvent {
    event: JsObject<Event>,
    data: JsValue,
    #[unsafe_ignore_trace]
    origin: JsString,
    #[unsafe_ignore_trace]
    last_event_id: JsString,
    source: Option<JsObject>,
    /// A frozen array.
    ports: JsObject,
}

impl MessageEvent {
    /// A new, trusted event with this type.
    ///
    /// # Errors
    /// An error of the engine itself.
    pub fn create(
        kind: &str,
        data: JsValue,
        origin: &str,
        ports: Vec<JsObject>,
        context: &mut Context,
    ) -> JsResult<JsObject<Self>> {
        Self::create_with_id(kind, data, origin, "", ports, context)
    }

    /// The same with the id of the last event, for the messages of an `EventSource`.
    ///
    /// # Errors
    /// An error of the engine itself.
    pub fn create_with_id(
        kind: &str,
        data: JsValue,
        origin: &str,
        last_event_id: &str,
        ports: Vec<JsObject>,
        context: &mut Context,
    ) -> JsResult<JsObject<Self>> {
        let event = Self {
            event: Event::new_base(js_string!(kind), EventInit::default(), context),
            data,
            origin: js_string!(origin),
            last_event_id: js_string!(last_event_id),
            source: None,
            ports: frozen_array(ports, context)?,
        };
        Ok(Event::create(event, context))
    }
}

/// <https://webidl.spec.whatwg.org/#dfn-create-frozen-array>
fn frozen_array(ports: Vec<JsObject>, context: &mut Context) -> JsResult<JsObject> {
    let array = JsArray::from_iter(ports.into_iter().map(JsValue::from), context);
    array.set_integrity_level(IntegrityLevel::Frozen, context)?;
    Ok(array.into())
}

/// A `MessageEventSource?`: of the three kinds that there are, a script can have ports here.
fn source(value: &JsValue, context: &Context) -> JsResult<Option<JsObject>> {
    if value.is_null_or_undefined() {
        return Ok(None);
    }
    value
        .as_object()
        .filter(|object| is_port(object) || JsObject::equals(object, &context.global_object()))
        .map(Some)
        .ok_or_else(|| {
            JsNativeError::typ()
                .with_message("MessageEvent: source is not a MessagePort")
                .into()
        })
}

/// Whether an object may be the source of a message.
fn is_port(object: &JsObject) -> bool {
    object.is::<MessagePort>()
}

fn ports(value: &JsValue, context: &mut Context) -> JsResult<Vec<JsObject>> {
    convert::sequence(
        value,
        "MessageEvent: ports",
        |port, _| {
            port.as_object().filter(is_port).ok_or_else(|| {
                JsNativeError::typ()
                    .with_message("MessageEvent: ports has a member that is not a MessagePort")
                    .into()
            })
        },
        context,
    )
}

impl Inherits<Event> for MessageEvent {
    fn base(&self) -> &JsObject<Event> {
        &self.event
    }
}

fn read(this: &JsValue, read: impl FnOnce(&MessageEvent) -> JsValue) -> JsResult<JsValue> {
    Ok(read(this_object::<MessageEvent>(this)?.borrow().data()))
}

impl Interface for MessageEvent {
    const NAME: &'static str = "MessageEvent";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("data", |this, _, _| read(this, |event| event.data.clone()))
            .getter("origin", |this, _, _| {
                read(this, |event| event.origin.clone().into())
            })
            .getter("lastEventId", |this, _, _| {
                read(this, |event| event.last_event_id.clone().into())
            })
            .getter("source", |this, _, _| {
                read(this, |event| {
                    let source = event.source.clone();
                    source.map_or_else(JsValue::null, JsValue::from)
                })
            })
            .getter("ports", |this, _, _| {
                read(this, |event| event.ports.clone().into())
            })
            .method("initMessageEvent", 1, init_message_event);
    }

    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let (event, init) = Event::construct_base::<Self>(args, "MessageEventInit", context)?;
        let data = init.get("data", context)?.unwrap_or_else(JsValue::null);
        let last_event_id = match init.get("lastEventId", context)? {
            Some(id) => convert::dom_string(&id, context)?,
            None => js_string!(),
        };
        let origin = match init.get("origin", context)? {
            Some(origin) => js_string!(convert::usv_string(&origin, context)?),
            None => js_string!(),
        };
        let ports = match init.get("ports", context)? {
            Some(value) => ports(&value, context)?,
            None => Vec::new(),
        };
        let source = match init.get("source", context)? {
            Some(value) => source(&value, context)?,
            None => None,
        };
        Ok(Self {
            event,
            data,
            origin,
            last_event_id,
            source,
            ports: frozen_array(ports, context)?,
        })
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, Event>(context)
    }
}

/// <https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-initmessageevent>
fn init_message_event(
    this: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let this = this_object::<MessageEvent>(this)?;
    let kind = convert::dom_string(convert::required::<MessageEvent>(args, 0, 1)?, context)?;
    let given = |index: usize| {
        args.get(index)
            .filter(|value: &&JsValue| !value.is_undefined())
    };
    let data = given(3).cloned().unwrap_or_else(JsValue::null);
    let origin = match given(4) {
        Some(origin) => js_string!(convert::usv_string(origin, context)?),
        None => js_string!(),
    };
    let last_event_id = match given(5) {
        Some(id) => convert::dom_string(id, context)?,
        None => js_string!(),
    };
    let source = source(args.get_or_undefined(6), context)?;
    let ports = match given(7) {
        Some(value) => ports(value, context)?,
        None => Vec::new(),
    };
    let ports = frozen_array(ports, context)?;
    let event = this.borrow().data().event.clone();
    let mut event = event.borrow_mut();
    if !event.data().dispatching {
        let boolean = |index| args.get_or_undefined(index).to_boolean();
        event.data_mut().initialize(kind, boolean(1), boolean(2));
        let mut this = this.borrow_mut();
        let this = this.data_mut();
        this.data = data;
        this.origin = origin;
        this.last_event_id = last_event_id;
        this.source = source;
        this.ports = ports;
    }
    Ok(JsValue::undefined())
}
