//! Objects: what kind they are of, and what each kind shows.

use boa_engine::{
    Context, JsBigInt, JsObject, JsResult, JsString, JsSymbol, JsValue,
    builtins::{object::OrdinaryObject, promise::PromiseState},
    js_string,
    module::ModuleNamespace,
    object::builtins::{
        JsArrayBuffer, JsDataView, JsDate, JsMap, JsPromise, JsRegExp, JsSet, JsSharedArrayBuffer,
        JsTypedArray, JsWeakMap, JsWeakSet,
    },
    property::{PropertyDescriptor, PropertyKey},
};
use taipan_webidl::{Description, describe};

use super::{
    Inspector,
    error::{ErrorText, inner_keys, is_error},
    layout::Layout,
    names::{Constructor, function_text, is_native, native_getter, own, own_value, tag},
    style::Style,
};

/// What stands between the brackets before the properties.
pub(super) enum Contents {
    Nothing,
    Array {
        length: u64,
    },
    TypedArray {
        array: JsTypedArray,
        length: usize,
    },
    Map(Vec<(JsValue, JsValue)>),
    Set(Vec<JsValue>),
    Promise(PromiseState),
    /// None for a detached buffer.
    Buffer(Option<Vec<u8>>, usize),
    View(JsDataView),
    Weak,
    Namespace,
    Platform(Description),
}

/// An object taken apart.
struct Parts {
    /// The text before the brackets.
    base: String,
    brackets: (String, &'static str),
    contents: Contents,
    keys: Vec<PropertyKey>,
    /// For arrays, whether all elements are numbers.
    elements: Option<bool>,
}

impl Parts {
    fn braces(prefix: String, contents: Contents, keys: Vec<PropertyKey>) -> Self {
        Self {
            base: String::new(),
            brackets: (format!("{prefix}{{"), "}"),
            contents,
            keys,
            elements: None,
        }
    }

    /// An object that has a text of its own.
    fn text(base: String, keys: Vec<PropertyKey>) -> Self {
        Self {
            base,
            ..Self::braces(String::new(), Contents::Nothing, keys)
        }
    }

    /// Whether there is nothing between the brackets.
    fn is_empty(&self) -> bool {
        self.keys.is_empty()
            && match &self.contents {
                Contents::Nothing => true,
                Contents::Array { length } => *length == 0,
                Contents::TypedArray { length, .. } => *length == 0,
                Contents::Map(pairs) => pairs.is_empty(),
                Contents::Set(items) => items.is_empty(),
                Contents::Platform(description) => {
                    description.attributes.is_empty()
                        && description.pairs.as_ref().is_none_or(Vec::is_empty)
                }
                _ => false,
            }
    }
}

impl Inspector<'_> {
    pub(super) fn shown_object(
        &mut self,
        object: &JsObject,
        level: usize,
        context: &mut Context,
    ) -> JsResult<String> {
        let constructor = Constructor::of(object);
        let tag = tag(object, self.options.show_hidden);
        let mut parts = self.parts(object, &constructor, &tag, context)?;
        if parts.is_empty() {
            if !parts.base.is_empty() {
                return Ok(parts.base);
            }
            let (open, close) = parts.brackets;
            return Ok(format!("{open}{close}"));
        }
        if self.options.depth.is_some_and(|depth| level > depth) {
            if JsRegExp::from_object(object.clone()).is_ok() {
                return Ok(parts.base);
            }
            let name = match constructor {
                Constructor::NullPrototype => format!("[{}: null prototype]", fallback(object)),
                _ => format!(
                    "[{}]",
                    constructor.prefix(&tag, fallback(object), "").trim_end()
                ),
            };
            return Ok(self.paint(name, Style::Special));
        }
        let inner = level + 1;
        self.seen.push(object.clone());
        self.last_level = inner;
        let entries = self.entries(object, &parts, inner, context);
        self.seen.pop();
        let entries = entries?;
        if let Some(index) = self.circular.iter().position(|known| known == object) {
            let reference = self.paint(format!("<ref *{}>", index + 1), Style::Special);
            parts.base = if parts.base.is_empty() {
                reference
            } else {
                format!("{reference} {}", parts.base)
            };
        }
        let layout = Layout {
            options: self.options,
            indentation: self.indentation,
            base: parts.base,
            brackets: parts.brackets,
            elements: parts.elements,
            may_combine: self.last_level - inner < self.options.compact,
        };
        Ok(layout.join(entries))
    }

