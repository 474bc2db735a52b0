//! Elements whose interfaces have little of their own.

use boa_engine::{
    Context, JsArgs, JsObject, JsResult, JsValue, NativeFunction, js_string,
    object::{FunctionObjectBuilder, builtins::JsFunction},
    property::PropertyDescriptor,
};
use taipan::Url;
use taipan_web::events;
use taipan_webidl::{DomException, InterfaceBuilder, convert};

use super::{
    super::{
        document::url_attribute,
        element::{remove_attribute, set_attribute},
        event_attributes, mutation,
        node_object::{fire_later, object_of, string, this_element, value_of, with_element},
        reflect,
    },
    html_element::set_flag,
};
use crate::{
    state::PageState,
    tree::{NodeRef, attribute_name},
};

/// How a part of a URL is read.
type UrlPart = fn(&Url) -> String;

/// The parts of a URL that links have attributes for.
const URL_PARTS: [(&str, UrlPart); 8] = [
    ("origin", |url| url.origin().ascii_serialization()),
    ("protocol", |url| format!("{}:", url.scheme())),
    ("host", |url| match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (host, _) => host.unwrap_or_default().to_owned(),
    }),
    ("hostname", |url| {
        url.host_str().unwrap_or_default().to_owned()
    }),
    ("port", |url| {
        url.port().map(|port| port.to_string()).unwrap_or_default()
    }),
    ("pathname", |url| url.path().to_owned()),
    ("search", |url| part("?", url.query())),
    ("hash", |url| part("#", url.fragment())),
];

fn part(mark: &str, part: Option<&str>) -> String {
    match part {
        Some(part) if !part.is_empty() => format!("{mark}{part}"),
        _ => String::new(),
    }
}

/// `a` and `area`.
pub(super) fn anchor(interface: &mut InterfaceBuilder<'_>) {
    reflect::url(interface, "href", "href");
    for name in ["target", "download", "rel", "hreflang", "type", "ping"] {
        reflect::string(interface, name, name);
    }
    own_text(interface, "text");
    for (name, part) in URL_PARTS {
        let get = NativeFunction::from_copy_closure(move |this, _, context| {
            let url = url_attribute(&this_element(this)?, "href", context);
            Ok(string(url.map(|url| part(&url)).unwrap_or_default()))
        });
        interface.native_attribute(name, get, None);
    }
    interface.stringifier(|this, _, context| {
        let node = this_element(this)?;
        let url = url_attribute(&node, "href", context);
        let text = || node.as_element()?.attribute("href");
        Ok(string(match url {
            Some(url) => url.to_string(),
            None => text().unwrap_or_default(),
        }))
    });
}

/// An attribute that is the text of the element.
pub(super) fn own_text(interface: &mut InterfaceBuilder<'_>, name: &'static str) {
    interface.attribute(
        name,
        |this, _, _| {
            let node = this_element(this)?;
            Ok(match node.as_html("a").is_some() {
                true => node.descendant_text(),
                false => node.child_text(),
            }
            .into())
        },
        |this, args, context| {
            let node = this_element(this)?;
            let text = convert::dom_string(args.get_or_undefined(0), context)?;
            mutation::replace_all_with_text(&node, text, context)?;
            Ok(JsValue::undefined())
        },
    );
}

/// `body`: the handlers that are the window's.
pub(super) fn body(interface: &mut InterfaceBuilder<'_>) {
    for name in event_attributes::OF_WINDOW {
        let get = NativeFunction::from_copy_closure(move |this, _, context| {
            this_element(this)?;
            let global = context.global_object();
            let handler = events::get_event_handler(&global, name, context);
            Ok(handler.map_or_else(JsValue::null, JsValue::from))
        });
        let set = NativeFunction::from_copy_closure(move |this, args, context| {
            this_element(this)?;
            let global = context.global_object();
            events::set_event_handler(&global, name, args.get_or_undefined(0), context);
            Ok(JsValue::undefined())
        });
        interface.native_attribute(name, get, Some(set));
    }
}

/// `canvas`: nothing can be drawn, which a context that is null says.
pub(super) fn canvas(interface: &mut InterfaceBuilder<'_>) {
    reflect::long(interface, "width", "width", 300);
    reflect::long(interface, "height", "height", 150);
    interface.method("getContext", 1, |this, args, context| {
        this_element(this)?;
        let kind = convert::required_by(args, 0, 1, "HTMLCanvasElement.getContext")?;
        convert::usv_string(kind, context)?;
        Ok(JsValue::null())
    });
}

