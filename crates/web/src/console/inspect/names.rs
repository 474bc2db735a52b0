//! What objects are called: constructors, tags, functions.
//!
//! Only what is stored is read: no accessor and no trap runs.

use boa_engine::{
    JsObject, JsString, JsSymbol, JsValue,
    builtins::function::OrdinaryFunction,
    js_string,
    native_function::NativeFunctionObject,
    property::{PropertyDescriptor, PropertyKey},
};

/// An own property as it is stored.
pub(in crate::console) fn own(object: &JsObject, key: &PropertyKey) -> Option<PropertyDescriptor> {
    object.borrow().properties().get(key)
}

/// The value of an own data property.
pub(super) fn own_value(object: &JsObject, key: impl Into<PropertyKey>) -> Option<JsValue> {
    own(object, &key.into())?.value().cloned()
}

/// The value of an own data property, if it is a string.
pub(super) fn own_text(object: &JsObject, key: JsString) -> Option<String> {
    Some(own_value(object, key)?.as_string()?.to_std_string_lossy())
}

/// An object and its prototypes. A chain through a proxy ends there.
pub(super) fn chain(object: &JsObject) -> impl Iterator<Item = JsObject> {
    std::iter::successors(Some(object.clone()), |object| object.prototype())
}

/// The value of the nearest property of that name, if it is a data property.
pub(super) fn inherited(object: &JsObject, key: impl Into<PropertyKey>) -> Option<JsValue> {
    let key = key.into();
    let property = chain(object).find_map(|object| own(&object, &key))?;
    property.value().cloned()
}

/// The value of the nearest property of that name, if it is a string.
pub(super) fn inherited_text(object: &JsObject, key: JsString) -> Option<String> {
    Some(inherited(object, key)?.as_string()?.to_std_string_lossy())
}

/// What an object is an instance of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Constructor {
    /// The name of its constructor.
    Named(String),
    /// The object has no prototype.
    NullPrototype,
    /// The chain of its prototypes ends without a constructor; what there is to say of the first of
    /// them.
    Unknown(String),
}

impl Constructor {
    /// Finds the nearest constructor that made the object: one whose prototype is in its chain.
    pub(super) fn of(object: &JsObject) -> Self {
        let prototypes: Vec<JsObject> = chain(object).skip(1).collect();
        let mut candidates = std::iter::once(object).chain(&prototypes);
        let name = candidates.find_map(|candidate| {
            let constructor = own_value(candidate, js_string!("constructor"))?.as_callable()?;
            let prototype = own_value(&constructor, js_string!("prototype"))?.as_object()?;
            if !prototypes.contains(&prototype) {
                return None;
            }
            own_text(&constructor, js_string!("name")).filter(|name| !name.is_empty())
        });
        match name {
            Some(name) => Self::Named(name),
            None => match prototypes.first() {
                None => Self::NullPrototype,
                Some(prototype) if prototypes.len() == 1 => {
                    let keys = prototype.borrow().shape().keys();
                    let brackets = if keys.is_empty() { " {}" } else { "" };
                    Self::Unknown(format!("[Object: null prototype]{brackets}"))
                }
                Some(_) => Self::Unknown("Complex prototype".to_owned()),
            },
        }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self, Self::Named(known) if known == name)
    }

    /// What stands before the brackets: constructor, size and tag, with a space behind it.
    pub(super) fn prefix(&self, tag: &str, fallback: &str, size: &str) -> String {
        let name = match self {
            Self::Named(name) => format!("{name}{size}"),
            Self::NullPrototype => format!("[{fallback}{size}: null prototype]"),
            Self::Unknown(prototype) => format!("{fallback}{size} <{prototype}>"),
        };
        let is_told = match self {
            Self::Named(name) => name == tag,
            _ => fallback == tag,
        };
        if tag.is_empty() || is_told {
            format!("{name} ")
        } else {
            format!("{name} [{tag}] ")
        }
    }
}

/// The `@@toStringTag` of an object, unless it is among the properties that are shown anyway.
pub(super) fn tag(object: &JsObject, show_hidden: bool) -> String {
    let key = PropertyKey::from(JsSymbol::to_string_tag());
    let is_shown = own(object, &key)
        .is_some_and(|property| show_hidden || property.enumerable() == Some(true));
    if is_shown {
        return String::new();
    }
    inherited(object, key)
        .and_then(|tag| Some(tag.as_string()?.to_std_string_lossy()))
        .unwrap_or_default()
}

/// Whether a function is native: then calling it runs no script.
pub(super) fn is_native(function: &JsObject) -> bool {
    function.is::<NativeFunctionObject>()
}

/// The native getter that `prototype` has for `key`, if no script has replaced it.
pub(super) fn native_getter(prototype: &JsObject, key: JsString) -> Option<JsObject> {
    let getter = own(prototype, &key.into())?.get()?.as_callable()?;
    is_native(&getter).then_some(getter)
}

/// A function as text, such as `[Function: name]` or `[class A extends B]`.
pub(super) fn function_text(function: &JsObject, constructor: &Constructor, tag: &str) -> String {
    if is_class(function) {
        return class_text(function, constructor, tag);
    }
    let kind = match tag {
        "AsyncFunction" | "GeneratorFunction" | "AsyncGeneratorFunction" => tag,
        _ => "Function",
    };
    let mut text = format!("[{kind}");
    if *constructor == Constructor::NullPrototype {
        text.push_str(" (null prototype)");
    }
    match own_text(function, js_string!("name")).filter(|name| !name.is_empty()) {
        Some(name) => text.push_str(&format!(": {name}]")),
        None => text.push_str(" (anonymous)]"),
    }
    if let Constructor::Named(name) = constructor
        && name != kind
        && name != "Function"
    {
        text.push_str(&format!(" {name}"));
    }
    if !tag.is_empty() && tag != kind && !constructor.is(tag) {
        text.push_str(&format!(" [{tag}]"));
    }
    text
}

/// The `prototype` of a class cannot be replaced, that of another function can; but those of native
/// constructors cannot either.
fn is_class(function: &JsObject) -> bool {
    function.is::<OrdinaryFunction>()
        && own(function, &js_string!("prototype").into())
            .is_some_and(|property| property.writable() == Some(false))
}

fn class_text(class: &JsObject, constructor: &Constructor, tag: &str) -> String {
    let name = own_text(class, js_string!("name")).filter(|name| !name.is_empty());
    let mut text = format!("[class {}", name.as_deref().unwrap_or("(anonymous)"));
    if let Constructor::Named(name) = constructor
        && name != "Function"
    {
        text.push_str(&format!(" [{name}]"));
    }
    if !tag.is_empty() && !constructor.is(tag) {
        text.push_str(&format!(" [{tag}]"));
    }
    if *constructor == Constructor::NullPrototype {
        text.push_str(" extends null");
    } else if let Some(base) = class
        .prototype()
        .and_then(|base| own_text(&base, js_string!("name")))
        .filter(|name| !name.is_empty())
    {
        text.push_str(&format!(" extends {base}"));
    }
    text.push(']');
    text
}
