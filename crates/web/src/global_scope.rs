//! The self-reference of the global object.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/workers.html#dom-workerglobalscope-self>

use boa_engine::{Context, JsResult, js_string, property::PropertyDescriptor};

use crate::events::{EventTarget, global_event_handlers};

/// Defines `self` on the global object.
///
/// It is replaceable by assignment, as it is in a page.
///
/// # Errors
///
/// Fails when the global object refuses the property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    global.define_property_or_throw(
        js_string!("self"),
        PropertyDescriptor::builder()
            .value(global.clone())
            .writable(true)
            .enumerable(true)
            .configurable(true),
        context,
    )?;
    EventTarget::adopt_global(context);
    let prototype = taipan_webidl::register::<EventTarget>(context).prototype();
    global.set_prototype(Some(prototype));
    global_event_handlers(
        &["onerror", "onunhandledrejection", "onrejectionhandled"],
        context,
    );
    Ok(())
}
