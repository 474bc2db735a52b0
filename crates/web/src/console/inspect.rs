//! Values as text for a human, in the form other runtimes have made usual.
//!
//! No script runs: accessors are named, not called, and proxies are not looked into.

use boa_engine::{
    Context, JsBigInt, JsObject, JsString, JsSymbol, JsValue, JsVariant,
    builtins::promise::PromiseState,
    js_string,
    module::ModuleNamespace,
    object::builtins::{
        JsArrayBuffer, JsDate, JsMap, JsPromise, JsProxy, JsRegExp, JsSet, JsTypedArray,
    },
    property::{PropertyDescriptor, PropertyKey},
};

use super::interfaces;

/// Objects nested more deeply than this are only named.
const MAX_DEPTH: usize = 2;
/// Elements beyond this many are only counted.
const MAX_ELEMENTS: usize = 100;
/// Characters of a nested string beyond this many are only counted.
const MAX_STRING: usize = 10_000;
/// A chain of causes is followed this far.
const MAX_CAUSES: usize = 8;
/// The errors of an `AggregateError` within such errors are followed this far.
const MAX_AGGREGATES: usize = 2;
/// Errors of an `AggregateError` beyond this many are only counted.
const MAX_ERRORS: usize = 8;
/// What is no longer than this goes on one line.
const LINE_WIDTH: usize = 72;

/// A value as `console.log` shows it inside of another.
#[must_use]
pub fn inspect(value: &JsValue, context: &mut Context) -> String {
    Inspector::new(MAX_DEPTH).value(value, context)
}

/// The enumerable own properties of an object: each one's key and value as `console.log` shows
/// them.
#[must_use]
pub fn inspect_properties(object: &JsObject, context: &mut Context) -> Vec<(String, String)> {
    let mut inspector = Inspector::new(MAX_DEPTH);
    inspector.path.push(object.clone());
    let keys = object.own_property_keys(context).unwrap_or_default();
    keys.into_iter()
        .filter_map(|key| Some((own(object, &key)?, key)))
        .filter(|(property, _)| property.enumerable() == Some(true))
        .take(MAX_ELEMENTS)
        .map(|(property, key)| {
            let value = inspector.property_value(&property, context);
            (key_text(&key), value)
        })
        .collect()
}

/// A value as [`inspect`] shows it, looking `depth` objects deep.
pub(super) fn inspect_to(value: &JsValue, depth: usize, context: &mut Context) -> String {
    Inspector::new(depth).value(value, context)
}

/// The state of one inspection.
struct Inspector {
    /// The objects around the current one.
    path: Vec<JsObject>,
    max_depth: usize,
}

/// The text of an object in the making.
struct Parts {
    /// What stands before the brackets, with the space behind it.
    prefix: String,
    brackets: (char, char),
    entries: Vec<String>,
}

impl Parts {
    fn render(self, indent: usize) -> String {
        let (open, close) = self.brackets;
        let prefix = &self.prefix;
        if self.entries.is_empty() {
            return format!("{prefix}{open}{close}");
        }
        let length: usize = self
            .entries
            .iter()
            .map(|entry| entry.chars().count() + 2)
            .sum();
        let one_line = length + prefix.len() <= LINE_WIDTH
            && self.entries.iter().all(|entry| !entry.contains('\n'));
        if one_line {
            return format!("{prefix}{open} {} {close}", self.entries.join(", "));
        }
        let margin = " ".repeat(indent);
        let entries = self.entries.join(&format!(",\n{margin}  "));
        format!("{prefix}{open}\n{margin}  {entries}\n{margin}{close}")
    }
}

impl Inspector {
    fn new(max_depth: usize) -> Self {
        Self {
            path: Vec::new(),
            max_depth,
        }
    }

    fn value(&mut self, value: &JsValue, context: &mut Context) -> String {
        match value.variant() {
            JsVariant::String(text) => quote(&text),
            JsVariant::Float64(number) if number == 0.0 && number.is_sign_negative() => {
                "-0".to_owned()
            }
            JsVariant::BigInt(number) => format!("{number}n"),
            JsVariant::Symbol(symbol) => symbol.descriptive_string().to_std_string_lossy(),
            JsVariant::Object(object) => self.object(&object, context),
            _ => value.display().to_string(),
        }
    }

