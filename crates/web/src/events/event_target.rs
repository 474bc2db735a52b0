//! The `EventTarget` interface.

use std::{cell::Cell, rc::Rc};

use boa_engine::{
    Context, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction,
    js_string,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{
    Dictionary, DomException, Interface, InterfaceBuilder, convert, implementation,
};

use super::{Event, dispatch::dispatch, event::flag, report::report_exception};
use crate::abort::{self, AbortSignal, AlgorithmId};

/// What a listener calls.
#[derive(Debug, Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) enum Callback {
    /// An `EventListener`: a function, or an object with a `handleEvent`.
    Object(JsObject),
    /// The event handler with this name, whatever it is when the event comes.
    Handler(#[unsafe_ignore_trace] &'static str),
}

/// <https://dom.spec.whatwg.org/#concept-event-listener>
#[derive(Debug, Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) struct Listener {
    #[unsafe_ignore_trace]
    kind: JsString,
    pub(super) callback: Callback,
    capture: bool,
    pub(super) once: bool,
    pub(super) passive: bool,
    /// Shared between the copies; its address is the listener's identity.
    #[unsafe_ignore_trace]
    removed: Rc<Cell<bool>>,
    /// What would remove it, for the one in the list.
    removed_by: Option<(JsObject<AbortSignal>, AlgorithmId)>,
}

/// A listener that a signal may remove.
#[derive(Debug, Trace, Finalize)]
struct Registered {
    target: JsObject,
    state: JsObject<EventTarget>,
    listener: Listener,
}

impl Listener {
    pub(super) fn is_removed(&self) -> bool {
        self.removed.get()
    }

    /// Whether it is what a script means by these three.
    fn is(&self, kind: &JsString, callback: &JsObject, capture: bool) -> bool {
        let same = match &self.callback {
            Callback::Object(object) => JsObject::equals(object, callback),
            Callback::Handler(_) => false,
        };
        same && self.capture == capture && self.kind == *kind
    }
}

/// An event handler.
#[derive(Debug, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct Handler {
    #[unsafe_ignore_trace]
    name: &'static str,
    value: HandlerValue,
}

/// The value of an event handler.
#[derive(Debug, Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) enum HandlerValue {
    /// What a script has set, or what came of a source text.
    Object(JsObject),
    /// The source text is elsewhere, and nobody has asked for what comes of it.
    ///
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#internal-raw-uncompiled-handler>
    Uncompiled(#[unsafe_ignore_trace] CompileHandler),
}