    /// The entries between the brackets.
    fn entries(
        &mut self,
        object: &JsObject,
        parts: &Parts,
        level: usize,
        context: &mut Context,
    ) -> JsResult<Vec<String>> {
        let mut entries = self.contents(object, &parts.contents, level, context)?;
        let first_property = entries.len();
        for key in &parts.keys {
            let text = match &parts.contents {
                Contents::Namespace => self.binding(object, key, level, context)?,
                contents => match own(object, key) {
                    Some(property) => {
                        let property = match contents {
                            Contents::Platform(_) => unforgeable(object, property, context),
                            _ => property,
                        };
                        self.property(key, &property, level, context)?
                    }
                    None => continue,
                },
            };
            entries.push(text);
        }
        if self.options.sorted
            && let Some(properties) = entries.get_mut(if parts.elements.is_some() {
                first_property..
            } else {
                0..
            })
        {
            properties.sort();
        }
        Ok(entries)
    }

    /// The own keys that are shown.
    fn keys(
        &self,
        object: &JsObject,
        with_elements: bool,
        context: &mut Context,
    ) -> JsResult<Vec<PropertyKey>> {
        let mut keys = object.own_property_keys(context)?;
        keys.retain(|key| {
            let is_element = matches!(key, PropertyKey::Index(_));
            if is_element && !with_elements {
                return false;
            }
            let hidden_too = self.options.show_hidden && !matches!(key, PropertyKey::Symbol(_));
            own(object, key)
                .is_some_and(|property| hidden_too || property.enumerable() == Some(true))
        });
        Ok(keys)
    }

