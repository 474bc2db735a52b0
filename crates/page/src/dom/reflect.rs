//! Attributes of interfaces that reflect content attributes.
//!
//! <https://html.spec.whatwg.org/multipage/common-dom-interfaces.html#reflecting-content-attributes-in-idl-attributes>

use boa_engine::{Context, JsArgs, JsResult, JsValue, NativeFunction};
use taipan_webidl::{InterfaceBuilder, convert};

use super::{
    document,
    element::{remove_attribute, set_attribute},
    node_object::{string as value, this_element, with_element},
};
use crate::{script::resolve, tree::attribute_name};

type Getter = fn(&JsValue, &'static str, &mut Context) -> JsResult<JsValue>;
type Setter = fn(&JsValue, &[JsValue], &'static str, &mut Context) -> JsResult<JsValue>;

fn reflect(
    interface: &mut InterfaceBuilder<'_>,
    name: &'static str,
    attribute: &'static str,
    get: Getter,
    set: Setter,
) {
    let get =
        NativeFunction::from_copy_closure(move |this, _, context| get(this, attribute, context));
    let set = NativeFunction::from_copy_closure(move |this, args, context| {
        set(this, args, attribute, context)
    });
    interface.native_attribute(name, get, Some(set));
}

fn get_string(this: &JsValue, attribute: &'static str, _: &mut Context) -> JsResult<JsValue> {
    with_element(this, |_, element| {
        value(element.attribute(attribute).unwrap_or_default())
    })
}

fn set_string(
    this: &JsValue,
    args: &[JsValue],
    attribute: &'static str,
    context: &mut Context,
) -> JsResult<JsValue> {
    let node = this_element(this)?;
    let text = convert::usv_string(args.get_or_undefined(0), context)?;
    set_attribute(&node, attribute_name(attribute), text, context)?;
    Ok(JsValue::undefined())
}

/// A `DOMString`.
pub(super) fn string(
    interface: &mut InterfaceBuilder<'_>,
    name: &'static str,
    attribute: &'static str,
) {
    reflect(interface, name, attribute, get_string, set_string);
}

/// A `USVString` that is a URL.
pub(super) fn url(
    interface: &mut InterfaceBuilder<'_>,
    name: &'static str,
    attribute: &'static str,
) {
    let get = |this: &JsValue, attribute: &'static str, context: &mut Context| {
        let node = this_element(this)?;
        let text = with_element(this, |_, element| element.attribute(attribute))?;
        let Some(text) = text else {
            return Ok(value(""));
        };
        let base = document::base_url(&node.owner(), context);
        Ok(match resolve(&text, &base) {
            Some(url) => value(url.as_str()),
            None => value(text),
        })
    };
    reflect(interface, name, attribute, get, set_string);
}

/// A `boolean`.
pub(super) fn boolean(
    interface: &mut InterfaceBuilder<'_>,
    name: &'static str,
    attribute: &'static str,
) {
    let get = |this: &JsValue, attribute: &'static str, _: &mut Context| {
        with_element(this, |_, element| element.has_attribute(attribute).into())
    };
    let set = |this: &JsValue, args: &[JsValue], attribute: &'static str, context: &mut Context| {
        let node = this_element(this)?;
        if args.get_or_undefined(0).to_boolean() {
            set_attribute(&node, attribute_name(attribute), String::new(), context)?;
        } else {
            remove_attribute(&node, attribute, context)?;
        }
        Ok(JsValue::undefined())
    };
    reflect(interface, name, attribute, get, set);
}

/// A `long` or `unsigned long` with a default.
pub(super) fn long(
    interface: &mut InterfaceBuilder<'_>,
    name: &'static str,
    attribute: &'static str,
    default: i32,
) {
    let get = NativeFunction::from_copy_closure(move |this, _, _| {
        with_element(this, |_, element| {
            let number = element.with_attribute(attribute, parse_integer).flatten();
            number.unwrap_or(default).into()
        })
    });
    let set = NativeFunction::from_copy_closure(move |this, args, context| {
        let node = this_element(this)?;
        let number = convert::long(args.get_or_undefined(0), context)?;
        set_attribute(
            &node,
            attribute_name(attribute),
            number.to_string(),
            context,
        )?;
        Ok(JsValue::undefined())
    });
    interface.native_attribute(name, get, Some(set));
}

/// <https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#rules-for-parsing-integers>
fn parse_integer(text: &str) -> Option<i32> {
    let text = text.trim_start_matches(|character: char| character.is_ascii_whitespace());
    let digits = text.trim_start_matches(['-', '+']);
    let sign = text.len() - digits.len();
    let end = digits
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(digits.len());
    if sign > 1 {
        return None;
    }
    text.get(..sign + end)?.trim_start_matches('+').parse().ok()
}

/// A `double` with a default.
pub(super) fn double(
    interface: &mut InterfaceBuilder<'_>,
    name: &'static str,
    attribute: &'static str,
    default: f64,
) {
    let get = NativeFunction::from_copy_closure(move |this, _, _| {
        with_element(this, |_, element| {
            let number = element.with_attribute(attribute, |text| text.trim().parse().ok());
            number.flatten().unwrap_or(default).into()
        })
    });
    let set = NativeFunction::from_copy_closure(move |this, args, context| {
        let node = this_element(this)?;
        let number = convert::double(args.get_or_undefined(0), name, context)?;
        let text = JsValue::from(number).to_string(context)?;
        let text = text.to_std_string_lossy();
        set_attribute(&node, attribute_name(attribute), text, context)?;
        Ok(JsValue::undefined())
    });
    interface.native_attribute(name, get, Some(set));
}

/// A `DOMString` that is limited to known values: what else there is, or that there is nothing, is the default.
pub(super) fn enumerated(
    interface: &mut InterfaceBuilder<'_>,
    name: &'static str,
    attribute: &'static str,
    known: &'static [&'static str],
    default: &'static str,
) {
    let get = NativeFunction::from_copy_closure(move |this, _, _| {
        with_element(this, |_, element| {
            let text = element.attribute(attribute).unwrap_or_default();
            let found = known.iter().find(|known| known.eq_ignore_ascii_case(&text));
            value(found.unwrap_or(&default))
        })
    });
    let set = NativeFunction::from_copy_closure(move |this, args, context| {
        set_string(this, args, attribute, context)
    });
    interface.native_attribute(name, get, Some(set));
}
