//! The `Element` interface.

use boa_engine::{Context, JsArgs, JsResult, JsValue};
use html5ever::{LocalName, QualName, ns};
use taipan_webidl::{DomException, InterfaceBuilder, convert};

use super::{
    attr, child_node,
    collection::{self, Source},
    dom_token_list::DomTokenList,
    event_attributes, html,
    mutation::{insert, replace},
    node::{node_interfaces, nullable_string, replace_children_with},
    node_object::{
        NodeObject, node_argument, same_object, string, this_element, value, value_of, with_element,
    },
    parent_node::{self, is_quirky, selectors},
    reflect,
};
use crate::{
    script,
    tree::{self, Attribute, ElementData, NodeRef, attribute_name, parse_fragment, qualified_name},
};

node_interfaces! {
    /// <https://dom.spec.whatwg.org/#interface-element>
    Element "Element": NodeObject, members;
    /// <https://svgwg.org/svg2-draft/types.html#InterfaceSVGElement>
    SvgElement "SVGElement": Element, |interface| event_attributes::members(interface);
    /// <https://w3c.github.io/mathml-core/#dom-and-javascript>
    MathMlElement "MathMLElement": Element, |interface| event_attributes::members(interface);
}

fn invalid_name<T>(name: &str, context: &mut Context) -> JsResult<T> {
    let message = format!("\"{name}\" is not a valid name");
    Err(DomException::new("InvalidCharacterError", &message).into_error(context))
}

/// A name for a new element or attribute.
///
/// <https://dom.spec.whatwg.org/#valid-element-local-name>
pub(super) fn valid_name(
    value: &JsValue,
    is_element: bool,
    context: &mut Context,
) -> JsResult<String> {
    let name = convert::usv_string(value, context)?;
    let is_bad = |character: char| {
        character.is_ascii_whitespace()
            || matches!(character, '\0' | '/' | '>')
            || (character == '=' && !is_element)
    };
    let starts_well = name.chars().next().is_some_and(|first| {
        !is_element
            || first.is_ascii_alphabetic()
            || matches!(first, ':' | '_')
            || !first.is_ascii()
    });
    if !starts_well || name.contains(is_bad) {
        return invalid_name(&name, context);
    }
    Ok(name)
}

/// <https://dom.spec.whatwg.org/#validate-and-extract>
pub(super) fn validate_and_extract(
    namespace: &JsValue,
    name: &JsValue,
    is_element: bool,
    context: &mut Context,
) -> JsResult<QualName> {
    let namespace = match namespace.is_null_or_undefined() {
        true => String::new(),
        false => convert::usv_string(namespace, context)?,
    };
    let name = valid_name(name, is_element, context)?;
    let (prefix, local) = match name.split_once(':') {
        Some(("", _) | (_, "")) => return invalid_name(&name, context),
        Some((prefix, local)) => (Some(prefix), local),
        None => (None, name.as_str()),
    };
    let is_xmlns = name == "xmlns" || prefix == Some("xmlns");
    let has_xmlns = namespace == *ns!(xmlns);
    let is_wrong = prefix.is_some() && namespace.is_empty()
        || prefix == Some("xml") && namespace != *ns!(xml)
        || is_xmlns != has_xmlns;
    if is_wrong {
        let message = format!("\"{name}\" does not go with the namespace \"{namespace}\"");
        return Err(DomException::new("NamespaceError", &message).into_error(context));
    }
    Ok(qualified_name(&namespace, prefix, local))
}

/// Sets the attribute with this name and does what follows from it.
///
/// # Errors
/// An error of the engine itself, from scripts that this makes run.
pub(super) fn set_attribute(
    node: &NodeRef,
    name: QualName,
    value: String,
    context: &mut Context,
) -> JsResult<()> {
    if let Some(element) = node.as_element() {
        let (namespace, local) = (name.ns.clone(), name.local.clone());
        if namespace.is_empty() && &*local == "type" {
            html::type_will_change(element, &value);
        }
        element.set_attribute(name, value, |attribute| {
            attribute.name.ns == namespace && attribute.name.local == local
        });
        if namespace.is_empty() {
            attribute_changed(node, &local, context)?;
        }
    }
    Ok(())
}