    fn object(&mut self, object: &JsObject, context: &mut Context) -> String {
        if self.path.contains(object) {
            return "[Circular]".to_owned();
        }
        if JsProxy::from_object(object.clone()).is_ok() {
            return "[Proxy]".to_owned();
        }
        if self.path.len() > self.max_depth {
            return format!(
                "[{}]",
                constructor_name(object).unwrap_or_else(|| "Object".into())
            );
        }
        let indent = self.path.len() * 2;
        self.path.push(object.clone());
        let text = self
            .parts(object, context)
            .map_or_else(|text| text, |parts| parts.render(indent));
        self.path.pop();
        text
    }

    /// The parts of an object, or its whole text when it has no brackets.
    fn parts(&mut self, object: &JsObject, context: &mut Context) -> Result<Parts, String> {
        let name = constructor_name(object);
        if object.is_array() {
            return Ok(self.array(object, name, context));
        }
        if let Ok(array) = JsTypedArray::from_object(object.clone()) {
            return Ok(self.typed_array(object, &array, name, context));
        }
        let mut parts = Parts {
            prefix: String::new(),
            brackets: ('{', '}'),
            entries: Vec::new(),
        };
        // What is no collection of entries is named by a text of its own.
        let mut text = None;
        if object.is_callable() {
            text = Some(function_text(object));
        } else if is_error(object) {
            text = Some(error_text(object, 0, context));
        } else if let Some(primitive) = wrapped_primitive(object) {
            let primitive_text = self.value(&primitive, context);
            let name = name.as_deref().unwrap_or("Object");
            text = Some(format!("[{name}: {primitive_text}]"));
        } else if let Ok(date) = JsDate::from_object(object.clone()) {
            let iso = date.to_iso_string(context).ok();
            text = Some(iso.and_then(|iso| iso.as_string()).map_or_else(
                || "Invalid Date".to_owned(),
                |iso| iso.to_std_string_lossy(),
            ));
        } else if let Ok(regexp) = JsRegExp::from_object(object.clone()) {
            text = regexp.to_string(context).ok();
        }
        if let Ok(map) = JsMap::from_object(object.clone()) {
            let mut pairs = Vec::new();
            // Fails for nothing but a receiver that is no map.
            let _ = map.for_each_native(|key, value| {
                pairs.push((key, value));
                Ok(())
            });
            parts.prefix = format!("{}({}) ", name.as_deref().unwrap_or("Map"), pairs.len());
            for (key, value) in pairs.iter().take(MAX_ELEMENTS) {
                let key = self.value(key, context);
                let value = self.value(value, context);
                parts.entries.push(format!("{key} => {value}"));
            }
            more_items(&mut parts.entries, pairs.len());
        } else if let Ok(set) = JsSet::from_object(object.clone()) {
            let mut items = Vec::new();
            let _ = set.for_each_native(|item| {
                items.push(item);
                Ok(())
            });
            parts.prefix = format!("{}({}) ", name.as_deref().unwrap_or("Set"), items.len());
            for item in items.iter().take(MAX_ELEMENTS) {
                parts.entries.push(self.value(item, context));
            }
            more_items(&mut parts.entries, items.len());
        } else if let Ok(promise) = JsPromise::from_object(object.clone()) {
            parts.prefix = "Promise ".to_owned();
            parts.entries.push(match promise.state() {
                PromiseState::Pending => "<pending>".to_owned(),
                PromiseState::Fulfilled(value) => self.value(&value, context),
                PromiseState::Rejected(reason) => {
                    format!("<rejected> {}", self.value(&reason, context))
                }
            });
        } else if let Ok(buffer) = JsArrayBuffer::from_object(object.clone()) {
            parts.prefix = "ArrayBuffer ".to_owned();
            parts
                .entries
                .push(format!("byteLength: {}", buffer.byte_length()));
        } else if object.is::<ModuleNamespace>() {
            parts.prefix = "[Module: null prototype] ".to_owned();
            for key in object.own_property_keys(context).unwrap_or_default() {
                if let PropertyKey::String(_) | PropertyKey::Index(_) = key {
                    // Reading a binding runs no script, but it may not be initialised yet.
                    let value = match object.get(key.clone(), context) {
                        Ok(value) => self.value(&value, context),
                        Err(_) => "<uninitialized>".to_owned(),
                    };
                    parts.entries.push(format!("{}: {value}", key_text(&key)));
                }
            }
        } else if text.is_none() {
            parts.prefix = match (name.as_deref(), to_string_tag(object)) {
                (None, _) => "[Object: null prototype] ".to_owned(),
                (Some("Object"), None) => String::new(),
                (Some(name), Some(tag)) if tag != name => format!("{name} [{tag}] "),
                (Some(name), _) => format!("{name} "),
            };
            for (key, value) in interfaces::members(object, context) {
                let value = self.value(&value, context);
                parts.entries.push(format!("{}: {value}", key_text(&key)));
            }
        }
        self.own_properties(object, &mut parts.entries, context);
        match text {
            Some(text) if parts.entries.is_empty() => Err(text),
            Some(text) => {
                parts.prefix = format!("{text} ");
                Ok(parts)
            }
            None => Ok(parts),
        }
    }

