//! Forms and their controls, but for `select`.

use boa_engine::{Context, JsArgs, JsResult, JsString, JsValue};
use taipan_webidl::{InterfaceBuilder, convert};

use super::{
    super::{
        collection::{self, Source},
        document::{base_url, url_attribute},
        element::set_attribute,
        mutation,
        node::nullable_string,
        node_object::{string, this_element, value_of, with_element},
        reflect,
    },
    activation::{self, form_of, labeled_control},
    elements::own_text,
};
use crate::tree::{Attribute, ElementData, NodeRef, attribute_name};

/// The types of `input`.
const INPUT_TYPES: [&str; 22] = [
    "hidden",
    "text",
    "search",
    "tel",
    "url",
    "email",
    "password",
    "date",
    "month",
    "week",
    "time",
    "datetime-local",
    "number",
    "range",
    "color",
    "checkbox",
    "radio",
    "file",
    "submit",
    "image",
    "reset",
    "button",
];

/// What all controls have.
pub(super) fn common(interface: &mut InterfaceBuilder<'_>) {
    reflect::string(interface, "name", "name");
    reflect::boolean(interface, "disabled", "disabled");
    interface
        .getter("form", |this, _, context| {
            Ok(value_of(form_of(&this_element(this)?), context))
        })
        .getter("labels", |this, _, context| {
            let node = this_element(this)?;
            let root = node.root();
            let labels = root
                .descendant_elements()
                .filter(|label| {
                    label.as_html("label").is_some()
                        && labeled_control(label).as_ref() == Some(&node)
                })
                .collect();
            collection::node_list(Source::Static(labels), context)
        })
        // What a user cannot enter is not validated.
        .getter("willValidate", |this, _, _| {
            with_element(this, |_, _| false.into())
        });
    for name in ["checkValidity", "reportValidity"] {
        interface.method(name, 0, |this, _, _| with_element(this, |_, _| true.into()));
    }
}

pub(super) fn button(interface: &mut InterfaceBuilder<'_>) {
    common(interface);
    reflect::string(interface, "value", "value");
    reflect::enumerated(
        interface,
        "type",
        "type",
        &["submit", "reset", "button"],
        "submit",
    );
}

pub(super) fn fieldset(interface: &mut InterfaceBuilder<'_>) {
    common(interface);
    interface.getter("elements", |this, _, context| {
        collection::html_collection(Source::html(this_element(this)?, &LISTED), context)
    });
}

/// <https://html.spec.whatwg.org/multipage/forms.html#category-listed>
const LISTED: [&str; 7] = [
    "button", "fieldset", "input", "object", "output", "select", "textarea",
];

/// The controls of a form, in tree order.
pub(super) fn controls_of(form: &NodeRef) -> Vec<NodeRef> {
    let is_control = |node: &NodeRef| {
        LISTED.iter().any(|name| node.as_html(name).is_some())
            && form_of(node).as_ref() == Some(form)
    };
    form.root()
        .descendant_elements()
        .filter(is_control)
        .collect()
}

/// <https://html.spec.whatwg.org/multipage/forms.html#htmlformelement>
pub(super) fn form(interface: &mut InterfaceBuilder<'_>) {
    for (name, attribute) in [
        ("name", "name"),
        ("target", "target"),
        ("acceptCharset", "accept-charset"),
    ] {
        reflect::string(interface, name, attribute);
    }
    interface.attribute(
        "action",
        |this, _, context| {
            let form = this_element(this)?;
            let given = with_element(this, |_, form| form.attribute("action"))?;
            let is_given = given.is_some_and(|action| !action.is_empty());
            let url = match is_given {
                true => url_attribute(&form, "action", context),
                false => Some(base_url(&form.owner(), context)),
            };
            Ok(string(url.map(String::from).unwrap_or_default()))
        },
        |this, args, context| {
            let form = this_element(this)?;
            let action = convert::usv_string(args.get_or_undefined(0), context)?;
            set_attribute(&form, attribute_name("action"), action, context)?;
            Ok(JsValue::undefined())
        },
    );
    reflect::enumerated(
        interface,
        "method",
        "method",
        &["get", "post", "dialog"],
        "get",
    );
    reflect::boolean(interface, "noValidate", "novalidate");
    interface
        .getter("elements", |this, _, context| {
            let controls = controls_of(&this_element(this)?);
            collection::html_collection(Source::Static(controls), context)
        })
        .getter("length", |this, _, _| {
            Ok(controls_of(&this_element(this)?).len().into())
        })
        .method("requestSubmit", 0, |this, _, context| {
            activation::submit(&this_element(this)?, context)?;
            Ok(JsValue::undefined())
        })
        .method("reset", 0, |this, _, context| {
            activation::reset(&this_element(this)?, context)?;
            Ok(JsValue::undefined())
        });
    for name in ["checkValidity", "reportValidity"] {
        interface.method(name, 0, |this, _, _| with_element(this, |_, _| true.into()));
    }
}