/// Makes the event handler of a target, with this name, of its source text; none if there is no such text any more.
pub type CompileHandler = fn(&JsObject, &'static str, &mut Context) -> JsResult<Option<JsObject>>;

/// Told when listeners of a target were added or removed: the target and the type of event.
pub type ListenersChanged = fn(&JsObject, &JsString, &mut Context);

/// Where an event goes behind a target on its way up a tree: asked with the target and the event.
///
/// <https://dom.spec.whatwg.org/#get-the-parent>
pub type GetTheParent = fn(&JsObject, &JsObject, &mut Context) -> Option<JsObject>;

/// What events are dispatched to.
///
/// <https://dom.spec.whatwg.org/#interface-eventtarget>
#[derive(Debug, Default, Trace, Finalize, JsData)]
pub struct EventTarget {
    listeners: Vec<Listener>,
    handlers: Vec<Handler>,
    #[unsafe_ignore_trace]
    listeners_changed: Option<ListenersChanged>,
    #[unsafe_ignore_trace]
    get_the_parent: Option<GetTheParent>,
}

/// The state of the global object of a realm, which is no platform object of ours.
#[derive(Trace, Finalize, JsData)]
struct GlobalTarget(JsObject<EventTarget>);

impl EventTarget {
    /// What an object of a derived interface holds, see [`Inherits`](taipan_webidl::Inherits).
    pub fn new_base(context: &mut Context) -> JsObject<Self> {
        hidden(Self::default(), context)
    }

    /// The same for an interface whose objects behave otherwise when somebody listens.
    pub fn new_observed_base(
        listeners_changed: ListenersChanged,
        context: &mut Context,
    ) -> JsObject<Self> {
        let mut target = Self::default();
        target.listeners_changed = Some(listeners_changed);
        hidden(target, context)
    }

    /// The same for an interface whose objects are in a tree.
    pub fn new_tree_base(get_the_parent: GetTheParent, context: &mut Context) -> JsObject<Self> {
        let mut target = Self::default();
        target.get_the_parent = Some(get_the_parent);
        hidden(target, context)
    }

    /// Where an event goes behind this target.
    pub(super) fn get_the_parent(&self) -> Option<GetTheParent> {
        self.get_the_parent
    }

    /// Makes the global object of the current realm a target of events, which it is not by its type.
    pub(crate) fn adopt_global(context: &mut Context) {
        let state = Self::new_base(context);
        context
            .realm()
            .host_defined_mut()
            .insert(GlobalTarget(state));
    }

    /// The state of `object`, if it is a target of events.
    pub(super) fn of_object(object: &JsObject, context: &Context) -> Option<JsObject<Self>> {
        implementation::<Self>(object).or_else(|| {
            if !JsObject::equals(object, &context.global_object()) {
                return None;
            }
            let host_defined = context.realm().host_defined();
            host_defined.get::<GlobalTarget>().map(|it| it.0.clone())
        })
    }

    /// The target that `this` is, and its state. The global object stands in for `undefined`, as it
    /// does in every operation that may be called without an object.
    pub(super) fn of_this(
        this: &JsValue,
        context: &Context,
    ) -> JsResult<(JsObject, JsObject<Self>)> {
        let object = if this.is_null_or_undefined() {
            Some(context.global_object())
        } else {
            this.as_object()
        };
        object
            .and_then(|object| {
                let state = Self::of_object(&object, context)?;
                Some((object, state))
            })
            .ok_or_else(|| {
                JsNativeError::typ()
                    .with_message("Illegal invocation: the receiver is not a EventTarget")
                    .into()
            })
    }

    /// Copies of the listeners for events of this type in one of the two phases.
    pub(super) fn matching(&self, kind: &JsString, capturing: bool) -> Vec<Listener> {
        self.listeners
            .iter()
            .filter(|listener| listener.capture == capturing && listener.kind == *kind)
            .cloned()
            .collect()
    }

    /// Whether anybody listens for events of this type.
    fn listens_for(&self, kind: &JsString) -> bool {
        self.listeners.iter().any(|listener| listener.kind == *kind)
    }

    /// The current value of an event handler, which this compiles if nobody has asked for it yet.
    ///
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#getting-the-current-value-of-the-event-handler>
    pub(super) fn handler(
        target: &JsObject,
        state: &JsObject<Self>,
        name: &str,
        context: &mut Context,
    ) -> Option<JsObject> {
        let (name, value) = state
            .borrow()
            .data()
            .handlers
            .iter()
            .find(|handler| handler.name == name)
            .map(|handler| (handler.name, handler.value.clone()))?;
        let compile = match value {
            HandlerValue::Object(object) => return Some(object),
            HandlerValue::Uncompiled(compile) => compile,
        };
        let compiled = compile(target, name, context).unwrap_or_else(|error| {
            report_exception(error, context);
            None
        });
        let value = compiled.clone().map(HandlerValue::Object);
        Self::set_handler(target, state, name, value, context);
        compiled
    }

    /// Tells the target's interface that listeners have come or gone.
    fn changed(target: &JsObject, state: &JsObject<Self>, kind: &JsString, context: &mut Context) {
        let told = state.borrow().data().listeners_changed;
        if let Some(told) = told {
            told(target, kind, context);
        }
    }

    /// <https://dom.spec.whatwg.org/#remove-an-event-listener>
    pub(super) fn remove(
        target: &JsObject,
        state: &JsObject<Self>,
        listener: &Listener,
        context: &mut Context,
    ) {
        listener.removed.set(true);
        let removed = {
            let mut state = state.borrow_mut();
            let listeners = &mut state.data_mut().listeners;
            let index = listeners
                .iter()
                .position(|known| Rc::ptr_eq(&known.removed, &listener.removed));
            index.map(|index| listeners.remove(index))
        };
        let Some(removed) = removed else { return };
        // Or a signal that lives on would gather what it can no longer remove.
        if let Some((signal, algorithm)) = &removed.removed_by {
            abort::remove_algorithm(signal, *algorithm);
        }
        Self::changed(target, state, &listener.kind, context);
    }

    /// Sets an event handler. A listener stands for it, at the place where it was first set.
    ///
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-attributes:event-handler-idl-attributes-3>
    pub(super) fn set_handler(
        target: &JsObject,
        state: &JsObject<Self>,
        name: &'static str,
        value: Option<HandlerValue>,
        context: &mut Context,
    ) {
        let kind = js_string!(name.strip_prefix("on").unwrap_or(name));
        {
            let mut borrowed = state.borrow_mut();
            let this = borrowed.data_mut();
            let known = this.handlers.iter().position(|known| known.name == name);
            match (value, known) {
                (None, None) => return,
                (None, Some(index)) => {
                    this.handlers.remove(index);
                    this.listeners.retain(|listener| {
                        let stays = !matches!(&listener.callback, Callback::Handler(known) if *known == name);
                        if !stays {
                            listener.removed.set(true);
                        }
                        stays
                    });
                }
                (Some(value), Some(index)) => {
                    if let Some(handler) = this.handlers.get_mut(index) {
                        handler.value = value;
                    }
                    return;
                }
                (Some(value), None) => {
                    this.handlers.push(Handler { name, value });
                    this.listeners.push(Listener {
                        kind: kind.clone(),
                        callback: Callback::Handler(name),
                        capture: false,
                        once: false,
                        passive: false,
                        removed: Rc::default(),
                        removed_by: None,
                    });
                }
            }
        }
        Self::changed(target, state, &kind, context);
    }
}

/// The state of a target of a derived interface, which no script sees and which so needs no prototype.
fn hidden(target: EventTarget, context: &mut Context) -> JsObject<EventTarget> {
    JsObject::new(context.root_shape(), None, target)
}

/// Whether anybody listens at `target` for events of this type, event handlers included.
#[must_use]
pub fn has_listeners(target: &JsObject, kind: &str, context: &Context) -> bool {
    EventTarget::of_object(target, context)
        .is_some_and(|state| state.borrow().data().listens_for(&js_string!(kind)))
}

impl Interface for EventTarget {
    const NAME: &'static str = "EventTarget";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("addEventListener", 2, add_event_listener)
            .method("removeEventListener", 2, remove_event_listener)
            .method("dispatchEvent", 1, dispatch_event);
    }

    fn construct(_: &[JsValue], _: &mut Context) -> JsResult<Self> {
        Ok(Self::default())
    }
}