    fn array(&mut self, object: &JsObject, name: Option<String>, context: &mut Context) -> Parts {
        let length = own(object, &js_string!("length").into())
            .and_then(|property| property.value().and_then(JsValue::as_number))
            .unwrap_or(0.0) as u64;
        let mut entries = Vec::new();
        let mut holes = 0_u64;
        let mut index = 0;
        // An array may be long and almost empty: the engine's index keys would not be
        // worth more than this bound.
        while index < length && entries.len() < MAX_ELEMENTS && index < 1 << 20 {
            match own(object, &PropertyKey::from(index)) {
                Some(property) => {
                    push_holes(&mut entries, &mut holes);
                    entries.push(self.property_value(&property, context));
                }
                None => holes += 1,
            }
            index += 1;
        }
        push_holes(&mut entries, &mut holes);
        if length > index {
            entries.push(format!("... {} more items", length - index));
        }
        self.own_properties(object, &mut entries, context);
        Parts {
            prefix: match name.as_deref() {
                Some("Array") => String::new(),
                Some(name) => format!("{name}({length}) "),
                None => format!("[Array({length}): null prototype] "),
            },
            brackets: ('[', ']'),
            entries,
        }
    }

    fn typed_array(
        &mut self,
        object: &JsObject,
        array: &JsTypedArray,
        name: Option<String>,
        context: &mut Context,
    ) -> Parts {
        let length = array.length(context).unwrap_or(0);
        let mut entries = Vec::new();
        for index in 0..length.min(MAX_ELEMENTS) {
            let value = array.at(index as i64, context).unwrap_or_default();
            entries.push(self.value(&value, context));
        }
        more_items(&mut entries, length);
        self.own_properties(object, &mut entries, context);
        Parts {
            prefix: format!("{}({length}) ", name.as_deref().unwrap_or("TypedArray")),
            brackets: ('[', ']'),
            entries,
        }
    }

    /// Adds the enumerable own properties that are no elements.
    fn own_properties(
        &mut self,
        object: &JsObject,
        entries: &mut Vec<String>,
        context: &mut Context,
    ) {
        let elements = object.is_array() || JsTypedArray::from_object(object.clone()).is_ok();
        let keys = object.own_property_keys(context).unwrap_or_default();
        let mut left_out = 0;
        let room = MAX_ELEMENTS + entries.len();
        for key in keys {
            if elements && matches!(key, PropertyKey::Index(_)) {
                continue;
            }
            let Some(property) = own(object, &key) else {
                continue;
            };
            if property.enumerable() != Some(true) {
                continue;
            }
            if entries.len() >= room {
                left_out += 1;
                continue;
            }
            let value = self.property_value(&property, context);
            entries.push(format!("{}: {value}", key_text(&key)));
        }
        if left_out > 0 {
            entries.push(format!("... {left_out} more properties"));
        }
    }

