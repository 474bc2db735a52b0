//! The `Event` interface.

use boa_engine::{Context, JsData, JsObject, JsResult, JsString, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{
    Dictionary, Inherits, Interface, InterfaceBuilder, convert, this_object, wrap,
};

use crate::performance;

/// Where an event is on its way.
///
/// <https://dom.spec.whatwg.org/#dom-event-eventphase>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    None = 0,
    Capturing = 1,
    AtTarget = 2,
    Bubbling = 3,
}

/// <https://dom.spec.whatwg.org/#dictdef-eventinit>
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EventInit {
    /// Whether the event goes up a tree.
    pub bubbles: bool,
    /// Whether `preventDefault` has an effect.
    pub cancelable: bool,
    /// Whether the event leaves a shadow tree.
    pub composed: bool,
}

impl EventInit {
    /// What an event that can be cancelled is made with.
    pub const CANCELABLE: Self = Self {
        bubbles: false,
        cancelable: true,
        composed: false,
    };

    /// Converts the members of this dictionary. A dictionary that inherits from it reads its own
    /// members behind them.
    ///
    /// # Errors
    /// Whatever getting the members throws.
    pub fn from_dictionary(dictionary: &Dictionary, context: &mut Context) -> JsResult<Self> {
        Ok(Self {
            bubbles: flag(dictionary, "bubbles", context)?,
            cancelable: flag(dictionary, "cancelable", context)?,
            composed: flag(dictionary, "composed", context)?,
        })
    }
}

/// A member of type `boolean` that defaults to false.
pub(super) fn flag(
    dictionary: &Dictionary,
    key: &'static str,
    context: &mut Context,
) -> JsResult<bool> {
    Ok(dictionary
        .get(key, context)?
        .is_some_and(|value| value.to_boolean()))
}

/// An event.
///
/// <https://dom.spec.whatwg.org/#interface-event>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct Event {
    #[unsafe_ignore_trace]
    pub(super) kind: JsString,
    #[unsafe_ignore_trace]
    pub(super) init: EventInit,
    pub(super) target: Option<JsObject>,
    pub(super) current_target: Option<JsObject>,
    /// The targets on the event's way, its own first, while it is dispatched.
    pub(super) path: Vec<JsObject>,
    #[unsafe_ignore_trace]
    pub(super) phase: Phase,
    pub(super) stop_propagation: bool,
    pub(super) stop_immediate_propagation: bool,
    pub(super) canceled: bool,
    pub(super) in_passive_listener: bool,
    pub(super) dispatching: bool,
    pub(super) is_trusted: bool,
    time_stamp: f64,
}

impl Event {
    fn new(kind: JsString, init: EventInit, context: &Context) -> Self {
        Self {
            kind,
            init,
            target: None,
            current_target: None,
            path: Vec::new(),
            phase: Phase::None,
            stop_propagation: false,
            stop_immediate_propagation: false,
            canceled: false,
            in_passive_listener: false,
            dispatching: false,
            is_trusted: false,
            time_stamp: performance::now(context),
        }
    }

    /// What an event of a derived interface holds, see [`Inherits`]. The event is to be made with
    /// [`create`](Self::create), or by the interface's constructor.
    pub fn new_base(
        kind: impl Into<JsString>,
        init: EventInit,
        context: &mut Context,
    ) -> JsObject<Self> {
        let event = Self::new(kind.into(), init, context);
        hidden(event, context)
    }

    /// Converts the arguments of a constructor of events: the type and a dictionary that inherits
    /// from `EventInit`, whose own members are still to be read.
    ///
    /// # Errors
    /// A `TypeError` if the type is missing or the dictionary is none, and whatever the conversions
    /// throw.
    pub fn construct_base<T: Interface>(
        args: &[JsValue],
        dictionary: &'static str,
        context: &mut Context,
    ) -> JsResult<(JsObject<Self>, Dictionary)> {
        let (event, dictionary) = Self::construct_from::<T>(args, dictionary, context)?;
        Ok((hidden(event, context), dictionary))
    }

    fn construct_from<T: Interface>(
        args: &[JsValue],
        dictionary: &'static str,
        context: &mut Context,
    ) -> JsResult<(Self, Dictionary)> {
        let kind = convert::dom_string(convert::required::<T>(args, 0, 1)?, context)?;
        let init = args.get(1).cloned().unwrap_or_default();
        let dictionary = Dictionary::new(&init, dictionary)?;
        let init = EventInit::from_dictionary(&dictionary, context)?;
        Ok((Self::new(kind, init, context), dictionary))
    }

    /// A new event of a derived interface, made by the platform and therefore trusted.
    ///
    /// <https://dom.spec.whatwg.org/#concept-event-create>
    pub fn create<T: Inherits<Self>>(event: T, context: &mut Context) -> JsObject<T> {
        event.base().borrow_mut().data_mut().is_trusted = true;
        wrap(event, context)
    }

    /// The same for an event that is nothing but an event.
    pub fn create_plain(
        kind: impl Into<JsString>,
        init: EventInit,
        context: &mut Context,
    ) -> JsObject<Self> {
        let mut event = Self::new(kind.into(), init, context);
        event.is_trusted = true;
        wrap(event, context)
    }

