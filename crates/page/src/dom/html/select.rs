//! `select` and its options.

use boa_engine::{Context, JsArgs, JsResult, JsValue};
use taipan_webidl::{InterfaceBuilder, convert};

use super::{
    super::{
        collection::{self, Source},
        element::set_attribute,
        mutation,
        node_object::{
            node_argument, nullable_node_argument, string, this_element, value_of, with_element,
        },
        reflect,
    },
    activation::form_of,
    controls::common,
};
use crate::tree::{ElementData, NodeRef, attribute_name};

/// The options of a `select`.
fn options(select: &NodeRef) -> Vec<NodeRef> {
    select
        .descendants()
        .filter(|node| node.as_html("option").is_some())
        .collect()
}

fn is_multiple(select: &NodeRef) -> bool {
    select
        .as_element()
        .is_some_and(|element| element.has_attribute("multiple"))
}

/// The options that are selected: of a `select` that shows one of them the last that says so, or else the first that is
/// not disabled.
///
/// <https://html.spec.whatwg.org/multipage/form-elements.html#selectedness-setting-algorithm>
fn selected(select: &NodeRef) -> Vec<usize> {
    let options = options(select);
    let has = |test: fn(&ElementData) -> bool| {
        options
            .iter()
            .enumerate()
            .filter(move |(_, option)| option.as_element().is_some_and(test))
            .map(|(index, _)| index)
    };
    let selected: Vec<usize> = has(ElementData::is_selected).collect();
    if is_multiple(select) {
        return selected;
    }
    let was_cleared = options.iter().any(|option| {
        option
            .as_element()
            .is_some_and(|element| element.control.borrow().checked == Some(false))
    });
    let first = || has(|element| !element.has_attribute("disabled")).next();
    let one = selected.last().copied();
    one.or_else(|| if was_cleared { None } else { first() })
        .into_iter()
        .collect()
}

/// Selects the options that `is_it` and no other.
fn select_those(select: &NodeRef, is_it: impl Fn(usize, &NodeRef) -> bool) {
    let mut is_first = true;
    for (index, option) in options(select).iter().enumerate() {
        if let Some(element) = option.as_element() {
            let chosen = is_first && is_it(index, option);
            is_first &= !chosen;
            element.control.borrow_mut().checked = Some(chosen);
        }
    }
}