/// <https://html.spec.whatwg.org/multipage/interactive-elements.html#htmldialogelement>
pub(super) fn dialog(interface: &mut InterfaceBuilder<'_>) {
    reflect::boolean(interface, "open", "open");
    interface.attribute(
        "returnValue",
        |this, _, _| {
            with_element(this, |_, element| {
                let value = element.control.borrow().value.clone();
                string(value.unwrap_or_default())
            })
        },
        |this, args, context| {
            let value = convert::usv_string(args.get_or_undefined(0), context)?;
            with_element(this, |_, element| {
                element.control.borrow_mut().value = Some(value);
                JsValue::undefined()
            })
        },
    );
    interface
        .method("show", 0, |this, _, context| {
            set_flag(&this_element(this)?, "open", true, context)?;
            Ok(JsValue::undefined())
        })
        .method("showModal", 0, |this, _, context| {
            let node = this_element(this)?;
            if !node.root().is_document() {
                let message = "a dialog that is in no document cannot be shown";
                return Err(DomException::new("InvalidStateError", message).into_error(context));
            }
            set_flag(&node, "open", true, context)?;
            Ok(JsValue::undefined())
        });
    interface.method("close", 0, |this, args, context| {
        let node = this_element(this)?;
        if let (Some(value), Some(element)) = (args.first(), node.as_element()) {
            let value = convert::usv_string(value, context)?;
            element.control.borrow_mut().value = Some(value);
        }
        if remove_attribute(&node, "open", context)?.is_some() {
            fire_later(&node, "close", context);
        }
        Ok(JsValue::undefined())
    });
}

/// `iframe`: nothing is loaded into it.
pub(super) fn iframe(interface: &mut InterfaceBuilder<'_>) {
    reflect::url(interface, "src", "src");
    for name in ["srcdoc", "name", "width", "height", "allow"] {
        reflect::string(interface, name, name);
    }
    for name in ["contentWindow", "contentDocument"] {
        interface.getter(name, |this, _, _| {
            with_element(this, |_, _| JsValue::null())
        });
    }
}

/// `img`: nothing is loaded.
pub(super) fn image(interface: &mut InterfaceBuilder<'_>) {
    reflect::url(interface, "src", "src");
    for (name, attribute) in [
        ("alt", "alt"),
        ("srcset", "srcset"),
        ("sizes", "sizes"),
        ("loading", "loading"),
        ("decoding", "decoding"),
    ] {
        reflect::string(interface, name, attribute);
    }
    reflect::long(interface, "width", "width", 0);
    reflect::long(interface, "height", "height", 0);
    for name in ["naturalWidth", "naturalHeight"] {
        interface.getter(name, |this, _, _| {
            with_element(this, |_, _| JsValue::from(0))
        });
    }
    interface.getter("complete", |this, _, _| {
        with_element(this, |_, element| (!element.has_attribute("src")).into())
    });
}

pub(super) fn link(interface: &mut InterfaceBuilder<'_>) {
    reflect::url(interface, "href", "href");
    for name in ["rel", "media", "type", "hreflang", "as", "integrity"] {
        reflect::string(interface, name, name);
    }
    reflect::boolean(interface, "disabled", "disabled");
}

/// `audio` and `video`: nothing is loaded, nothing plays.
pub(super) fn media(interface: &mut InterfaceBuilder<'_>) {
    reflect::url(interface, "src", "src");
    for name in ["controls", "loop", "autoplay"] {
        reflect::boolean(interface, name, name);
    }
    interface
        .getter("paused", |this, _, _| {
            with_element(this, |_, _| true.into())
        })
        .getter("readyState", |this, _, _| {
            with_element(this, |_, _| 0.into())
        });
    for name in ["pause", "load"] {
        interface.method(name, 0, |this, _, _| {
            with_element(this, |_, _| JsValue::undefined())
        });
    }
}

/// <https://html.spec.whatwg.org/multipage/form-elements.html#the-progress-element>
pub(super) fn progress(interface: &mut InterfaceBuilder<'_>) {
    reflect::double(interface, "value", "value", 0.0);
    reflect::double(interface, "max", "max", 1.0);
    interface.getter("position", |this, _, _| {
        with_element(this, |_, element| {
            let number = |name| {
                element
                    .attribute(name)
                    .and_then(|text| text.trim().parse::<f64>().ok())
            };
            let max = number("max").filter(|max| *max > 0.0).unwrap_or(1.0);
            number("value")
                .map_or(-1.0, |value| (value / max).clamp(0.0, 1.0))
                .into()
        })
    });
}

