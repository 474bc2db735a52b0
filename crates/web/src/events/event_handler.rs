//! Event handlers: attributes such as `onmessage`.
//!
//! <https://html.spec.whatwg.org/multipage/webappapis.html#event-handlers>

use boa_engine::{
    Context, JsArgs, JsObject, JsResult, JsString, JsValue, NativeFunction, js_string,
    object::FunctionObjectBuilder, property::PropertyDescriptor, realm::Realm,
};
use taipan_webidl::{InterfaceBuilder, implementation};

use super::{
    ErrorEvent, Event, EventTarget,
    event_target::{CompileHandler, HandlerValue},
};

/// Defines an event handler attribute on the interface prototype object. The interface inherits from
/// `EventTarget`.
///
/// <https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-idl-attributes>
pub fn event_handler(interface: &mut InterfaceBuilder<'_>, name: &'static str) {
    let descriptor = descriptor(name, interface.context().realm());
    interface
        .prototype()
        .insert_property(js_string!(name), descriptor);
}

/// Defines event handler attributes on the global object, whose attributes are its own.
///
/// The global object must be a target of events, see [`global_scope`](crate::global_scope).
pub fn global_event_handlers(names: &[&'static str], context: &mut Context) {
    let global = context.global_object();
    for &name in names {
        let descriptor = descriptor(name, context.realm());
        global.insert_property(js_string!(name), descriptor);
    }
}

fn descriptor(name: &'static str, realm: &Realm) -> PropertyDescriptor {
    let get = NativeFunction::from_copy_closure(move |this, _, context| {
        let (target, _) = EventTarget::of_this(this, context)?;
        Ok(get_event_handler(&target, name, context).map_or_else(JsValue::null, JsValue::from))
    });
    let set = NativeFunction::from_copy_closure(move |this, args, context| {
        let (target, _) = EventTarget::of_this(this, context)?;
        set_event_handler(&target, name, args.get_or_undefined(0), context);
        Ok(JsValue::undefined())
    });
    let accessor = |prefix: &str, length, f| {
        FunctionObjectBuilder::new(realm, f)
            .name(js_string!(format!("{prefix} {name}")))
            .length(length)
            .constructor(false)
            .build()
    };
    PropertyDescriptor::builder()
        .get(accessor("get", 0, get))
        .set(accessor("set", 1, set))
        .enumerable(true)
        .configurable(true)
        .build()
}

/// The value of the event handler `name` (with its `on`) of a target.
#[must_use]
pub fn get_event_handler(target: &JsObject, name: &str, context: &mut Context) -> Option<JsObject> {
    let state = EventTarget::of_object(target, context)?;
    EventTarget::handler(target, &state, name, context)
}

/// Sets the event handler `name` (with its `on`) of a target; for attributes whose setter does more.
///
/// What is not an object is null: <https://webidl.spec.whatwg.org/#LegacyTreatNonObjectAsNull>.
pub fn set_event_handler(
    target: &JsObject,
    name: &'static str,
    value: &JsValue,
    context: &mut Context,
) {
    if let Some(state) = EventTarget::of_object(target, context) {
        let value = value.as_object().map(HandlerValue::Object);
        EventTarget::set_handler(target, &state, name, value, context);
    }
}

/// Sets the event handler `name` (with its `on`) of a target to what `compile` will make of its source text when it
/// is first needed.
///
/// <https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-content-attributes>
pub fn set_uncompiled_event_handler(
    target: &JsObject,
    name: &'static str,
    compile: CompileHandler,
    context: &mut Context,
) {
    if let Some(state) = EventTarget::of_object(target, context) {
        let value = Some(HandlerValue::Uncompiled(compile));
        EventTarget::set_handler(target, &state, name, value, context);
    }
}

/// One call of an event handler.
pub(super) struct Call<'a> {
    pub(super) handler: &'a JsObject,
    pub(super) target: &'a JsObject,
    pub(super) event: &'a JsObject,
    pub(super) state: &'a JsObject<Event>,
    pub(super) kind: &'a JsString,
}

impl Call<'_> {
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#the-event-handler-processing-algorithm>
    pub(super) fn run(&self, context: &mut Context) -> JsResult<()> {
        // An object that cannot be called gives undefined.
        if !self.handler.is_callable() {
            return Ok(());
        }
        let this = JsValue::from(self.target.clone());
        let error_arguments = self.error_arguments(context);
        let is_error = error_arguments.is_some();
        let arguments = error_arguments.unwrap_or_else(|| vec![self.event.clone().into()]);
        let result = self.handler.call(&this, &arguments, context)?;
        // What a handler of errors returns tells that it has dealt with it.
        if result.as_boolean() == Some(is_error) {
            self.state.borrow_mut().data_mut().cancel();
        }
        Ok(())
    }

    /// The five arguments that `onerror` of the global object takes for an `ErrorEvent`.
    fn error_arguments(&self, context: &Context) -> Option<Vec<JsValue>> {
        if *self.kind != *"error" || !JsObject::equals(self.target, &context.global_object()) {
            return None;
        }
        let error = implementation::<ErrorEvent>(self.event)?;
        let error = error.borrow();
        Some(error.data().handler_arguments())
    }
}
