//! The `CSSStyleDeclaration` interface: `style`.
//!
//! What is set is written to the content attribute as it is: nothing here knows which values a property takes.

use boa_engine::{Context, JsArgs, JsData, JsResult, JsString, JsValue, NativeFunction};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, convert, this_object, wrap};

use super::{
    element::{remove_attribute, set_attribute},
    node::nullable_string,
    node_object::string,
};
use crate::tree::{NodeRef, attribute_name};

/// The properties that have an attribute of the interface.
const PROPERTIES: &str = "align-content align-items align-self all animation animation-delay \
    animation-direction animation-duration animation-fill-mode animation-iteration-count animation-name \
    animation-play-state animation-timing-function appearance aspect-ratio backdrop-filter backface-visibility \
    background background-attachment background-blend-mode background-clip background-color background-image \
    background-origin background-position background-position-x background-position-y background-repeat \
    background-size block-size border border-bottom border-bottom-color border-bottom-left-radius \
    border-bottom-right-radius border-bottom-style border-bottom-width border-collapse border-color border-image \
    border-left border-left-color border-left-style border-left-width border-radius border-right \
    border-right-color border-right-style border-right-width border-spacing border-style border-top \
    border-top-color border-top-left-radius border-top-right-radius border-top-style border-top-width \
    border-width bottom box-shadow box-sizing caption-side caret-color clear clip clip-path color color-scheme \
    column-count column-gap column-rule column-width columns contain content counter-increment counter-reset \
    cursor direction display empty-cells fill fill-opacity filter flex flex-basis flex-direction flex-flow \
    flex-grow flex-shrink flex-wrap float font font-family font-feature-settings font-kerning font-size \
    font-stretch font-style font-variant font-weight gap grid grid-area grid-auto-columns grid-auto-flow \
    grid-auto-rows grid-column grid-column-end grid-column-start grid-row grid-row-end grid-row-start \
    grid-template grid-template-areas grid-template-columns grid-template-rows height hyphens image-rendering \
    inline-size inset isolation justify-content justify-items justify-self left letter-spacing line-height \
    list-style list-style-image list-style-position list-style-type margin margin-bottom margin-left \
    margin-right margin-top mask max-height max-width min-height min-width mix-blend-mode object-fit \
    object-position offset opacity order outline outline-color outline-offset outline-style outline-width \
    overflow overflow-wrap overflow-x overflow-y padding padding-bottom padding-left padding-right padding-top \
    page-break-after page-break-before page-break-inside perspective place-content place-items place-self \
    pointer-events position quotes resize right rotate row-gap scale scroll-behavior stroke stroke-dasharray \
    stroke-opacity stroke-width tab-size table-layout text-align text-decoration text-decoration-color \
    text-decoration-line text-decoration-style text-indent text-overflow text-shadow text-transform top \
    touch-action transform transform-origin transform-style transition transition-delay transition-duration \
    transition-property transition-timing-function translate user-select vertical-align visibility white-space \
    width will-change word-break word-spacing word-wrap writing-mode z-index zoom";

/// <https://drafts.csswg.org/cssom/#the-cssstyledeclaration-interface>
#[derive(Trace, Finalize, JsData)]
pub(super) struct CssStyleDeclaration(NodeRef);

/// A declaration in a `style` attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Declaration {
    name: String,
    value: String,
    important: bool,
}

/// The declarations of a block.
fn parse(text: &str) -> Vec<Declaration> {
    let mut declarations: Vec<Declaration> = Vec::new();
    for text in split(text) {
        let Some((name, value)) = text.split_once(':') else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        let important = value
            .rsplit_once('!')
            .filter(|(_, word)| word.trim().eq_ignore_ascii_case("important"));
        let declaration = Declaration {
            name: property_name(name),
            value: important
                .map_or(value, |(value, _)| value.trim_end())
                .to_owned(),
            important: important.is_some(),
        };
        if !name.is_empty() && !declaration.value.is_empty() {
            declarations.retain(|known| known.name != declaration.name);
            declarations.push(declaration);
        }
    }
    declarations
}