pub(super) fn label(interface: &mut InterfaceBuilder<'_>) {
    reflect::string(interface, "htmlFor", "for");
    interface
        .getter("control", |this, _, context| {
            Ok(value_of(labeled_control(&this_element(this)?), context))
        })
        .getter("form", |this, _, context| {
            let control = labeled_control(&this_element(this)?);
            Ok(value_of(
                control.and_then(|control| form_of(&control)),
                context,
            ))
        });
}

/// <https://html.spec.whatwg.org/multipage/form-elements.html#the-output-element>
pub(super) fn output(interface: &mut InterfaceBuilder<'_>) {
    common(interface);
    interface
        .attribute(
            "value",
            |this, _, _| Ok(this_element(this)?.descendant_text().into()),
            |this, args, context| {
                let node = this_element(this)?;
                let text = convert::dom_string(args.get_or_undefined(0), context)?;
                mutation::replace_all_with_text(&node, text, context)?;
                Ok(JsValue::undefined())
            },
        )
        .getter("type", |this, _, _| {
            with_element(this, |_, _| string("output"))
        });
    own_text(interface, "defaultValue");
}

/// <https://html.spec.whatwg.org/multipage/input.html#htmlinputelement>
pub(super) fn input(interface: &mut InterfaceBuilder<'_>) {
    common(interface);
    reflect::enumerated(interface, "type", "type", &INPUT_TYPES, "text");
    for (name, attribute) in [
        ("defaultValue", "value"),
        ("placeholder", "placeholder"),
        ("min", "min"),
        ("max", "max"),
        ("step", "step"),
        ("pattern", "pattern"),
        ("accept", "accept"),
        ("alt", "alt"),
        ("autocomplete", "autocomplete"),
    ] {
        reflect::string(interface, name, attribute);
    }
    reflect::url(interface, "src", "src");
    for (name, attribute) in [
        ("defaultChecked", "checked"),
        ("multiple", "multiple"),
        ("readOnly", "readonly"),
        ("required", "required"),
    ] {
        reflect::boolean(interface, name, attribute);
    }
    reflect::long(interface, "maxLength", "maxlength", -1);
    reflect::long(interface, "minLength", "minlength", -1);
    reflect::long(interface, "size", "size", 20);
    interface
        .attribute(
            "value",
            |this, _, _| with_element(this, |_, element| string(input_value(element))),
            |this, args, context| {
                let node = this_element(this)?;
                let text = nullable_string(args.get_or_undefined(0), context)?;
                set_input_value(&node, convert::scalar_values(&text), context)?;
                Ok(JsValue::undefined())
            },
        )
        .attribute(
            "valueAsNumber",
            |this, _, _| {
                with_element(this, |_, element| {
                    let number = input_value(element).trim().parse::<f64>();
                    number.unwrap_or(f64::NAN).into()
                })
            },
            |this, args, context| {
                let node = this_element(this)?;
                let number = convert::unrestricted_double(args.get_or_undefined(0), context)?;
                let text = match number.is_nan() {
                    true => JsString::default(),
                    false => JsValue::from(number).to_string(context)?,
                };
                set_input_value(&node, convert::scalar_values(&text), context)?;
                Ok(JsValue::undefined())
            },
        )
        .attribute(
            "checked",
            |this, _, _| with_element(this, |_, element| element.is_checked().into()),
            |this, args, _| {
                let node = this_element(this)?;
                activation::set_checked(&node, args.get_or_undefined(0).to_boolean());
                Ok(JsValue::undefined())
            },
        )
        .attribute(
            "indeterminate",
            |this, _, _| {
                with_element(this, |_, element| {
                    element.control.borrow().indeterminate.into()
                })
            },
            |this, args, _| {
                with_element(this, |_, element| {
                    let value = args.get_or_undefined(0).to_boolean();
                    element.control.borrow_mut().indeterminate = value;
                    JsValue::undefined()
                })
            },
        )
        .getter("files", |this, _, context| {
            let is_file = with_element(this, |_, element| {
                element.attribute("type").as_deref() == Some("file")
            })?;
            // Nobody chooses any.
            Ok(match is_file {
                true => convert::array([], context).into(),
                false => JsValue::null(),
            })
        })
        .method("select", 0, |this, _, _| {
            with_element(this, |_, _| JsValue::undefined())
        });
}