    fn property_value(&mut self, property: &PropertyDescriptor, context: &mut Context) -> String {
        if let Some(value) = property.value() {
            return self.value(value, context);
        }
        let is_set = |accessor: Option<&JsValue>| accessor.is_some_and(|f| !f.is_undefined());
        match (is_set(property.get()), is_set(property.set())) {
            (true, true) => "[Getter/Setter]",
            (true, false) => "[Getter]",
            (false, true) => "[Setter]",
            (false, false) => "undefined",
        }
        .to_owned()
    }
}

/// An own property as it is stored: no trap and no exotic method runs.
pub(super) fn own(object: &JsObject, key: &PropertyKey) -> Option<PropertyDescriptor> {
    object.borrow().properties().get(key)
}

/// The own value of a data property, if it is a string.
fn own_text(object: &JsObject, key: JsString) -> Option<String> {
    let property = own(object, &key.into())?;
    Some(property.value()?.as_string()?.to_std_string_lossy())
}

/// The prototypes of an object. The chain of an ordinary object has an end.
fn chain(object: &JsObject) -> impl Iterator<Item = JsObject> {
    std::iter::successors(Some(object.clone()), |object| object.prototype())
}

/// The name of the nearest constructor.
fn constructor_name(object: &JsObject) -> Option<String> {
    chain(object).find_map(|object| {
        let constructor = own(&object, &js_string!("constructor").into())?;
        let constructor = constructor.value()?.as_object()?;
        own_text(&constructor, js_string!("name")).filter(|name| !name.is_empty())
    })
}

fn to_string_tag(object: &JsObject) -> Option<String> {
    chain(object).find_map(|object| {
        let property = own(&object, &JsSymbol::to_string_tag().into())?;
        Some(property.value()?.as_string()?.to_std_string_lossy())
    })
}