    /// The event's type.
    #[must_use]
    pub fn kind(&self) -> &JsString {
        &self.kind
    }

    /// Whether a listener cancelled the event.
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        self.canceled
    }

    /// <https://dom.spec.whatwg.org/#set-the-canceled-flag>
    pub(super) fn cancel(&mut self) {
        if self.init.cancelable && !self.in_passive_listener {
            self.canceled = true;
        }
    }

    /// <https://dom.spec.whatwg.org/#concept-event-initialize>
    pub(super) fn initialize(&mut self, kind: JsString, bubbles: bool, cancelable: bool) {
        self.stop_propagation = false;
        self.stop_immediate_propagation = false;
        self.canceled = false;
        self.is_trusted = false;
        self.target = None;
        self.kind = kind;
        self.init.bubbles = bubbles;
        self.init.cancelable = cancelable;
    }
}

/// The state of an event of a derived interface, which no script sees and which so needs no prototype.
fn hidden(event: Event, context: &mut Context) -> JsObject<Event> {
    JsObject::new(context.root_shape(), None, event)
}

/// Reads from the event that `this` is.
fn read(this: &JsValue, read: impl FnOnce(&Event) -> JsValue) -> JsResult<JsValue> {
    Ok(read(this_object::<Event>(this)?.borrow().data()))
}

/// Changes the event that `this` is.
fn change(this: &JsValue, change: impl FnOnce(&mut Event)) -> JsResult<JsValue> {
    change(this_object::<Event>(this)?.borrow_mut().data_mut());
    Ok(JsValue::undefined())
}

fn object_or_null(object: Option<&JsObject>) -> JsValue {
    object.map_or_else(JsValue::null, |object| object.clone().into())
}

impl Interface for Event {
    const NAME: &'static str = "Event";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .constant("NONE", Phase::None as i32)
            .constant("CAPTURING_PHASE", Phase::Capturing as i32)
            .constant("AT_TARGET", Phase::AtTarget as i32)
            .constant("BUBBLING_PHASE", Phase::Bubbling as i32)
            .getter("type", |this, _, _| {
                read(this, |event| event.kind.clone().into())
            })
            .getter("target", |this, _, _| {
                read(this, |event| object_or_null(event.target.as_ref()))
            })
            .getter("srcElement", |this, _, _| {
                read(this, |event| object_or_null(event.target.as_ref()))
            })
            .getter("currentTarget", |this, _, _| {
                read(this, |event| object_or_null(event.current_target.as_ref()))
            })
            .getter("eventPhase", |this, _, _| {
                read(this, |event| JsValue::from(event.phase as i32))
            })
            .getter("bubbles", |this, _, _| {
                read(this, |event| event.init.bubbles.into())
            })
            .getter("cancelable", |this, _, _| {
                read(this, |event| event.init.cancelable.into())
            })
            .getter("composed", |this, _, _| {
                read(this, |event| event.init.composed.into())
            })
            .getter("defaultPrevented", |this, _, _| {
                read(this, |event| event.canceled.into())
            })
            .getter("timeStamp", |this, _, _| {
                read(this, |event| event.time_stamp.into())
            })
            .attribute(
                "cancelBubble",
                |this, _, _| read(this, |event| event.stop_propagation.into()),
                |this, args, _| {
                    let value = args.first().is_some_and(JsValue::to_boolean);
                    change(this, |event| event.stop_propagation |= value)
                },
            )
            .attribute(
                "returnValue",
                |this, _, _| read(this, |event| (!event.canceled).into()),
                |this, args, _| {
                    let value = args.first().is_some_and(JsValue::to_boolean);
                    change(this, |event| {
                        if !value {
                            event.cancel();
                        }
                    })
                },
            )
            .unforgeable("isTrusted", |this, _, _| {
                read(this, |event| event.is_trusted.into())
            })
            .method("composedPath", 0, composed_path)
            .method("stopPropagation", 0, |this, _, _| {
                change(this, |event| event.stop_propagation = true)
            })
            .method("stopImmediatePropagation", 0, |this, _, _| {
                change(this, |event| {
                    event.stop_propagation = true;
                    event.stop_immediate_propagation = true;
                })
            })
            .method("preventDefault", 0, |this, _, _| {
                change(this, Event::cancel)
            })
            .method("initEvent", 1, init_event);
    }

    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        Ok(Self::construct_from::<Self>(args, "EventInit", context)?.0)
    }
}

/// <https://dom.spec.whatwg.org/#dom-event-composedpath>
fn composed_path(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let path = this_object::<Event>(this)?.borrow().data().path.clone();
    Ok(convert::array(path.into_iter().map(JsValue::from), context).into())
}

/// <https://dom.spec.whatwg.org/#dom-event-initevent>
fn init_event(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let event = this_object::<Event>(this)?;
    let kind = convert::dom_string(convert::required::<Event>(args, 0, 1)?, context)?;
    let boolean = |index| args.get(index).is_some_and(JsValue::to_boolean);
    let mut event = event.borrow_mut();
    if !event.data().dispatching {
        event.data_mut().initialize(kind, boolean(1), boolean(2));
    }
    Ok(JsValue::undefined())
}