fn option_text(option: &NodeRef) -> String {
    let text = option.descendant_text().to_std_string_lossy();
    let words: Vec<&str> = text
        .split(|character: char| character.is_ascii_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

fn option_value(option: &NodeRef) -> String {
    let attribute = option
        .as_element()
        .and_then(|element| element.attribute("value"));
    attribute.unwrap_or_else(|| option_text(option))
}

fn select_of(option: &NodeRef) -> Option<NodeRef> {
    option
        .inclusive_ancestors()
        .find(|node| node.as_html("select").is_some())
}

/// <https://html.spec.whatwg.org/multipage/form-elements.html#htmlselectelement>
pub(super) fn select(interface: &mut InterfaceBuilder<'_>) {
    common(interface);
    reflect::boolean(interface, "multiple", "multiple");
    reflect::boolean(interface, "required", "required");
    reflect::long(interface, "size", "size", 0);
    interface
        .getter("type", |this, _, _| {
            let is_multiple = is_multiple(&this_element(this)?);
            Ok(string(match is_multiple {
                true => "select-multiple",
                false => "select-one",
            }))
        })
        .getter("options", |this, _, context| {
            collection::html_collection(Source::html(this_element(this)?, &["option"]), context)
        })
        .getter("length", |this, _, _| {
            Ok(options(&this_element(this)?).len().into())
        })
        .getter("selectedOptions", |this, _, context| {
            let node = this_element(this)?;
            let options = options(&node);
            let selected = selected(&node)
                .into_iter()
                .filter_map(|index| options.get(index).cloned())
                .collect();
            collection::html_collection(Source::Static(selected), context)
        })
        .attribute(
            "selectedIndex",
            |this, _, _| {
                let first = selected(&this_element(this)?).first().copied();
                Ok(first.map_or(JsValue::from(-1), JsValue::from))
            },
            |this, args, context| {
                let node = this_element(this)?;
                let wanted = convert::long(args.get_or_undefined(0), context)?;
                select_those(&node, |index, _| usize::try_from(wanted) == Ok(index));
                Ok(JsValue::undefined())
            },
        )
        .attribute(
            "value",
            |this, _, _| {
                let node = this_element(this)?;
                let first = selected(&node).first().copied();
                let option = first.and_then(|index| options(&node).get(index).cloned());
                Ok(string(
                    option
                        .map(|option| option_value(&option))
                        .unwrap_or_default(),
                ))
            },
            |this, args, context| {
                let node = this_element(this)?;
                let wanted = convert::usv_string(args.get_or_undefined(0), context)?;
                select_those(&node, |_, option| option_value(option) == wanted);
                Ok(JsValue::undefined())
            },
        )
        .method("item", 1, |this, args, context| {
            let node = this_element(this)?;
            let index = convert::unsigned_long(args.get_or_undefined(0), context)? as usize;
            Ok(value_of(options(&node).get(index).cloned(), context))
        })
        .method("add", 1, add);
}

/// <https://html.spec.whatwg.org/multipage/form-elements.html#dom-select-add>
fn add(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let select = this_element(this)?;
    let option = node_argument(args, 0, 1, "HTMLSelectElement.add")?;
    let before = args.get_or_undefined(1);
    let before = match before.as_number() {
        Some(_) => {
            let index = convert::long(before, context)?;
            let index = usize::try_from(index).ok();
            index.and_then(|index| options(&select).get(index).cloned())
        }
        None if before.is_null_or_undefined() => None,
        None => nullable_node_argument(args, 1, 2, "HTMLSelectElement.add")?,
    };
    let parent = before.as_ref().and_then(|before| before.parent());
    mutation::insert(&parent.unwrap_or(select), &option, before.as_ref(), context)?;
    Ok(JsValue::undefined())
}

/// <https://html.spec.whatwg.org/multipage/form-elements.html#htmloptionelement>
pub(super) fn option(interface: &mut InterfaceBuilder<'_>) {
    reflect::boolean(interface, "disabled", "disabled");
    reflect::boolean(interface, "defaultSelected", "selected");
    interface
        .getter("form", |this, _, context| {
            let select = select_of(&this_element(this)?);
            Ok(value_of(
                select.and_then(|select| form_of(&select)),
                context,
            ))
        })
        .getter("index", |this, _, _| {
            let node = this_element(this)?;
            let index = select_of(&node)
                .and_then(|select| options(&select).iter().position(|option| *option == node));
            Ok(index.unwrap_or(0).into())
        })
        .attribute(
            "label",
            |this, _, _| {
                let node = this_element(this)?;
                let label = with_element(this, |_, element| element.attribute("label"))?;
                Ok(string(label.unwrap_or_else(|| option_text(&node))))
            },
            |this, args, context| {
                let node = this_element(this)?;
                let label = convert::usv_string(args.get_or_undefined(0), context)?;
                set_attribute(&node, attribute_name("label"), label, context)?;
                Ok(JsValue::undefined())
            },
        )
        .attribute(
            "selected",
            |this, _, _| {
                let node = this_element(this)?;
                let is_selected = match select_of(&node) {
                    Some(select) => {
                        let options = options(&select);
                        selected(&select)
                            .into_iter()
                            .any(|index| options.get(index) == Some(&node))
                    }
                    None => node.as_element().is_some_and(ElementData::is_selected),
                };
                Ok(is_selected.into())
            },
            |this, args, _| {
                let node = this_element(this)?;
                let wanted = args.get_or_undefined(0).to_boolean();
                let alone = select_of(&node).filter(|select| wanted && !is_multiple(select));
                match alone {
                    Some(select) => select_those(&select, |_, option| *option == node),
                    None => {
                        if let Some(element) = node.as_element() {
                            element.control.borrow_mut().checked = Some(wanted);
                        }
                    }
                }
                Ok(JsValue::undefined())
            },
        )
        .attribute(
            "text",
            |this, _, _| Ok(string(option_text(&this_element(this)?))),
            |this, args, context| {
                let node = this_element(this)?;
                let text = convert::dom_string(args.get_or_undefined(0), context)?;
                mutation::replace_all_with_text(&node, text, context)?;
                Ok(JsValue::undefined())
            },
        )
        .attribute(
            "value",
            |this, _, _| Ok(string(option_value(&this_element(this)?))),
            |this, args, context| {
                let node = this_element(this)?;
                let value = convert::usv_string(args.get_or_undefined(0), context)?;
                set_attribute(&node, attribute_name("value"), value, context)?;
                Ok(JsValue::undefined())
            },
        );
}