/// Removes the first attribute that is written like this and does what follows from it.
///
/// # Errors
/// An error of the engine itself.
pub(super) fn remove_attribute(
    node: &NodeRef,
    name: &str,
    context: &mut Context,
) -> JsResult<Option<Attribute>> {
    let Some(element) = node.as_element() else {
        return Ok(None);
    };
    let name = lower_case_in_html(element, name);
    let removed = element.remove_attribute(|attribute| attribute.qualified_name() == name);
    if removed.is_some() {
        attribute_changed(node, &LocalName::from(name), context)?;
    }
    Ok(removed)
}

/// <https://dom.spec.whatwg.org/#concept-element-attributes-change-ext>
fn attribute_changed(node: &NodeRef, name: &LocalName, context: &mut Context) -> JsResult<()> {
    event_attributes::changed(node, name, context);
    if &**name == "src" && node.as_html("script").is_some() && node.parent().is_some() {
        script::inserted(node, context)?;
    }
    Ok(())
}

fn lower_case_in_html(element: &ElementData, name: &str) -> String {
    match element.name.ns == ns!(html) {
        true => name.to_ascii_lowercase(),
        false => name.to_owned(),
    }
}

/// The string that the argument at an index is.
fn text(
    args: &[JsValue],
    index: usize,
    count: usize,
    what: &str,
    context: &mut Context,
) -> JsResult<String> {
    convert::usv_string(convert::required_by(args, index, count, what)?, context)
}

/// Finds an attribute by how it is written.
fn find(this: &JsValue, name: &str) -> JsResult<Option<(NodeRef, Attribute)>> {
    with_element(this, |node, element| {
        let name = lower_case_in_html(element, name);
        let attribute = element.with_attributes(|attributes| {
            let is_it = |attribute: &&Attribute| attribute.qualified_name() == name;
            attributes.iter().find(is_it).cloned()
        });
        attribute.map(|attribute| (node.clone(), attribute))
    })
}

/// Finds an attribute by its namespace, which is the first argument, and its local name.
fn find_ns(
    this: &JsValue,
    args: &[JsValue],
    what: &str,
    context: &mut Context,
) -> JsResult<Option<Attribute>> {
    convert::required_by(args, 1, 2, what)?;
    let namespace = nullable_string(args.get_or_undefined(0), context)?.to_std_string_lossy();
    let local = text(args, 1, 2, what, context)?;
    with_element(this, |_, element| {
        element.with_attributes(|attributes| {
            let is_it = |attribute: &&Attribute| {
                *attribute.name.ns == *namespace && *attribute.name.local == *local
            };
            attributes.iter().find(is_it).cloned()
        })
    })
}

fn attribute_value(attribute: Option<Attribute>) -> JsValue {
    attribute.map_or_else(JsValue::null, |attribute| string(attribute.value))
}

/// The members of `Element`.
fn members(interface: &mut InterfaceBuilder<'_>) {
    name_members(interface);
    attribute_members(interface);
    reflect::string(interface, "id", "id");
    reflect::string(interface, "className", "class");
    reflect::string(interface, "slot", "slot");
    interface
        .attribute(
            "classList",
            |this, _, context| {
                this_element(this)?;
                same_object(this, "classList", context, |node, context| {
                    DomTokenList::create(node, "class", context)
                })
            },
            |this, args, context| {
                let node = this_element(this)?;
                let value = convert::usv_string(args.get_or_undefined(0), context)?;
                set_attribute(&node, attribute_name("class"), value, context)?;
                Ok(JsValue::undefined())
            },
        )
        .method("closest", 1, |this, args, context| {
            let node = this_element(this)?;
            let selectors = selectors(args, "Element.closest", context)?;
            let is_quirky = is_quirky(&node, context);
            let ancestors = node
                .inclusive_ancestors()
                .filter(|node| node.as_element().is_some());
            Ok(value_of(
                selectors.first(ancestors, &node, is_quirky),
                context,
            ))
        })
        .method("matches", 1, matches)
        .method("webkitMatchesSelector", 1, matches)
        .method("getElementsByTagName", 1, get_elements_by_tag_name)
        .method("getElementsByClassName", 1, get_elements_by_class_name)
        .method("insertAdjacentElement", 2, |this, args, context| {
            let node = node_argument(args, 1, 2, "Element.insertAdjacentElement")?;
            match insert_adjacent(this, args, |_| Ok(node.clone()), context)? {
                true => value(&node, context),
                false => Ok(JsValue::null()),
            }
        })
        .method("insertAdjacentText", 2, |this, args, context| {
            let data = convert::dom_string(args.get_or_undefined(1), context)?;
            let text = |place: &NodeRef| Ok(NodeRef::text(data, &place.owner()));
            insert_adjacent(this, args, text, context)?;
            Ok(JsValue::undefined())
        })
        .method("insertAdjacentHTML", 2, |this, args, context| {
            let html = text(args, 1, 2, "Element.insertAdjacentHTML", context)?;
            insert_adjacent(
                this,
                args,
                |place| Ok(parse_fragment(&html, place)),
                context,
            )?;
            Ok(JsValue::undefined())
        })
        .attribute("innerHTML", get_inner_html, set_inner_html)
        .attribute("outerHTML", get_outer_html, set_outer_html)
        .method("getHTML", 0, get_inner_html);
    layout_members(interface);
    parent_node::members(interface);
    child_node::members(interface);
    child_node::sibling_members(interface);
}