/// The parts between semicolons, but for those in quotes and parentheses.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut quote) = (0, 0_usize, None);
    for (index, character) in text.char_indices() {
        match (character, quote) {
            (_, Some(end)) if character == end => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(character),
            ('(', None) => depth += 1,
            (')', None) => depth = depth.saturating_sub(1),
            (';', None) if depth == 0 => {
                parts.extend(text.get(start..index));
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}

/// Names are in lower case, but those of custom properties are as they are.
fn property_name(name: &str) -> String {
    match name.starts_with("--") {
        true => name.to_owned(),
        false => name.to_ascii_lowercase(),
    }
}

fn serialize(declarations: &[Declaration]) -> String {
    let texts: Vec<String> = declarations
        .iter()
        .map(
            |Declaration {
                 name,
                 value,
                 important,
             }| {
                let priority = if *important { " !important" } else { "" };
                format!("{name}: {value}{priority};")
            },
        )
        .collect();
    texts.join(" ")
}

/// The name of an attribute of the interface: `backgroundColor` for `background-color`.
fn idl_name(property: &str) -> String {
    if property == "float" {
        return "cssFloat".to_owned();
    }
    let mut name = String::with_capacity(property.len());
    for (index, part) in property.split('-').enumerate() {
        let mut characters = part.chars();
        match characters.next() {
            Some(first) if index > 0 => name.push(first.to_ascii_uppercase()),
            Some(first) => name.push(first),
            None => {}
        }
        name.push_str(characters.as_str());
    }
    name
}

fn this_node(this: &JsValue) -> JsResult<NodeRef> {
    Ok(this_object::<CssStyleDeclaration>(this)?
        .borrow()
        .data()
        .0
        .clone())
}

fn declarations(node: &NodeRef) -> Vec<Declaration> {
    let element = node.as_element();
    element
        .and_then(|element| element.with_attribute("style", parse))
        .unwrap_or_default()
}

fn get(this: &JsValue, name: &str) -> JsResult<JsValue> {
    let declarations = declarations(&this_node(this)?);
    let found = declarations.iter().find(|known| known.name == name);
    Ok(string(found.map_or("", |known| known.value.as_str())))
}

fn set(
    this: &JsValue,
    name: &str,
    value: &JsString,
    important: bool,
    context: &mut Context,
) -> JsResult<JsValue> {
    let node = this_node(this)?;
    let value = convert::scalar_values(value).trim().to_owned();
    let mut declarations = declarations(&node);
    let known = declarations.iter_mut().find(|known| known.name == name);
    match known {
        _ if value.is_empty() => declarations.retain(|known| known.name != name),
        Some(known) => {
            known.value = value;
            known.important = important;
        }
        None => declarations.push(Declaration {
            name: name.to_owned(),
            value,
            important,
        }),
    }
    write(&node, &declarations, context)
}

fn write(node: &NodeRef, declarations: &[Declaration], context: &mut Context) -> JsResult<JsValue> {
    let text = serialize(declarations);
    match text.is_empty() {
        true => {
            remove_attribute(node, "style", context)?;
        }
        false => set_attribute(node, attribute_name("style"), text, context)?,
    }
    Ok(JsValue::undefined())
}

impl CssStyleDeclaration {
    /// The object of the declarations of an element.
    pub(super) fn create(element: NodeRef, context: &mut Context) -> JsValue {
        wrap(Self(element), context).upcast().into()
    }

    /// Replaces all declarations of an element.
    ///
    /// # Errors
    /// Whatever converting the text throws.
    pub(super) fn set_text(
        node: &NodeRef,
        text: &JsValue,
        context: &mut Context,
    ) -> JsResult<JsValue> {
        let text = convert::usv_string(text, context)?;
        write(node, &parse(&text), context)
    }
}

impl Interface for CssStyleDeclaration {
    const NAME: &'static str = "CSSStyleDeclaration";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .attribute(
                "cssText",
                |this, _, _| Ok(string(serialize(&declarations(&this_node(this)?)))),
                |this, args, context| {
                    Self::set_text(&this_node(this)?, args.get_or_undefined(0), context)
                },
            )
            .getter("length", |this, _, _| {
                Ok(declarations(&this_node(this)?).len().into())
            })
            .method("item", 1, |this, args, context| {
                let node = this_node(this)?;
                let index = convert::required::<Self>(args, 0, 1)?;
                let index = convert::unsigned_long(index, context)? as usize;
                let declarations = declarations(&node);
                let found = declarations.get(index);
                Ok(string(found.map_or("", |known| known.name.as_str())))
            })
            .method("getPropertyValue", 1, |this, args, context| {
                let name = convert::required::<Self>(args, 0, 1)?;
                let name = convert::usv_string(name, context)?;
                get(this, &property_name(&name))
            })
            .method("getPropertyPriority", 1, |this, args, context| {
                let name = convert::required::<Self>(args, 0, 1)?;
                let name = property_name(&convert::usv_string(name, context)?);
                let declarations = declarations(&this_node(this)?);
                let important = declarations
                    .iter()
                    .any(|known| known.name == name && known.important);
                Ok(string(if important { "important" } else { "" }))
            })
            .method("setProperty", 2, |this, args, context| {
                convert::required::<Self>(args, 1, 2)?;
                let name = convert::usv_string(args.get_or_undefined(0), context)?;
                let value = nullable_string(args.get_or_undefined(1), context)?;
                let priority = nullable_string(args.get_or_undefined(2), context)?;
                let important = priority
                    .to_std_string_lossy()
                    .eq_ignore_ascii_case("important");
                set(this, &property_name(&name), &value, important, context)
            })
            .method("removeProperty", 1, |this, args, context| {
                let name = convert::required::<Self>(args, 0, 1)?;
                let name = property_name(&convert::usv_string(name, context)?);
                let old = get(this, &name)?;
                set(this, &name, &JsString::default(), false, context)?;
                Ok(old)
            });
        for property in PROPERTIES.split_ascii_whitespace() {
            accessors(interface, property);
        }
    }
}

