//! Event handlers of elements: as attributes of interfaces, and as content attributes such as `onclick`.
//!
//! <https://html.spec.whatwg.org/multipage/webappapis.html#event-handlers>

use boa_engine::{Context, JsObject, JsResult, JsString, JsValue};
use taipan_web::events;
use taipan_webidl::InterfaceBuilder;

use super::{document::body, node_object::NodeObject};
use crate::{
    state::PageState,
    tree::{ElementData, NodeRef},
};

/// <https://html.spec.whatwg.org/multipage/webappapis.html#globaleventhandlers>
pub(crate) const GLOBAL: [&str; 74] = [
    "onabort",
    "onanimationend",
    "onanimationiteration",
    "onanimationstart",
    "onauxclick",
    "onbeforeinput",
    "onbeforetoggle",
    "onblur",
    "oncancel",
    "oncanplay",
    "oncanplaythrough",
    "onchange",
    "onclick",
    "onclose",
    "oncontextmenu",
    "oncopy",
    "oncuechange",
    "oncut",
    "ondblclick",
    "ondrag",
    "ondragend",
    "ondragenter",
    "ondragleave",
    "ondragover",
    "ondragstart",
    "ondrop",
    "ondurationchange",
    "onemptied",
    "onended",
    "onerror",
    "onfocus",
    "onformdata",
    "oninput",
    "oninvalid",
    "onkeydown",
    "onkeypress",
    "onkeyup",
    "onload",
    "onloadeddata",
    "onloadedmetadata",
    "onloadstart",
    "onmousedown",
    "onmouseenter",
    "onmouseleave",
    "onmousemove",
    "onmouseout",
    "onmouseover",
    "onmouseup",
    "onpaste",
    "onpause",
    "onplay",
    "onplaying",
    "onpointercancel",
    "onpointerdown",
    "onpointerenter",
    "onpointerleave",
    "onpointermove",
    "onpointerout",
    "onpointerover",
    "onpointerup",
    "onprogress",
    "onratechange",
    "onreset",
    "onresize",
    "onscroll",
    "onselect",
    "onsubmit",
    "ontimeupdate",
    "ontoggle",
    "ontouchend",
    "ontouchmove",
    "ontouchstart",
    "ontransitionend",
    "onwheel",
];

/// Those of the body that are the window's: <https://html.spec.whatwg.org/multipage/webappapis.html#windoweventhandlers>,
/// and the reflecting ones.
pub(crate) const OF_WINDOW: [&str; 13] = [
    "onbeforeunload",
    "onblur",
    "onerror",
    "onfocus",
    "onhashchange",
    "onload",
    "onmessage",
    "onpagehide",
    "onpageshow",
    "onpopstate",
    "onresize",
    "onscroll",
    "onunload",
];

/// Adds the handlers that all HTML elements and documents have.
pub(super) fn members(interface: &mut InterfaceBuilder<'_>) {
    for name in GLOBAL {
        events::event_handler(interface, name);
    }
}

/// The handler that an attribute of this name sets, and whether it is one of the window.
fn handler(element: &ElementData, attribute: &str) -> Option<(&'static str, bool)> {
    let known = |names: &[&'static str]| names.iter().find(|name| **name == attribute).copied();
    let is_body = element.is_html("body") || element.is_html("frameset");
    match known(&OF_WINDOW).filter(|_| is_body) {
        Some(name) => Some((name, true)),
        None => known(&GLOBAL).map(|name| (name, false)),
    }
}

/// Has a new object know the handlers that are in the content attributes of its element.
pub(super) fn adopt(element: &ElementData, object: &JsObject, context: &mut Context) {
    for attribute in element.attributes() {
        if attribute.name.ns.is_empty() && attribute.name.local.starts_with("on") {
            set(element, object, &attribute.name.local, context);
        }
    }
}

/// Takes note of an attribute that was set or removed.
pub(super) fn changed(node: &NodeRef, attribute: &str, context: &mut Context) {
    if !attribute.starts_with("on") {
        return;
    }
    if let (Some(element), Some(object)) = (node.as_element(), node.object()) {
        set(element, &object, attribute, context);
    }
}

fn set(element: &ElementData, object: &JsObject, attribute: &str, context: &mut Context) {
    let Some((name, is_of_window)) = handler(element, attribute) else {
        return;
    };
    let target = match is_of_window {
        true => context.global_object(),
        false => object.clone(),
    };
    match element.has_attribute(name) {
        true => events::set_uncompiled_event_handler(&target, name, compile, context),
        false => events::set_event_handler(&target, name, &JsValue::null(), context),
    }
}

/// Compiles the handler in a content attribute.
///
/// <https://html.spec.whatwg.org/multipage/webappapis.html#getting-the-current-value-of-the-event-handler>
fn compile(
    target: &JsObject,
    name: &'static str,
    context: &mut Context,
) -> JsResult<Option<JsObject>> {
    let own = target
        .downcast_ref::<NodeObject>()
        .and_then(|_| super::node_object::element_object(&target.clone().into()));
    let is_of_window = own.is_none();
    let element = match own {
        Some(node) => Some(node),
        None => body(&PageState::of(context)?.document),
    };
    let source = element.and_then(|node| node.as_element()?.attribute(name));
    let Some(source) = source else {
        return Ok(None);
    };
    let parameters = match is_of_window && name == "onerror" {
        true => "event, source, lineno, colno, error",
        false => "event",
    };
    let function = format!("return function {name}({parameters}) {{\n{source}\n}}");
    let scoped = match is_of_window {
        true => function,
        false => format!(
            "with (this.ownerDocument) with (this.form ?? Object.create(null)) with (this) {{ {function} }}"
        ),
    };
    let constructor = context.intrinsics().constructors().function().constructor();
    // Alone first: what closes the braces early is an error, and no way out of them.
    let alone = [
        JsString::from(parameters).into(),
        JsString::from(source).into(),
    ];
    constructor.call(&JsValue::undefined(), &alone, context)?;
    let arguments = [JsString::from(scoped).into()];
    let outer = constructor.call(&JsValue::undefined(), &arguments, context)?;
    let Some(outer) = outer.as_callable() else {
        return Ok(None);
    };
    let handler = outer.call(&target.clone().into(), &[], context)?;
    Ok(handler.as_callable())
}

/// Has the window know the handlers in the attributes of the body, once there is one.
pub(crate) fn adopt_body(state: &PageState, context: &mut Context) {
    let has_handlers = |body: &NodeRef| {
        body.object().is_none()
            && body.as_element().is_some_and(|element| {
                element.with_attributes(|attributes| {
                    attributes
                        .iter()
                        .any(|attribute| attribute.name.local.starts_with("on"))
                })
            })
    };
    if let Some(body) = body(&state.document).filter(has_handlers) {
        super::object_of(&body, context);
    }
}