/// The first two arguments of both operations: a type, and an object or null.
fn kind_and_callback(
    args: &[JsValue],
    operation: &str,
    context: &mut Context,
) -> JsResult<(JsString, Option<JsObject>)> {
    convert::required_by(args, 1, 2, operation)?;
    let kind = convert::dom_string(args.get_or_undefined(0), context)?;
    let callback = args.get_or_undefined(1);
    let object = callback.as_object();
    if object.is_none() && !callback.is_null_or_undefined() {
        return Err(JsNativeError::typ()
            .with_message(format!("{operation}: the listener is not an object"))
            .into());
    }
    Ok((kind, object))
}

/// What may be told about a listener.
#[derive(Default)]
struct Options {
    capture: bool,
    once: bool,
    passive: bool,
    signal: Option<JsObject<AbortSignal>>,
}

impl Options {
    /// <https://dom.spec.whatwg.org/#event-flatten-more>
    fn to_add(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        if !value.is_object() && !value.is_null_or_undefined() {
            return Ok(Self {
                capture: value.to_boolean(),
                ..Self::default()
            });
        }
        let dictionary = Dictionary::new(value, "AddEventListenerOptions")?;
        Ok(Self {
            capture: flag(&dictionary, "capture", context)?,
            once: flag(&dictionary, "once", context)?,
            passive: flag(&dictionary, "passive", context)?,
            signal: AbortSignal::from_member(&dictionary, context)?,
        })
    }