    fn parts(
        &mut self,
        object: &JsObject,
        constructor: &Constructor,
        tag: &str,
        context: &mut Context,
    ) -> JsResult<Parts> {
        let is_ordinary = object.is::<OrdinaryObject>();
        if !is_ordinary && let Some(parts) = self.collection(object, constructor, tag, context)? {
            return Ok(parts);
        }
        if object.is::<ModuleNamespace>() {
            let mut keys = object.own_property_keys(context)?;
            keys.retain(|key| !matches!(key, PropertyKey::Symbol(_)));
            let prefix = "[Module: null prototype] ".to_owned();
            return Ok(Parts::braces(prefix, Contents::Namespace, keys));
        }
        let boxed = boxed_primitive(object);
        let is_string = boxed.as_ref().is_some_and(JsValue::is_string);
        let mut keys = self.keys(object, !is_string, context)?;
        if object.is_callable() {
            let text = function_text(object, constructor, tag);
            return Ok(Parts::text(self.paint(text, Style::Special), keys));
        }
        if is_error(object, context) {
            let error = ErrorText::of(object, constructor, tag, context);
            keys.retain(|key| !error.told.contains(key));
            for key in inner_keys(object).map(PropertyKey::from) {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            let margin = format!("\n{}", " ".repeat(self.indentation));
            return Ok(Parts::text(error.text.replace('\n', &margin), keys));
        }
        if let Some(primitive) = boxed {
            if is_string {
                let length = PropertyKey::from(js_string!("length"));
                keys.retain(|key| *key != length);
            }
            let text = self.boxed_text(&primitive, constructor, tag, context);
            return Ok(Parts::text(text, keys));
        }
        if let Some((text, name, style)) = date_or_regexp(object, context) {
            let text = match constructor.prefix(tag, name, "") {
                prefix if prefix.trim_end() == name => text,
                prefix => format!("{prefix}{text}"),
            };
            return Ok(Parts::text(self.paint(text, style), keys));
        }
        let (name, contents) = if is_ordinary {
            let is_plain = constructor.is("Object") && tag.is_empty();
            let prefix = if is_plain {
                String::new()
            } else {
                constructor.prefix(tag, "Object", "")
            };
            return Ok(Parts::braces(prefix, Contents::Nothing, keys));
        } else if let Ok(promise) = JsPromise::from_object(object.clone()) {
            ("Promise", Contents::Promise(promise.state()))
        } else if let Ok(buffer) = JsArrayBuffer::from_object(object.clone()) {
            let shown = buffer.data().map(|data| {
                let shown = data.len().min(self.options.max_array_length);
                data.get(..shown).unwrap_or_default().to_vec()
            });
            ("ArrayBuffer", Contents::Buffer(shown, buffer.byte_length()))
        } else if let Ok(buffer) = JsSharedArrayBuffer::from_object(object.clone()) {
            let mut shown = buffer.to_vec();
            shown.truncate(self.options.max_array_length);
            let length = buffer.byte_length();
            ("SharedArrayBuffer", Contents::Buffer(Some(shown), length))
        } else if let Ok(view) = JsDataView::from_object(object.clone()) {
            ("DataView", Contents::View(view))
        } else if JsWeakMap::from_object(object.clone()).is_ok() {
            ("WeakMap", Contents::Weak)
        } else if JsWeakSet::from_object(object.clone()).is_ok() {
            ("WeakSet", Contents::Weak)
        } else if let Some(description) = describe(object, context) {
            let description = without_noise(description);
            keys.retain(|key| {
                let mut attributes = description.attributes.iter();
                !attributes.any(|(name, _)| *key == PropertyKey::from(name.clone()))
            });
            (description.name, Contents::Platform(description))
        } else {
            let prefix = if is_arguments(object, tag, context) {
                "[Arguments] ".to_owned()
            } else {
                constructor.prefix(tag, "Object", "")
            };
            return Ok(Parts::braces(prefix, Contents::Nothing, keys));
        };
        let prefix = constructor.prefix(tag, name, "");
        Ok(Parts::braces(prefix, contents, keys))
    }

    /// Arrays, maps and sets: what has elements.
    fn collection(
        &mut self,
        object: &JsObject,
        constructor: &Constructor,
        tag: &str,
        context: &mut Context,
    ) -> JsResult<Option<Parts>> {
        let array = |prefix: String, contents, numbers, keys| Parts {
            base: String::new(),
            brackets: (format!("{prefix}["), "]"),
            contents,
            keys,
            elements: Some(numbers),
        };
        if object.is_array() {
            let length = own_value(object, js_string!("length"))
                .and_then(|length| length.as_number())
                .unwrap_or(0.0) as u64;
            let prefix = if constructor.is("Array") && tag.is_empty() {
                String::new()
            } else {
                constructor.prefix(tag, "Array", &format!("({length})"))
            };
            let keys = self.keys(object, false, context)?;
            let numbers = self.are_numbers(object, length);
            let contents = Contents::Array { length };
            return Ok(Some(array(prefix, contents, numbers, keys)));
        }
        if let Ok(typed) = JsTypedArray::from_object(object.clone()) {
            let length = typed.length(context)?;
            let name = typed_array_name(&typed);
            let prefix = constructor.prefix(
                if constructor.is(name) { "" } else { name },
                name,
                &format!("({length})"),
            );
            let keys = self.keys(object, false, context)?;
            let contents = Contents::TypedArray {
                array: typed,
                length,
            };
            return Ok(Some(array(prefix, contents, true, keys)));
        }
        if let Ok(map) = JsMap::from_object(object.clone()) {
            let mut pairs = Vec::new();
            map.for_each_native(|key, value| {
                pairs.push((key, value));
                Ok(())
            })?;
            let prefix = constructor.prefix(tag, "Map", &format!("({})", pairs.len()));
            let keys = self.keys(object, true, context)?;
            return Ok(Some(Parts::braces(prefix, Contents::Map(pairs), keys)));
        }
        if let Ok(set) = JsSet::from_object(object.clone()) {
            let mut items = Vec::new();
            set.for_each_native(|item| {
                items.push(item);
                Ok(())
            })?;
            let prefix = constructor.prefix(tag, "Set", &format!("({})", items.len()));
            let keys = self.keys(object, true, context)?;
            return Ok(Some(Parts::braces(prefix, Contents::Set(items), keys)));
        }
        Ok(None)
    }

    /// `[Number: 1]` and its kin.
    fn boxed_text(
        &self,
        primitive: &JsValue,
        constructor: &Constructor,
        tag: &str,
        context: &mut Context,
    ) -> String {
        let (name, style) = if primitive.is_string() {
            ("String", Style::String)
        } else if primitive.is_boolean() {
            ("Boolean", Style::Boolean)
        } else if primitive.is_bigint() {
            ("BigInt", Style::Number)
        } else if primitive.is_symbol() {
            ("Symbol", Style::Symbol)
        } else {
            ("Number", Style::Number)
        };
        let mut text = format!("[{name}");
        match constructor {
            Constructor::Named(known) if known != name => text.push_str(&format!(" ({known})")),
            Constructor::NullPrototype => text.push_str(" (null prototype)"),
            _ => {}
        }
        let plain = super::InspectOptions {
            colors: false,
            ..self.options.clone()
        };
        let primitive = Inspector::new(&plain).primitive(primitive, context);
        text.push_str(&format!(": {primitive}]"));
        if !tag.is_empty() && tag != name && !constructor.is(tag) {
            text.push_str(&format!(" [{tag}]"));
        }
        self.paint(text, style)
    }
}

/// The name of an object's kind where its constructor is not known.
fn fallback(object: &JsObject) -> &'static str {
    if object.is_array() { "Array" } else { "Object" }
}