/// How the value of an input is kept.
///
/// <https://html.spec.whatwg.org/multipage/input.html#dom-input-value>
fn keeps_in_attribute(element: &ElementData) -> Option<&'static str> {
    default_of(&element.attribute("type").unwrap_or_default())
}

/// The value of an input of a type that keeps it in its content attribute, without that attribute.
fn default_of(kind: &str) -> Option<&'static str> {
    match kind.to_ascii_lowercase().as_str() {
        "hidden" | "submit" | "image" | "reset" | "button" => Some(""),
        "checkbox" | "radio" => Some("on"),
        _ => None,
    }
}

/// Where the value of an input is to be found when it becomes one of another type.
///
/// <https://html.spec.whatwg.org/multipage/input.html#input-type-change>
pub(in crate::dom) fn type_will_change(element: &ElementData, kind: &str) {
    let value = element.control.borrow().value.clone();
    let Some(value) = value.filter(|value| !value.is_empty() && element.is_html("input")) else {
        return;
    };
    if keeps_in_attribute(element).is_none() && default_of(kind).is_some() {
        let is_it = |attribute: &Attribute| &*attribute.name.local == "value";
        element.set_attribute(attribute_name("value"), value, is_it);
        element.control.borrow_mut().value = None;
    }
}

fn input_value(element: &ElementData) -> String {
    let attribute = || element.attribute("value");
    match keeps_in_attribute(element) {
        Some(default) => attribute().unwrap_or_else(|| default.to_owned()),
        None => {
            let value = element.control.borrow().value.clone();
            sanitize(element, value.or_else(attribute).unwrap_or_default())
        }
    }
}

fn set_input_value(node: &NodeRef, value: String, context: &mut Context) -> JsResult<()> {
    match node.as_element() {
        Some(element) if keeps_in_attribute(element).is_none() => {
            element.control.borrow_mut().value = Some(value);
            Ok(())
        }
        _ => set_attribute(node, attribute_name("value"), value, context),
    }
}

/// <https://html.spec.whatwg.org/multipage/input.html#value-sanitization-algorithm>
fn sanitize(element: &ElementData, value: String) -> String {
    let kind = element.attribute("type").unwrap_or_default();
    let is_number = |value: &str| value.parse::<f64>().is_ok_and(f64::is_finite);
    match kind.to_ascii_lowercase().as_str() {
        "number" if !is_number(&value) => String::new(),
        "range" => {
            let bound = |name, default: f64| {
                let given = element.with_attribute(name, |text| text.parse().ok());
                given.flatten().unwrap_or(default)
            };
            let min = bound("min", 0.0);
            let max = bound("max", 100.0).max(min);
            let number = value
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite());
            number
                .unwrap_or_else(|| min + (max - min) / 2.0)
                .clamp(min, max)
                .to_string()
        }
        "email" | "url" => value.trim().replace(['\n', '\r'], ""),
        "color" if value.is_empty() => "#000000".to_owned(),
        _ => value.replace(['\n', '\r'], ""),
    }
}

/// <https://html.spec.whatwg.org/multipage/form-elements.html#htmltextareaelement>
pub(super) fn text_area(interface: &mut InterfaceBuilder<'_>) {
    common(interface);
    own_text(interface, "defaultValue");
    reflect::string(interface, "placeholder", "placeholder");
    reflect::string(interface, "wrap", "wrap");
    reflect::boolean(interface, "readOnly", "readonly");
    reflect::boolean(interface, "required", "required");
    reflect::long(interface, "rows", "rows", 2);
    reflect::long(interface, "cols", "cols", 20);
    reflect::long(interface, "maxLength", "maxlength", -1);
    interface
        .attribute(
            "value",
            |this, _, _| Ok(string(text_area_value(&this_element(this)?))),
            |this, args, context| {
                let text = nullable_string(args.get_or_undefined(0), context)?;
                let text = convert::scalar_values(&text);
                with_element(this, |_, element| {
                    element.control.borrow_mut().value = Some(text);
                    JsValue::undefined()
                })
            },
        )
        .getter("textLength", |this, _, _| {
            let value = text_area_value(&this_element(this)?);
            Ok(value.encode_utf16().count().into())
        })
        .getter("type", |this, _, _| {
            with_element(this, |_, _| string("textarea"))
        })
        .method("select", 0, |this, _, _| {
            with_element(this, |_, _| JsValue::undefined())
        });
}

fn text_area_value(node: &NodeRef) -> String {
    let set = node
        .as_element()
        .and_then(|element| element.control.borrow().value.clone());
    let value = set.unwrap_or_else(|| node.child_text().to_std_string_lossy());
    value.replace("\r\n", "\n").replace('\r', "\n")
}