fn name_members(interface: &mut InterfaceBuilder<'_>) {
    interface
        .getter("namespaceURI", |this, _, _| {
            with_element(this, |_, element| match &element.name.ns {
                namespace if namespace.is_empty() => JsValue::null(),
                namespace => string(namespace),
            })
        })
        .getter("prefix", |this, _, _| {
            with_element(this, |_, element| match &element.name.prefix {
                Some(prefix) if !prefix.is_empty() => string(prefix),
                _ => JsValue::null(),
            })
        })
        .getter("localName", |this, _, _| {
            with_element(this, |_, element| string(&element.name.local))
        })
        .getter("tagName", |this, _, _| {
            with_element(this, |_, element| string(element.tag_name()))
        });
}

fn attribute_members(interface: &mut InterfaceBuilder<'_>) {
    interface
        .getter("attributes", |this, _, context| {
            this_element(this)?;
            same_object(this, "attributes", context, attr::attributes)
        })
        .method("hasAttributes", 0, |this, _, _| {
            with_element(this, |_, element| {
                element
                    .with_attributes(|attributes| !attributes.is_empty())
                    .into()
            })
        })
        .method("getAttributeNames", 0, |this, _, context| {
            let names = with_element(this, |_, element| element.attributes())?;
            let names = names.iter().map(|name| string(name.qualified_name()));
            Ok(convert::array(names, context).into())
        })
        .method("getAttribute", 1, |this, args, context| {
            let name = text(args, 0, 1, "Element.getAttribute", context)?;
            let found = find(this, &name)?;
            Ok(attribute_value(found.map(|(_, attribute)| attribute)))
        })
        .method("getAttributeNS", 2, |this, args, context| {
            let found = find_ns(this, args, "Element.getAttributeNS", context)?;
            Ok(attribute_value(found))
        })
        .method("getAttributeNode", 1, |this, args, context| {
            let name = text(args, 0, 1, "Element.getAttributeNode", context)?;
            Ok(match find(this, &name)? {
                Some((node, attribute)) => attr::object(attribute, Some(node), context).into(),
                None => JsValue::null(),
            })
        })
        .method("hasAttribute", 1, |this, args, context| {
            let name = text(args, 0, 1, "Element.hasAttribute", context)?;
            Ok(find(this, &name)?.is_some().into())
        })
        .method("hasAttributeNS", 2, |this, args, context| {
            let found = find_ns(this, args, "Element.hasAttributeNS", context)?;
            Ok(found.is_some().into())
        })
        .method("setAttribute", 2, |this, args, context| {
            let node = this_element(this)?;
            let value = convert::required_by(args, 1, 2, "Element.setAttribute")?;
            let name = valid_name(args.get_or_undefined(0), false, context)?;
            let value = convert::usv_string(value, context)?;
            set_attribute_as_written(&node, &name, value, context)?;
            Ok(JsValue::undefined())
        })
        .method("setAttributeNS", 3, |this, args, context| {
            let node = this_element(this)?;
            let value = convert::required_by(args, 2, 3, "Element.setAttributeNS")?;
            let namespace = args.get_or_undefined(0);
            let name = validate_and_extract(namespace, args.get_or_undefined(1), false, context)?;
            let value = convert::usv_string(value, context)?;
            set_attribute(&node, name, value, context)?;
            Ok(JsValue::undefined())
        })
        .method("removeAttribute", 1, |this, args, context| {
            let name = text(args, 0, 1, "Element.removeAttribute", context)?;
            remove_attribute(&this_element(this)?, &name, context)?;
            Ok(JsValue::undefined())
        })
        .method("removeAttributeNS", 2, |this, args, context| {
            if let Some(attribute) = find_ns(this, args, "Element.removeAttributeNS", context)? {
                let name = attribute.qualified_name();
                remove_attribute(&this_element(this)?, &name, context)?;
            }
            Ok(JsValue::undefined())
        })
        .method("toggleAttribute", 1, toggle_attribute);
}