/// The value of a `new Number(1)` and its kin.
fn boxed_primitive(object: &JsObject) -> Option<JsValue> {
    if let Some(number) = object.downcast_ref::<f64>() {
        return Some(JsValue::from(*number));
    }
    if let Some(boolean) = object.downcast_ref::<bool>() {
        return Some(JsValue::from(*boolean));
    }
    if let Some(string) = object.downcast_ref::<JsString>() {
        return Some(JsValue::from(string.clone()));
    }
    if let Some(number) = object.downcast_ref::<JsBigInt>() {
        return Some(JsValue::from(number.clone()));
    }
    let symbol = object.downcast_ref::<JsSymbol>()?;
    Some(JsValue::from(symbol.clone()))
}

/// The text of a date or a regular expression, with the name and the style of its kind.
fn date_or_regexp(
    object: &JsObject,
    context: &mut Context,
) -> Option<(String, &'static str, Style)> {
    if let Ok(date) = JsDate::from_object(object.clone()) {
        let iso = date.to_iso_string(context).ok();
        let text = iso.and_then(|iso| iso.as_string()).map_or_else(
            || "Invalid Date".to_owned(),
            |iso| iso.to_std_string_lossy(),
        );
        return Some((text, "Date", Style::Date));
    }
    let regexp = JsRegExp::from_object(object.clone()).ok()?;
    let mut text = format!("/{}/", pattern(&regexp.source(context).ok()?));
    // The engine would ask `flags`, which scripts can replace.
    let unicode_sets = {
        let prototype = context.intrinsics().constructors().regexp().prototype();
        let getter = native_getter(&prototype, js_string!("unicodeSets"));
        getter
            .and_then(|getter| getter.call(&object.clone().into(), &[], context).ok())
            .is_some_and(|flag| flag.to_boolean())
    };
    for (letter, flag) in [
        ('d', regexp.has_indices(context)),
        ('g', regexp.global(context)),
        ('i', regexp.ignore_case(context)),
        ('m', regexp.multiline(context)),
        ('s', regexp.dot_all(context)),
        ('u', regexp.unicode(context)),
        ('v', Ok(unicode_sets)),
        ('y', regexp.sticky(context)),
    ] {
        if flag.unwrap_or(false) {
            text.push(letter);
        }
    }
    Some((text, "RegExp", Style::RegExp))
}

