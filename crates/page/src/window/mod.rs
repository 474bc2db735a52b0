//! The global object of a page.
//!
//! <https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-window-object>

mod animation_frames;
mod dialogs;
mod location;
mod named_properties;
mod navigation;

use boa_engine::{
    Context, JsData, JsResult, JsValue, NativeFunction,
    context::intrinsics::StandardConstructor,
    js_string,
    object::FunctionObjectBuilder,
    property::{Attribute, PropertyDescriptor},
};
use boa_gc::{Finalize, Trace};
use taipan_web::events::{self, EventTarget, global_event_handlers};
use taipan_webidl::{Interface, InterfaceBuilder, expose};

use crate::{dom, state::PageState};
pub(crate) use location::location;
pub(crate) use navigation::{follow, navigate};

/// The interface of the global object, which is no object of ours: its members are the object's own.
#[derive(Trace, Finalize, JsData)]
struct Window;

impl Interface for Window {
    const NAME: &'static str = "Window";

    fn members(_: &mut InterfaceBuilder<'_>) {}

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        Some(taipan_webidl::register::<EventTarget>(context))
    }
}

/// Makes the global object a window.
///
/// # Errors
/// Fails when the global object refuses a property.
pub(crate) fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    let prototype = expose::<Window>(&global, context).prototype();
    named_properties::install(&prototype, context)?;
    global.set_prototype(Some(prototype));

    let state = PageState::of(context)?;
    let document = dom::object_of(&state.document, context);
    location::register(context);
    let fixed = Attribute::ENUMERABLE;
    let replaceable = Attribute::all();
    let values: [(&str, JsValue, Attribute); 19] = [
        ("window", global.clone().into(), fixed),
        ("document", document.into(), fixed),
        ("frames", global.clone().into(), replaceable),
        ("parent", global.clone().into(), replaceable),
        ("top", global.clone().into(), fixed),
        ("opener", JsValue::null(), replaceable),
        ("frameElement", JsValue::null(), replaceable),
        ("length", 0.into(), replaceable),
        ("name", js_string!().into(), replaceable),
        ("closed", false.into(), replaceable),
        // What browsers without a screen say.
        ("innerWidth", 800.into(), replaceable),
        ("innerHeight", 600.into(), replaceable),
        ("outerWidth", 800.into(), replaceable),
        ("outerHeight", 600.into(), replaceable),
        ("devicePixelRatio", 1.into(), replaceable),
        ("scrollX", 0.into(), replaceable),
        ("scrollY", 0.into(), replaceable),
        ("pageXOffset", 0.into(), replaceable),
        ("pageYOffset", 0.into(), replaceable),
    ];
    for (name, value, attributes) in values {
        let property = PropertyDescriptor::builder()
            .value(value)
            .writable(attributes.writable())
            .enumerable(attributes.enumerable())
            .configurable(attributes.configurable());
        global.define_property_or_throw(js_string!(name), property, context)?;
    }
    location::define(context)?;
    dialogs::register(context)?;
    animation_frames::register(context)?;
    for name in ["scroll", "scrollTo", "scrollBy", "focus", "blur", "stop"] {
        operation(name, 0, |_, _, _| Ok(JsValue::undefined()), context)?;
    }
    let handlers: Vec<&'static str> = dom::WINDOW_HANDLERS
        .iter()
        .chain(&dom::GLOBAL_HANDLERS)
        .copied()
        .filter(|name| *name != "onerror")
        .collect();
    global_event_handlers(&handlers, context);
    Ok(())
}

/// Defines an operation of the global object.
fn operation(
    name: &'static str,
    length: usize,
    native: boa_engine::native_function::NativeFunctionPointer,
    context: &mut Context,
) -> JsResult<()> {
    let function = FunctionObjectBuilder::new(context.realm(), NativeFunction::from_fn_ptr(native))
        .name(js_string!(name))
        .length(length)
        .constructor(false)
        .build();
    let property = PropertyDescriptor::builder()
        .value(function)
        .writable(true)
        .enumerable(true)
        .configurable(true);
    let global = context.global_object();
    global.define_property_or_throw(js_string!(name), property, context)?;
    Ok(())
}

/// Fires `load` at the window, and `pageshow` behind it.
///
/// # Errors
/// An error of the engine itself.
pub(crate) fn fire_load(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    for kind in ["load", "pageshow"] {
        events::fire(&global, kind, context)?;
        taipan::scripts::checkpoint(context);
    }
    Ok(())
}