/// Sets the attribute that is written like this, or a new one in no namespace.
fn set_attribute_as_written(
    node: &NodeRef,
    name: &str,
    value: String,
    context: &mut Context,
) -> JsResult<()> {
    let Some(element) = node.as_element() else {
        return Ok(());
    };
    let name = lower_case_in_html(element, name);
    let known = element.with_attributes(|attributes| {
        let known = attributes
            .iter()
            .find(|attribute| attribute.qualified_name() == name);
        known.map(|attribute| attribute.name.clone())
    });
    let name = known.unwrap_or_else(|| attribute_name(&name));
    set_attribute(node, name, value, context)
}

/// <https://dom.spec.whatwg.org/#dom-element-toggleattribute>
fn toggle_attribute(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let node = this_element(this)?;
    let name = convert::required_by(args, 0, 1, "Element.toggleAttribute")?;
    let name = valid_name(name, false, context)?;
    let is_there = find(this, &name)?.is_some();
    let wanted = match args.get_or_undefined(1) {
        force if force.is_undefined() => !is_there,
        force => force.to_boolean(),
    };
    match (is_there, wanted) {
        (false, true) => set_attribute_as_written(&node, &name, String::new(), context)?,
        (true, false) => {
            remove_attribute(&node, &name, context)?;
        }
        _ => {}
    }
    Ok(wanted.into())
}

fn matches(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let node = this_element(this)?;
    let selectors = selectors(args, "Element.matches", context)?;
    let is_quirky = is_quirky(&node, context);
    Ok(selectors.matches(&node, &node, is_quirky).into())
}

/// <https://dom.spec.whatwg.org/#concept-getelementsbytagname>
pub(super) fn get_elements_by_tag_name(
    this: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let root = super::node_object::this_node(this)?;
    let name = text(args, 0, 1, "getElementsByTagName", context)?;
    let lower = name.to_ascii_lowercase();
    let is_member = move |node: &NodeRef| {
        node.as_element().is_some_and(|element| {
            let wanted = match element.name.ns == ns!(html) {
                true => &lower,
                false => &name,
            };
            name == "*" || element.qualified_name() == *wanted
        })
    };
    let is_member = Box::new(is_member);
    collection::html_collection(Source::Descendants { root, is_member }, context)
}

/// <https://dom.spec.whatwg.org/#concept-getelementsbyclassname>
pub(super) fn get_elements_by_class_name(
    this: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let root = super::node_object::this_node(this)?;
    let names = text(args, 0, 1, "getElementsByClassName", context)?;
    let is_quirky = is_quirky(&root, context);
    let names: Vec<String> = names.split_ascii_whitespace().map(str::to_owned).collect();
    let is_member = move |node: &NodeRef| {
        let has_all = |value: &str| {
            let has = |name: &String| {
                value.split_ascii_whitespace().any(|word| match is_quirky {
                    true => word.eq_ignore_ascii_case(name),
                    false => word == name,
                })
            };
            names.iter().all(has)
        };
        let element = node.as_element().filter(|_| !names.is_empty());
        element.is_some_and(|element| element.with_attribute("class", has_all) == Some(true))
    };
    let is_member = Box::new(is_member);
    collection::html_collection(Source::Descendants { root, is_member }, context)
}

