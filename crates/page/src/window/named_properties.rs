//! Elements with an ID as properties of the window.
//!
//! <https://html.spec.whatwg.org/multipage/nav-history-apis.html#named-access-on-the-window-object>

use boa_engine::JsSymbol;
use boa_engine::{
    Context, JsArgs, JsObject, JsResult, JsValue, js_string, object::builtins::JsProxy,
    property::PropertyDescriptor,
};
use taipan_web::events::EventTarget;

use crate::{
    dom::{get_inherited, has_inherited, object_of},
    state::PageState,
    tree::NodeRef,
};

/// Puts the object with these properties between the prototype of the window and that of event targets, where
/// everything else is found before them.
///
/// # Errors
/// An error of the engine itself.
pub(super) fn install(window: &JsObject, context: &mut Context) -> JsResult<()> {
    let prototype = taipan_webidl::register::<EventTarget>(context).prototype();
    let target = JsObject::from_proto_and_data(
        Some(prototype),
        boa_engine::builtins::object::OrdinaryObject,
    );
    let tag = PropertyDescriptor::builder()
        .value(js_string!("WindowProperties"))
        .writable(false)
        .enumerable(false)
        .configurable(true);
    target.define_property_or_throw(JsSymbol::to_string_tag(), tag, context)?;
    let proxy = JsProxy::builder(target).get(get).has(has).build(context)?;
    window.set_prototype(Some(proxy.into()));
    Ok(())
}

/// The element that a name stands for.
fn named(key: &JsValue, context: &Context) -> Option<NodeRef> {
    let name = key.as_string()?.to_std_string_lossy();
    let state = PageState::of(context).ok()?;
    let is_it = |value: &str| value == name;
    state.document.descendant_elements().find(|node| {
        node.as_element().is_some_and(|element| {
            let has_name = ["embed", "form", "img", "object"]
                .iter()
                .any(|local| element.is_html(local));
            element.with_attribute("id", is_it) == Some(true)
                || has_name && element.with_attribute("name", is_it) == Some(true)
        })
    })
}

fn get(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (target, key) = (args.get_or_undefined(0), args.get_or_undefined(1));
    let is_inherited = has_inherited(target, key, context)?.to_boolean();
    match named(key, context).filter(|_| !is_inherited) {
        Some(node) => Ok(object_of(&node, context).into()),
        None => get_inherited(target, key, args.get_or_undefined(2), context),
    }
}

fn has(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (target, key) = (args.get_or_undefined(0), args.get_or_undefined(1));
    match named(key, context) {
        Some(_) => Ok(true.into()),
        None => has_inherited(target, key, context),
    }
}
