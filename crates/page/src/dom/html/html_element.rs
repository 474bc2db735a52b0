//! The `HTMLElement` interface.

use boa_engine::{Context, JsArgs, JsResult, JsValue};
use taipan_webidl::{InterfaceBuilder, convert};

use super::{
    super::{
        css_style_declaration::CssStyleDeclaration,
        dom_string_map::DomStringMap,
        element::{remove_attribute, set_attribute},
        event_attributes, mutation,
        node::nullable_string,
        node_object::{fire, same_object, string, this_element, with_element},
        reflect,
    },
    activation,
};
use crate::{
    state::PageState,
    tree::{self, attribute_name, newlines_to_breaks},
};

pub(super) fn members(interface: &mut InterfaceBuilder<'_>) {
    for (name, attribute) in [
        ("title", "title"),
        ("lang", "lang"),
        ("accessKey", "accesskey"),
        ("nonce", "nonce"),
        ("popover", "popover"),
    ] {
        reflect::string(interface, name, attribute);
    }
    reflect::enumerated(interface, "dir", "dir", &["ltr", "rtl", "auto"], "");
    reflect::enumerated(
        interface,
        "contentEditable",
        "contenteditable",
        &["true", "false", "plaintext-only"],
        "inherit",
    );
    reflect::boolean(interface, "hidden", "hidden");
    reflect::boolean(interface, "autofocus", "autofocus");
    reflect::boolean(interface, "inert", "inert");
    reflect::long(interface, "tabIndex", "tabindex", -1);
    interface
        .attribute("innerText", get_inner_text, set_inner_text)
        .attribute("outerText", get_inner_text, set_outer_text)
        .attribute(
            "draggable",
            |this, _, _| {
                with_element(this, |_, element| {
                    (element.attribute("draggable").as_deref() == Some("true")).into()
                })
            },
            |this, args, context| {
                let node = this_element(this)?;
                let value = args.get_or_undefined(0).to_boolean().to_string();
                set_attribute(&node, attribute_name("draggable"), value, context)?;
                Ok(JsValue::undefined())
            },
        )
        .getter("dataset", |this, _, context| {
            this_element(this)?;
            same_object(this, "dataset", context, DomStringMap::create)
        })
        .attribute(
            "style",
            |this, _, context| {
                this_element(this)?;
                same_object(this, "style", context, |node, context| {
                    Ok(CssStyleDeclaration::create(node, context))
                })
            },
            |this, args, context| {
                let node = this_element(this)?;
                CssStyleDeclaration::set_text(&node, args.get_or_undefined(0), context)
            },
        )
        .method("click", 0, |this, _, context| {
            activation::click(&this_element(this)?, context)?;
            Ok(JsValue::undefined())
        })
        .method("focus", 0, |this, _, context| {
            let node = this_element(this)?;
            let state = PageState::of(context)?;
            if state.holds(&node) && activation::is_focusable(&node) {
                let old = state.active_element.replace(Some(node.clone()));
                if old.as_ref() != Some(&node) {
                    if let Some(old) = old {
                        fire(&old, "blur", context)?;
                    }
                    fire(&node, "focus", context)?;
                }
            }
            Ok(JsValue::undefined())
        })
        .method("blur", 0, |this, _, context| {
            let node = this_element(this)?;
            let state = PageState::of(context)?;
            let is_active = state.active_element.borrow().as_ref() == Some(&node);
            if is_active {
                state.active_element.take();
                fire(&node, "blur", context)?;
            }
            Ok(JsValue::undefined())
        });
    // There is no layout: see `Element`.
    for name in ["offsetTop", "offsetLeft", "offsetWidth", "offsetHeight"] {
        interface.getter(name, |this, _, _| {
            with_element(this, |_, _| JsValue::from(0))
        });
    }
    interface.getter("offsetParent", |this, _, _| {
        with_element(this, |_, _| JsValue::null())
    });
    event_attributes::members(interface);
}

fn get_inner_text(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    Ok(string(tree::inner_text(&this_element(this)?)))
}

/// <https://html.spec.whatwg.org/multipage/dom.html#the-innertext-idl-attribute:set-the-inner-text-steps>
fn set_inner_text(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let node = this_element(this)?;
    let text = nullable_string(args.get_or_undefined(0), context)?;
    let fragment = newlines_to_breaks(&convert::scalar_values(&text), &node.owner());
    mutation::replace_all(&node, Some(&fragment), context)?;
    Ok(JsValue::undefined())
}

/// <https://html.spec.whatwg.org/multipage/dom.html#dom-outertext>
fn set_outer_text(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let node = this_element(this)?;
    let text = nullable_string(args.get_or_undefined(0), context)?;
    let fragment = newlines_to_breaks(&convert::scalar_values(&text), &node.owner());
    if let Some(parent) = node.parent() {
        mutation::replace(&parent, &fragment, &node, context)?;
    }
    Ok(JsValue::undefined())
}

/// Sets or removes an attribute that is there or not.
pub(super) fn set_flag(
    node: &crate::tree::NodeRef,
    attribute: &str,
    on: bool,
    context: &mut Context,
) -> JsResult<()> {
    match on {
        true => set_attribute(node, attribute_name(attribute), String::new(), context),
        false => remove_attribute(node, attribute, context).map(drop),
    }
}