/// <https://dom.spec.whatwg.org/#insert-adjacent>; false if there is no such place.
fn insert_adjacent(
    this: &JsValue,
    args: &[JsValue],
    node: impl FnOnce(&NodeRef) -> JsResult<NodeRef>,
    context: &mut Context,
) -> JsResult<bool> {
    let element = this_element(this)?;
    let place = text(args, 0, 2, "Element.insertAdjacent", context)?;
    let (parent, before) = match place.to_ascii_lowercase().as_str() {
        "beforebegin" => (element.parent(), Some(element)),
        "afterbegin" => (Some(element.clone()), element.first_child()),
        "beforeend" => (Some(element), None),
        "afterend" => (element.parent(), element.next_sibling()),
        _ => {
            let message = format!(
                "\"{place}\" is none of \"beforebegin\", \"afterbegin\", \"beforeend\", \"afterend\""
            );
            return Err(DomException::new("SyntaxError", &message).into_error(context));
        }
    };
    let Some(parent) = parent else {
        return Ok(false);
    };
    let node = node(&parent)?;
    insert(&parent, &node, before.as_ref(), context)?;
    Ok(true)
}

fn get_inner_html(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    Ok(string(tree::inner_html(&this_element(this)?)))
}

/// <https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#dom-element-innerhtml>
fn set_inner_html(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let node = this_element(this)?;
    let html = nullable_string(args.get_or_undefined(0), context)?;
    let fragment = parse_fragment(&convert::scalar_values(&html), &node);
    let contents = node.as_element().and_then(ElementData::contents);
    replace_children_with(&contents.unwrap_or(node), &fragment, context)?;
    Ok(JsValue::undefined())
}

fn get_outer_html(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    Ok(string(tree::outer_html(&this_element(this)?)))
}

/// <https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#dom-element-outerhtml>
fn set_outer_html(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let node = this_element(this)?;
    let html = nullable_string(args.get_or_undefined(0), context)?;
    let Some(parent) = node.parent() else {
        return Ok(JsValue::undefined());
    };
    if parent.is_document() {
        let message = "the root element cannot be replaced like this";
        return Err(DomException::new("NoModificationAllowedError", message).into_error(context));
    }
    let context_element = match parent.as_element() {
        Some(_) => parent.clone(),
        None => NodeRef::html_element("body", &node.owner()),
    };
    let fragment = parse_fragment(&convert::scalar_values(&html), &context_element);
    replace(&parent, &fragment, &node, context)?;
    Ok(JsValue::undefined())
}

/// What asks for the layout: there is none, so all is at the origin and has no size.
fn layout_members(interface: &mut InterfaceBuilder<'_>) {
    for name in ["scrollTop", "scrollLeft"] {
        interface.attribute(
            name,
            |this, _, _| with_element(this, |_, _| JsValue::from(0)),
            |this, args, context| {
                this_element(this)?;
                args.get_or_undefined(0).to_number(context)?;
                Ok(JsValue::undefined())
            },
        );
    }
    for name in [
        "scrollWidth",
        "scrollHeight",
        "clientTop",
        "clientLeft",
        "clientWidth",
        "clientHeight",
    ] {
        interface.getter(name, |this, _, _| {
            with_element(this, |_, _| JsValue::from(0))
        });
    }
    for name in ["scrollIntoView", "scroll", "scrollTo", "scrollBy"] {
        interface.method(name, 0, |this, _, _| {
            with_element(this, |_, _| JsValue::undefined())
        });
    }
    interface.method("getBoundingClientRect", 0, |this, _, context| {
        this_element(this)?;
        let rectangle = boa_engine::JsObject::with_object_proto(context.intrinsics());
        for name in [
            "x", "y", "width", "height", "top", "right", "bottom", "left",
        ] {
            let name = boa_engine::js_string!(name);
            rectangle.create_data_property_or_throw(name, 0, context)?;
        }
        Ok(rectangle.into())
    });
}

impl ElementData {
    /// <https://dom.spec.whatwg.org/#element-html-uppercased-qualified-name>
    pub(super) fn tag_name(&self) -> String {
        match self.name.ns == ns!(html) {
            true => self.qualified_name().to_ascii_uppercase(),
            false => self.qualified_name(),
        }
    }
}
