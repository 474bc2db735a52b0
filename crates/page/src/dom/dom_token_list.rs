//! The `DOMTokenList` interface.

use boa_engine::{Context, JsArgs, JsData, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{DomException, Interface, InterfaceBuilder, convert, this_object};

use super::{
    element,
    indexed::{self, Indexed},
    node_object::string,
};
use crate::tree::{NodeRef, attribute_name};

/// The words of an attribute.
///
/// <https://dom.spec.whatwg.org/#interface-domtokenlist>
#[derive(Trace, Finalize, JsData)]
pub(super) struct DomTokenList {
    element: NodeRef,
    #[unsafe_ignore_trace]
    attribute: &'static str,
}

impl DomTokenList {
    /// The object of the words of an attribute.
    ///
    /// # Errors
    /// An error of the engine itself.
    pub(super) fn create(
        element: NodeRef,
        attribute: &'static str,
        context: &mut Context,
    ) -> JsResult<JsValue> {
        Ok(indexed::create(Self { element, attribute }, context)?.into())
    }

    fn value(&self) -> String {
        let element = self.element.as_element();
        element
            .and_then(|element| element.attribute(self.attribute))
            .unwrap_or_default()
    }

    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for word in self.value().split_ascii_whitespace() {
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        words
    }
}

impl Indexed for DomTokenList {
    fn length(&self) -> usize {
        self.words().len()
    }

    fn at(&self, index: usize, _: &mut Context) -> Option<JsValue> {
        self.words().get(index).map(string)
    }
}

/// The element, the attribute and the words that `this` is about.
fn words(this: &JsValue) -> JsResult<(NodeRef, &'static str, Vec<String>)> {
    let list = this_object::<DomTokenList>(this)?;
    let list = list.borrow();
    let list = list.data();
    Ok((list.element.clone(), list.attribute, list.words()))
}

/// <https://dom.spec.whatwg.org/#concept-dtl-update>
fn update(
    node: &NodeRef,
    attribute: &'static str,
    words: &[String],
    context: &mut Context,
) -> JsResult<()> {
    let is_there = node
        .as_element()
        .is_some_and(|element| element.has_attribute(attribute));
    if !is_there && words.is_empty() {
        return Ok(());
    }
    element::set_attribute(node, attribute_name(attribute), words.join(" "), context)
}

/// A word, which is neither empty nor has white space.
fn word(value: &JsValue, context: &mut Context) -> JsResult<String> {
    let word = convert::usv_string(value, context)?;
    if word.is_empty() {
        let message = "the token must not be empty";
        return Err(DomException::new("SyntaxError", message).into_error(context));
    }
    if word.contains(|character: char| character.is_ascii_whitespace()) {
        let message = format!("the token \"{word}\" must not contain white space");
        return Err(DomException::new("InvalidCharacterError", &message).into_error(context));
    }
    Ok(word)
}

fn word_arguments(args: &[JsValue], context: &mut Context) -> JsResult<Vec<String>> {
    args.iter()
        .map(|argument| word(argument, context))
        .collect()
}

fn add(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let given = word_arguments(args, context)?;
    let (node, attribute, mut words) = words(this)?;
    for word in given {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    update(&node, attribute, &words, context)?;
    Ok(JsValue::undefined())
}

fn remove(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let given = word_arguments(args, context)?;
    let (node, attribute, mut words) = words(this)?;
    words.retain(|word| !given.contains(word));
    update(&node, attribute, &words, context)?;
    Ok(JsValue::undefined())
}

/// <https://dom.spec.whatwg.org/#dom-domtokenlist-toggle>
fn toggle(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let given = word(convert::required::<DomTokenList>(args, 0, 1)?, context)?;
    let force = match args.get_or_undefined(1) {
        force if force.is_undefined() => None,
        force => Some(force.to_boolean()),
    };
    let (node, attribute, mut words) = words(this)?;
    let is_there = words.contains(&given);
    match (is_there, force) {
        (true, None | Some(false)) => {
            words.retain(|word| *word != given);
            update(&node, attribute, &words, context)?;
            Ok(false.into())
        }
        (false, None | Some(true)) => {
            words.push(given);
            update(&node, attribute, &words, context)?;
            Ok(true.into())
        }
        (is_there, Some(_)) => Ok(is_there.into()),
    }
}

/// <https://dom.spec.whatwg.org/#dom-domtokenlist-replace>
fn replace(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    convert::required::<DomTokenList>(args, 1, 2)?;
    let old = word(args.get_or_undefined(0), context)?;
    let new = word(args.get_or_undefined(1), context)?;
    let (node, attribute, mut words) = words(this)?;
    let Some(index) = words.iter().position(|word| *word == old) else {
        return Ok(false.into());
    };
    if let Some(word) = words.get_mut(index) {
        word.clone_from(&new);
    }
    let mut seen = false;
    words.retain(|word| *word != new || !std::mem::replace(&mut seen, true));
    update(&node, attribute, &words, context)?;
    Ok(true.into())
}

fn get_value(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    let list = this_object::<DomTokenList>(this)?;
    let value = list.borrow().data().value();
    Ok(string(value))
}

impl Interface for DomTokenList {
    const NAME: &'static str = "DOMTokenList";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        indexed::members::<Self>(interface);
        indexed::iterable(interface);
        interface
            .method("contains", 1, |this, args, context| {
                let word = convert::required::<Self>(args, 0, 1)?;
                let word = convert::usv_string(word, context)?;
                Ok(words(this)?.2.contains(&word).into())
            })
            .method("add", 0, add)
            .method("remove", 0, remove)
            .method("toggle", 1, toggle)
            .method("replace", 2, replace)
            .attribute("value", get_value, |this, args, context| {
                let (node, attribute, _) = words(this)?;
                let value = convert::usv_string(args.get_or_undefined(0), context)?;
                element::set_attribute(&node, attribute_name(attribute), value, context)?;
                Ok(JsValue::undefined())
            })
            .stringifier(get_value);
    }
}