/// A pattern as it stands between slashes. The engine escapes every slash in it, those too that are
/// escaped already.
fn pattern(source: &str) -> String {
    let mut pattern = String::with_capacity(source.len());
    let (mut is_escaped, mut in_class) = (false, false);
    for character in source.replace("\\/", "/").chars() {
        match character {
            '/' if !is_escaped && !in_class => pattern.push('\\'),
            '[' if !is_escaped => in_class = true,
            ']' if !is_escaped => in_class = false,
            _ => {}
        }
        is_escaped = character == '\\' && !is_escaped;
        pattern.push(character);
    }
    pattern
}

fn typed_array_name(array: &JsTypedArray) -> &'static str {
    use boa_engine::builtins::typed_array::TypedArrayKind;
    match array.kind() {
        Some(TypedArrayKind::Int8) => "Int8Array",
        Some(TypedArrayKind::Uint8) => "Uint8Array",
        Some(TypedArrayKind::Uint8Clamped) => "Uint8ClampedArray",
        Some(TypedArrayKind::Int16) => "Int16Array",
        Some(TypedArrayKind::Uint16) => "Uint16Array",
        Some(TypedArrayKind::Int32) => "Int32Array",
        Some(TypedArrayKind::Uint32) => "Uint32Array",
        Some(TypedArrayKind::BigInt64) => "BigInt64Array",
        Some(TypedArrayKind::BigUint64) => "BigUint64Array",
        Some(TypedArrayKind::Float32) => "Float32Array",
        Some(TypedArrayKind::Float64) => "Float64Array",
        _ => "TypedArray",
    }
}

/// An attribute that a platform object has as a property of its own, with the value it has.
fn unforgeable(
    object: &JsObject,
    property: PropertyDescriptor,
    context: &mut Context,
) -> PropertyDescriptor {
    let getter = property.get().and_then(JsValue::as_callable);
    let is_attribute = property.configurable() == Some(false);
    match getter.filter(|getter| is_attribute && is_native(getter)) {
        Some(getter) => match getter.call(&object.clone().into(), &[], context) {
            Ok(value) => PropertyDescriptor::builder()
                .value(value)
                .enumerable(true)
                .build(),
            Err(_) => property,
        },
        None => property,
    }
}

/// Event handlers that are not set say nothing, nor does the number of pairs that are shown.
fn without_noise(mut description: Description) -> Description {
    let has_pairs = description.pairs.is_some();
    description.attributes.retain(|(name, value)| {
        let is_handler = name.starts_with(js_string!("on").as_str());
        !(value.is_null() && is_handler || has_pairs && *name == "size")
    });
    description
}

/// Whether an object is the `arguments` of a function. The engine tells that in one way only, and
/// that asks for a tag: so objects that have one are none.
fn is_arguments(object: &JsObject, tag: &str, context: &mut Context) -> bool {
    let has_hidden = |key: JsString| {
        own(object, &key.into()).is_some_and(|property| property.enumerable() == Some(false))
    };
    let tag_key = PropertyKey::from(JsSymbol::to_string_tag());
    let is_tagged = super::names::chain(object).any(|object| own(&object, &tag_key).is_some());
    if !tag.is_empty()
        || is_tagged
        || !has_hidden(js_string!("length"))
        || !has_hidden(js_string!("callee"))
    {
        return false;
    }
    let prototype = context.intrinsics().constructors().object().prototype();
    let Some(to_string) = own_value(&prototype, js_string!("toString"))
        .and_then(|method| method.as_callable())
        .filter(super::names::is_native)
    else {
        return false;
    };
    let text = to_string.call(&object.clone().into(), &[], context);
    text.is_ok_and(|text| {
        text.as_string()
            .is_some_and(|text| text == "[object Arguments]")
    })
}