/// Adds the attributes of a property: in the way of script, and as it is written in style sheets.
fn accessors(interface: &mut InterfaceBuilder<'_>, property: &'static str) {
    let get = NativeFunction::from_copy_closure(move |this, _, _| get(this, property));
    let set = NativeFunction::from_copy_closure(move |this, args, context| {
        let value = nullable_string(args.get_or_undefined(0), context)?;
        set(this, property, &value, false, context)
    });
    let name = idl_name(property);
    if name != property {
        interface.named_attribute(&name, get.clone(), Some(set.clone()));
    }
    interface.named_attribute(property, get, Some(set));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_split_at_their_own_semicolons() {
        let text = "color: RED; background: url(\"a;b\") ; ; x; --Own:a:b !important;content:';'";
        let declarations = parse(text);
        let named = |name: &str| {
            declarations
                .iter()
                .find(|known| known.name == name)
                .map(|known| (known.value.as_str(), known.important))
        };
        assert_eq!(named("color"), Some(("RED", false)));
        assert_eq!(named("background"), Some(("url(\"a;b\")", false)));
        assert_eq!(named("--Own"), Some(("a:b", true)));
        assert_eq!(named("content"), Some(("';'", false)));
        assert_eq!(declarations.len(), 4);
        assert_eq!(parse(&serialize(&declarations)), declarations);
    }

    #[test]
    fn names_in_script() {
        assert_eq!(idl_name("background-color"), "backgroundColor");
        assert_eq!(idl_name("float"), "cssFloat");
        assert_eq!(idl_name("z-index"), "zIndex");
    }
}