/// <https://html.spec.whatwg.org/multipage/scripting.html#htmlscriptelement>
pub(super) fn script(interface: &mut InterfaceBuilder<'_>) {
    reflect::url(interface, "src", "src");
    for (name, attribute) in [
        ("type", "type"),
        ("charset", "charset"),
        ("integrity", "integrity"),
        ("event", "event"),
        ("htmlFor", "for"),
    ] {
        reflect::string(interface, name, attribute);
    }
    reflect::boolean(interface, "defer", "defer");
    reflect::boolean(interface, "noModule", "nomodule");
    reflect::enumerated(
        interface,
        "crossOrigin",
        "crossorigin",
        &["anonymous", "use-credentials"],
        "",
    );
    own_text(interface, "text");
    interface
        .attribute(
            "async",
            |this, _, _| {
                with_element(this, |_, element| {
                    let is_async =
                        element.script.force_async.get() || element.has_attribute("async");
                    is_async.into()
                })
            },
            |this, args, context| {
                let node = this_element(this)?;
                if let Some(element) = node.as_element() {
                    element.script.force_async.set(false);
                }
                set_flag(
                    &node,
                    "async",
                    args.get_or_undefined(0).to_boolean(),
                    context,
                )?;
                Ok(JsValue::undefined())
            },
        )
        .static_method("supports", 1, |_, args, context| {
            let kind = convert::required_by(args, 0, 1, "HTMLScriptElement.supports")?;
            let kind = convert::usv_string(kind, context)?;
            Ok(matches!(kind.as_str(), "classic" | "module" | "importmap").into())
        });
}

/// <https://html.spec.whatwg.org/multipage/scripting.html#htmltemplateelement>
pub(super) fn template(interface: &mut InterfaceBuilder<'_>) {
    interface.getter("content", |this, _, context| {
        let contents = with_element(this, |_, element| element.contents())?;
        Ok(value_of(contents, context))
    });
}

/// The constructors `Image` and `Option`.
///
/// <https://html.spec.whatwg.org/multipage/embedded-content.html#dom-image>
///
/// # Errors
/// Fails when the global object refuses a property.
pub(super) fn legacy_factories(context: &mut Context) -> JsResult<()> {
    factory::<super::HtmlImageElement>("Image", new_image, context)?;
    factory::<super::HtmlOptionElement>("Option", new_option, context)
}

fn factory<T: taipan_webidl::Interface>(
    name: &'static str,
    construct: fn(&[JsValue], &NodeRef, &mut Context) -> JsResult<NodeRef>,
    context: &mut Context,
) -> JsResult<()> {
    let prototype = taipan_webidl::register::<T>(context).prototype();
    let make = NativeFunction::from_copy_closure(move |new_target, args, context| {
        if new_target.is_undefined() {
            return Err(boa_engine::JsNativeError::typ()
                .with_message(format!("{name} must be called with new"))
                .into());
        }
        let document = PageState::of(context)?.document.clone();
        let node = construct(args, &document, context)?;
        Ok(object_of(&node, context).into())
    });
    let function: JsFunction = FunctionObjectBuilder::new(context.realm(), make)
        .name(js_string!(name))
        .length(0)
        .constructor(true)
        .build();
    let function = JsObject::from(function);
    let fixed = PropertyDescriptor::builder()
        .value(prototype)
        .writable(false)
        .enumerable(false)
        .configurable(false);
    function.define_property_or_throw(js_string!("prototype"), fixed, context)?;
    let property = PropertyDescriptor::builder()
        .value(function)
        .writable(true)
        .enumerable(false)
        .configurable(true);
    let global = context.global_object();
    global.define_property_or_throw(js_string!(name), property, context)?;
    Ok(())
}

fn new_image(args: &[JsValue], document: &NodeRef, context: &mut Context) -> JsResult<NodeRef> {
    let node = NodeRef::html_element("img", document);
    for (argument, name) in args.iter().zip(["width", "height"]) {
        let value = convert::unsigned_long(argument, context)?.to_string();
        set_attribute(&node, attribute_name(name), value, context)?;
    }
    Ok(node)
}

fn new_option(args: &[JsValue], document: &NodeRef, context: &mut Context) -> JsResult<NodeRef> {
    let node = NodeRef::html_element("option", document);
    let given = |index: usize| args.get(index).filter(|value| !value.is_undefined());
    if let Some(text) = given(0) {
        let text = convert::dom_string(text, context)?;
        node.append(&NodeRef::text(text, document));
    }
    if let Some(value) = given(1) {
        let value = convert::usv_string(value, context)?;
        set_attribute(&node, attribute_name("value"), value, context)?;
    }
    if given(2).is_some_and(JsValue::to_boolean) {
        set_flag(&node, "selected", true, context)?;
    }
    if let Some(selected) = given(3)
        && let Some(element) = node.as_element()
    {
        element.control.borrow_mut().checked = Some(selected.to_boolean());
    }
    Ok(node)
}