    /// <https://dom.spec.whatwg.org/#concept-flatten-options>
    fn to_remove(value: &JsValue, context: &mut Context) -> JsResult<bool> {
        if !value.is_object() && !value.is_null_or_undefined() {
            return Ok(value.to_boolean());
        }
        let dictionary = Dictionary::new(value, "EventListenerOptions")?;
        flag(&dictionary, "capture", context)
    }
}

/// <https://dom.spec.whatwg.org/#dom-eventtarget-addeventlistener>
fn add_event_listener(
    this: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let (target, state) = EventTarget::of_this(this, context)?;
    let (kind, callback) = kind_and_callback(args, "EventTarget.addEventListener", context)?;
    let options = Options::to_add(args.get_or_undefined(2), context)?;

    // https://dom.spec.whatwg.org/#add-an-event-listener
    if options.signal.as_ref().is_some_and(AbortSignal::is_aborted) {
        return Ok(JsValue::undefined());
    }
    let Some(callback) = callback else {
        return Ok(JsValue::undefined());
    };
    let known = state
        .borrow()
        .data()
        .listeners
        .iter()
        .any(|listener| listener.is(&kind, &callback, options.capture));
    if known {
        return Ok(JsValue::undefined());
    }
    let listener = Listener {
        kind: kind.clone(),
        callback: Callback::Object(callback),
        capture: options.capture,
        once: options.once,
        passive: options.passive,
        removed: Rc::default(),
        removed_by: None,
    };
    state
        .borrow_mut()
        .data_mut()
        .listeners
        .push(listener.clone());
    if let Some(signal) = options.signal {
        let registered = Registered {
            target: target.clone(),
            state: state.clone(),
            listener: listener.clone(),
        };
        let remove = NativeFunction::from_copy_closure_with_captures(
            |_, _, it: &Registered, context| {
                EventTarget::remove(&it.target, &it.state, &it.listener, context);
                Ok(JsValue::undefined())
            },
            registered,
        );
        let algorithm = abort::add_algorithm(&signal, remove, context);
        if let Some(known) = state.borrow_mut().data_mut().listeners.last_mut() {
            known.removed_by = Some((signal, algorithm));
        }
    }
    EventTarget::changed(&target, &state, &kind, context);
    Ok(JsValue::undefined())
}

/// <https://dom.spec.whatwg.org/#dom-eventtarget-removeeventlistener>
fn remove_event_listener(
    this: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let (target, state) = EventTarget::of_this(this, context)?;
    let (kind, callback) = kind_and_callback(args, "EventTarget.removeEventListener", context)?;
    let capture = Options::to_remove(args.get_or_undefined(2), context)?;
    let Some(callback) = callback else {
        return Ok(JsValue::undefined());
    };
    let listener = state
        .borrow()
        .data()
        .listeners
        .iter()
        .find(|listener| listener.is(&kind, &callback, capture))
        .cloned();
    if let Some(listener) = listener {
        EventTarget::remove(&target, &state, &listener, context);
    }
    Ok(JsValue::undefined())
}

/// <https://dom.spec.whatwg.org/#dom-eventtarget-dispatchevent>
fn dispatch_event(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (target, _) = EventTarget::of_this(this, context)?;
    let event = convert::required_by(args, 0, 1, "EventTarget.dispatchEvent")?;
    let event = event.as_object();
    let state = event.as_ref().and_then(implementation::<Event>);
    let (Some(event), Some(state)) = (event, state) else {
        return Err(JsNativeError::typ()
            .with_message("EventTarget.dispatchEvent: the argument is not an Event")
            .into());
    };
    if state.borrow().data().dispatching {
        let message = "EventTarget.dispatchEvent: the event is being dispatched already";
        return Err(DomException::new("InvalidStateError", message).into_error(context));
    }
    state.borrow_mut().data_mut().is_trusted = false;
    Ok(dispatch(&target, &event, context)?.into())
}
