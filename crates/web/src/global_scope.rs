//! The global object as a target of events, and its reference to itself.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/webappapis.html#windoworworkerglobalscope-mixin>

use boa_engine::{
    Context, JsData, JsResult, context::intrinsics::StandardConstructor, js_string,
    property::PropertyDescriptor,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder};

use crate::events::{EventTarget, global_event_handlers};

/// The interface of the global object. Its interface object is no property of that: which of the
/// global scopes it knows this is is what a script asks by such names, and it is none of them.
#[derive(Debug, Trace, Finalize, JsData)]
struct GlobalScope;

impl Interface for GlobalScope {
    const NAME: &'static str = "GlobalScope";

    // The members of an interface with `[Global]` are on the object itself.
    fn members(_: &mut InterfaceBuilder<'_>) {}

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        Some(taipan_webidl::register::<EventTarget>(context))
    }
}

/// Makes the global object a target of events, and defines `self` and the event handlers on it.
///
/// `self` is replaceable by assignment, as it is in a page.
///
/// # Errors
///
/// Fails when the global object refuses the property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    let prototype = taipan_webidl::register::<GlobalScope>(context).prototype();
    global.set_prototype(Some(prototype));
    EventTarget::adopt_global(context);
    global.define_property_or_throw(
        js_string!("self"),
        PropertyDescriptor::builder()
            .value(global.clone())
            .writable(true)
            .enumerable(true)
            .configurable(true),
        context,
    )?;
    global_event_handlers(
        &["onerror", "onunhandledrejection", "onrejectionhandled"],
        context,
    );
    Ok(())
}