/// The value of a `new Number(1)` and its kin.
fn wrapped_primitive(object: &JsObject) -> Option<JsValue> {
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

fn is_error(object: &JsObject) -> bool {
    object.is::<boa_engine::builtins::error::Error>()
}

fn function_text(function: &JsObject) -> String {
    let name = own_text(function, js_string!("name")).filter(|name| !name.is_empty());
    // The `prototype` of a class cannot be replaced, that of a function can.
    let is_class = own(function, &js_string!("prototype").into())
        .is_some_and(|property| property.writable() == Some(false))
        && !function_is_native(function);
    if is_class {
        let base = function
            .prototype()
            .and_then(|base| own_text(&base, js_string!("name")))
            .filter(|name| !name.is_empty());
        let name = name.as_deref().unwrap_or("(anonymous)");
        return match base {
            Some(base) => format!("[class {name} extends {base}]"),
            None => format!("[class {name}]"),
        };
    }
    match name {
        Some(name) => format!("[Function: {name}]"),
        None => "[Function (anonymous)]".to_owned(),
    }
}

/// Whether a function is not made from source text. Native constructors too have a
/// `prototype` that cannot be replaced.
fn function_is_native(function: &JsObject) -> bool {
    !function.is::<boa_engine::builtins::function::OrdinaryFunction>()
}

/// Name, message, stack and cause. Only the engine's own `stack` accessor is asked.
fn error_text(error: &JsObject, causes: usize, context: &mut Context) -> String {
    let inherited = |key: JsString| chain(error).find_map(|object| own_text(&object, key.clone()));
    let name = inherited(js_string!("name")).unwrap_or_else(|| "Error".to_owned());
    let message = inherited(js_string!("message")).unwrap_or_default();
    let heading = if message.is_empty() {
        name
    } else {
        format!("{name}: {message}")
    };
    let own_stack = own_text(error, js_string!("stack"));
    let stack = own_stack
        .or_else(|| engine_stack(error, context))
        .unwrap_or_default();
    let stack = stack
        .strip_prefix(&heading)
        .unwrap_or(&stack)
        .trim_matches('\n');
    let mut text = heading;
    if !stack.is_empty() {
        text.push('\n');
        text.push_str(stack);
    }
    if let Some(cause) = own(error, &js_string!("cause").into())
        && let Some(cause) = cause.value()
        && cause.as_object().is_none_or(|cause| cause != *error)
    {
        let cause = match causes {
            MAX_CAUSES.. => "[Error]".to_owned(),
            _ => cause_text(cause, causes, context),
        };
        text.push_str("\n  [cause]: ");
        text.push_str(&cause);
    }
    if let Some(errors) = inner_errors(error) {
        text.push_str("\n  [errors]: ");
        text.push_str(&match causes {
            MAX_AGGREGATES.. => "[Array]".to_owned(),
            _ => errors_text(&errors, causes, context),
        });
    }
    text
}

/// The array that an `AggregateError` has. A property `errors` that is enumerable, as what
/// script adds to an error is, is shown as such.
fn inner_errors(error: &JsObject) -> Option<JsObject> {
    let property = own(error, &js_string!("errors").into())?;
    let errors = property.value()?.as_object()?;
    (errors.is_array() && property.enumerable() != Some(true)).then_some(errors)
}

fn errors_text(errors: &JsObject, causes: usize, context: &mut Context) -> String {
    let length = own(errors, &js_string!("length").into())
        .and_then(|property| property.value().and_then(JsValue::as_number))
        .unwrap_or(0.0) as usize;
    let mut texts: Vec<_> = (0..length.min(MAX_ERRORS))
        .filter_map(|index| own(errors, &PropertyKey::from(index as u64)))
        .filter_map(|property| property.value().cloned())
        .map(|error| cause_text(&error, causes, context).replace('\n', "\n    "))
        .collect();
    if length > MAX_ERRORS {
        texts.push(format!("... {} more items", length - MAX_ERRORS));
    }
    if texts.is_empty() {
        return "[]".to_owned();
    }
    format!("[\n    {}\n  ]", texts.join(",\n    "))
}

fn cause_text(cause: &JsValue, causes: usize, context: &mut Context) -> String {
    match cause.as_object() {
        Some(error) if is_error(&error) => error_text(&error, causes + 1, context),
        _ => inspect_to(cause, 0, context),
    }
}

/// What `%Error.prototype%`'s own accessor gives.
fn engine_stack(error: &JsObject, context: &mut Context) -> Option<String> {
    let prototype = context.intrinsics().constructors().error().prototype();
    let accessor = own(&prototype, &js_string!("stack").into())?;
    let getter = accessor.get()?.as_callable()?;
    // Script may have replaced it.
    if !function_is_native(&getter) {
        return None;
    }
    let stack = getter.call(&error.clone().into(), &[], context).ok()?;
    Some(stack.as_string()?.to_std_string_lossy())
}

fn push_holes(entries: &mut Vec<String>, holes: &mut u64) {
    match std::mem::take(holes) {
        0 => {}
        1 => entries.push("<1 empty item>".to_owned()),
        many => entries.push(format!("<{many} empty items>")),
    }
}

fn more_items(entries: &mut Vec<String>, length: usize) {
    if length > MAX_ELEMENTS {
        entries.push(format!("... {} more items", length - MAX_ELEMENTS));
    }
}

fn key_text(key: &PropertyKey) -> String {
    match key {
        PropertyKey::String(name) => {
            let text = name.to_std_string_lossy();
            let mut characters = text.chars();
            let is_identifier = characters
                .next()
                .is_some_and(|first| first.is_alphabetic() || matches!(first, '_' | '$'))
                && characters.all(|other| other.is_alphanumeric() || matches!(other, '_' | '$'));
            if is_identifier { text } else { quote(name) }
        }
        PropertyKey::Symbol(symbol) => {
            format!("[{}]", symbol.descriptive_string().to_std_string_lossy())
        }
        PropertyKey::Index(index) => format!("'{}'", index.get()),
    }
}

/// A string in quotes, with escapes where it would not be clear otherwise.
fn quote(text: &JsString) -> String {
    let text = text.to_std_string_lossy();
    let quote = ['\'', '"', '`']
        .into_iter()
        .find(|quote| !text.contains(*quote))
        .unwrap_or('\'');
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(quote);
    let mut characters = text.chars();
    for character in characters.by_ref().take(MAX_STRING) {
        match character {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\\' => quoted.push_str("\\\\"),
            c if c == quote => {
                quoted.push('\\');
                quoted.push(c);
            }
            c if c.is_control() => quoted.push_str(&format!("\\x{:02X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push(quote);
    let left_out = characters.count();
    if left_out > 0 {
        quoted.push_str(&format!("... {left_out} more characters"));
    }
    quoted
}
