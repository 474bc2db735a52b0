//! Values as text for a human, in the form other runtimes have made usual.
//!
//! No script runs but the methods by which objects show themselves
//! ([`InspectOptions::custom_inspect`]): accessors are named, not called, and proxies are not looked
//! into.

mod collections;
mod error;
mod layout;
mod names;
mod object;
mod options;
mod quote;
mod style;

use boa_engine::{
    Context, JsArgs, JsObject, JsResult, JsString, JsValue, JsVariant, NativeFunction,
    builtins::proxy::Proxy,
    js_string,
    object::FunctionObjectBuilder,
    property::{PropertyDescriptor, PropertyKey},
};

pub(super) use error::engine_stack;
pub(super) use layout::width;
pub(super) use names::own;
pub use options::InspectOptions;
pub(super) use style::without_colors;

use quote::{key_text, quote};
use style::Style;

/// Objects nested more deeply than this are only named, whatever the options say.
const MAX_LEVELS: usize = 1000;
/// Strings that are shorter than this are not broken into lines.
const MIN_BROKEN: usize = 16;

/// A value as `console.log` shows it inside of another.
///
/// If a method by which an object shows itself throws, none of them is asked.
#[must_use]
pub fn inspect(value: &JsValue, options: &InspectOptions, context: &mut Context) -> String {
    if let Ok(text) = try_inspect(value, options, context) {
        return text;
    }
    let plain = InspectOptions {
        custom_inspect: false,
        ..options.clone()
    };
    try_inspect(value, &plain, context).unwrap_or_default()
}

/// As [`inspect`].
///
/// # Errors
///
/// Whatever a method by which an object shows itself throws.
pub fn try_inspect(
    value: &JsValue,
    options: &InspectOptions,
    context: &mut Context,
) -> JsResult<String> {
    try_inspect_at(0, value, options, context)
}

/// A value as [`try_inspect`] shows it, as if it were `level` objects deep.
pub(super) fn try_inspect_at(
    level: usize,
    value: &JsValue,
    options: &InspectOptions,
    context: &mut Context,
) -> JsResult<String> {
    Inspector::new(options).value(value, level, context)
}

/// The enumerable own properties of an object: each one's key and value as `console.log` shows
/// them.
#[must_use]
pub fn inspect_properties(object: &JsObject, context: &mut Context) -> Vec<(String, String)> {
    let options = InspectOptions {
        custom_inspect: false,
        ..InspectOptions::default()
    };
    let mut inspector = Inspector::new(&options);
    inspector.seen.push(object.clone());
    let keys = object.own_property_keys(context).unwrap_or_default();
    keys.into_iter()
        .filter_map(|key| Some((own(object, &key)?, key)))
        .filter(|(property, _)| property.enumerable() == Some(true))
        .take(options.max_array_length)
        .map(|(property, key)| {
            let value = inspector.property_value(&property, 1, context);
            (key_text(&key).0, value.unwrap_or_default())
        })
        .collect()
}

/// The state of one inspection.
struct Inspector<'a> {
    options: &'a InspectOptions,
    /// The objects around the current one.
    seen: Vec<JsObject>,
    /// The objects that hold themselves, in the order they were found.
    circular: Vec<JsObject>,
    /// How far the current line is indented.
    indentation: usize,
    /// The level of the object that was looked into last.
    last_level: usize,
}

impl<'a> Inspector<'a> {
    fn new(options: &'a InspectOptions) -> Self {
        Self {
            options,
            seen: Vec::new(),
            circular: Vec::new(),
            indentation: 0,
            last_level: 0,
        }
    }

    /// The text in a style's colour, if there are to be colours.
    fn paint(&self, text: impl Into<String>, style: Style) -> String {
        let text = text.into();
        if self.options.colors {
            style.paint(&text)
        } else {
            text
        }
    }

    /// A value that is `level` objects deep.
    fn value(&mut self, value: &JsValue, level: usize, context: &mut Context) -> JsResult<String> {
        match value.variant() {
            JsVariant::Object(object) => self.object(&object, level, context),
            _ => Ok(self.primitive(value, context)),
        }
    }

    fn primitive(&self, value: &JsValue, context: &mut Context) -> String {
        let (text, style) = match value.variant() {
            JsVariant::String(text) => return self.string(&text),
            JsVariant::Float64(number) if number == 0.0 && number.is_sign_negative() => {
                ("-0".to_owned(), Style::Number)
            }
            JsVariant::BigInt(number) => (format!("{number}n"), Style::Number),
            JsVariant::Symbol(symbol) => {
                (quote::escape(&symbol.descriptive_string()), Style::Symbol)
            }
            JsVariant::Null => ("null".to_owned(), Style::Null),
            JsVariant::Undefined => ("undefined".to_owned(), Style::Undefined),
            JsVariant::Boolean(flag) => (flag.to_string(), Style::Boolean),
            // Converting a number runs no script and does not fail.
            _ => (
                value
                    .to_string(context)
                    .unwrap_or_default()
                    .to_std_string_lossy(),
                Style::Number,
            ),
        };
        self.paint(text, style)
    }

    /// A string in quotes. A long one with several lines is shown in as many pieces.
    fn string(&self, text: &JsString) -> String {
        let limit = self.options.max_string_length;
        let left_out = text.len().saturating_sub(limit);
        let rest = match left_out {
            0 => String::new(),
            1 => "... 1 more character".to_owned(),
            many => format!("... {many} more characters"),
        };
        let shown = if left_out > 0 {
            text.get(..limit).unwrap_or_default()
        } else {
            text.clone()
        };
        let room = self.options.break_length;
        if shown.len() > MIN_BROKEN && shown.len() + self.indentation + 4 > room {
            let newline = u16::from(b'\n');
            let units = shown.to_vec();
            let lines: Vec<String> = units
                .split_inclusive(|unit| *unit == newline)
                .map(|line| self.paint(quote(&JsString::from(line)), Style::String))
                .collect();
            let separator = format!(" +\n{}", " ".repeat(self.indentation + 2));
            return lines.join(&separator) + &rest;
        }
        self.paint(quote(&shown), Style::String) + &rest
    }

    fn object(
        &mut self,
        object: &JsObject,
        level: usize,
        context: &mut Context,
    ) -> JsResult<String> {
        if object.is::<Proxy>() {
            return Ok(self.paint("[Proxy]", Style::Special));
        }
        if self.options.custom_inspect
            && let Some(text) = self.custom(object, level, context)?
        {
            return Ok(text);
        }
        if self.seen.contains(object) {
            let known = self.circular.iter().position(|known| known == object);
            let index = known.unwrap_or_else(|| {
                self.circular.push(object.clone());
                self.circular.len() - 1
            });
            return Ok(self.paint(format!("[Circular *{}]", index + 1), Style::Special));
        }
        if level > MAX_LEVELS {
            return Ok(self.paint("[Object: nested too deeply]", Style::Special));
        }
        // Options may ask for more levels than a small stack has room for.
        stacker::maybe_grow(128 * 1024, 1024 * 1024, || {
            self.shown_object(object, level, context)
        })
    }

    /// What an object's own method for that says it looks like, if it has one.
    fn custom(
        &mut self,
        object: &JsObject,
        level: usize,
        context: &mut Context,
    ) -> JsResult<Option<String>> {
        let Some(key) = custom_inspect_key(context) else {
            return Ok(None);
        };
        let Some(method) = names::inherited(object, key).and_then(|method| method.as_callable())
        else {
            return Ok(None);
        };
        // The prototype object of a class that has such a method is not an instance of it.
        let is_prototype = names::own_value(object, js_string!("constructor"))
            .and_then(|constructor| constructor.as_object())
            .and_then(|constructor| names::own_value(&constructor, js_string!("prototype")))
            .is_some_and(|prototype| prototype.as_object().as_ref() == Some(object));
        if is_prototype {
            return Ok(None);
        }
        let depth = match self.options.depth {
            Some(depth) => JsValue::from(depth as f64 - level as f64),
            None => JsValue::null(),
        };
        let options = self.options.to_object(context)?;
        crate::define::operation(&options, "stylize", 2, stylize, context)?;
        let inspect = FunctionObjectBuilder::new(
            context.realm(),
            NativeFunction::from_fn_ptr(script_inspect),
        )
        .name(js_string!("inspect"))
        .length(2)
        .constructor(false)
        .build();
        let arguments = [depth, options.into(), inspect.into()];
        let shown = method.call(&object.clone().into(), &arguments, context)?;
        match shown.as_object() {
            Some(same) if same == *object => Ok(None),
            Some(_) => {
                let text = self.value(&shown, level, context)?;
                Ok(Some(text))
            }
            None => {
                let text = shown.to_string(context)?.to_std_string_lossy();
                let margin = format!("\n{}", " ".repeat(self.indentation));
                Ok(Some(text.replace('\n', &margin)))
            }
        }
    }

    /// The value of a property; an accessor is only named.
    fn property_value(
        &mut self,
        property: &PropertyDescriptor,
        level: usize,
        context: &mut Context,
    ) -> JsResult<String> {
        if let Some(value) = property.value() {
            return self.indented(|this| this.value(value, level, context));
        }
        let is_set = |accessor: Option<&JsValue>| accessor.is_some_and(|f| !f.is_undefined());
        Ok(match (is_set(property.get()), is_set(property.set())) {
            (true, true) => self.paint("[Getter/Setter]", Style::Special),
            (true, false) => self.paint("[Getter]", Style::Special),
            (false, true) => self.paint("[Setter]", Style::Special),
            (false, false) => self.paint("undefined", Style::Undefined),
        })
    }

    /// Runs `f` one step further to the right.
    fn indented<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        self.indentation += 2;
        let result = f(self);
        self.indentation -= 2;
        result
    }

    /// A property with its key.
    fn property(
        &mut self,
        key: &PropertyKey,
        property: &PropertyDescriptor,
        level: usize,
        context: &mut Context,
    ) -> JsResult<String> {
        let value = self.property_value(property, level, context)?;
        let key = self.key(key, property.enumerable() != Some(false));
        Ok(format!("{key}: {value}"))
    }

    /// A key as it stands before the colon.
    fn key(&self, key: &PropertyKey, enumerable: bool) -> String {
        let (text, quoted) = key_text(key);
        match key {
            PropertyKey::Symbol(_) => format!("[{}]", self.paint(text, Style::Symbol)),
            PropertyKey::String(name) if !enumerable => format!("[{}]", quote::escape(name)),
            _ if quoted => self.paint(text, Style::String),
            _ => text,
        }
    }
}

/// The symbol that names the methods by which objects show themselves.
fn custom_inspect_key(context: &mut Context) -> Option<PropertyKey> {
    /// The symbol, once it was asked for; none if scripts had replaced `Symbol.for` by then.
    #[derive(Clone)]
    struct Known(Option<boa_engine::JsSymbol>);

    if let Some(known) = context.get_data::<Known>() {
        return known.0.clone().map(PropertyKey::from);
    }
    let constructor = context.intrinsics().constructors().symbol().constructor();
    let symbol = names::own_value(&constructor, js_string!("for"))
        .and_then(|method| method.as_callable())
        .filter(names::is_native)
        .and_then(|method| {
            let key = js_string!("nodejs.util.inspect.custom");
            let symbol = method.call(&constructor.into(), &[key.into()], context);
            symbol.ok()?.as_symbol()
        });
    context.insert_data(Known(symbol.clone()));
    symbol.map(PropertyKey::from)
}

/// The function `inspect` for methods by which objects show themselves.
fn script_inspect(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let options = InspectOptions::default().updated_from(args.get_or_undefined(1), context)?;
    let text = try_inspect(args.get_or_undefined(0), &options, context)?;
    Ok(js_string!(text).into())
}

/// The function `stylize` of the options: a text in the colour of a type, if there are colours.
fn stylize(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?;
    let name = args.get_or_undefined(1).to_string(context)?;
    let colors = match this.as_object() {
        Some(options) => options.get(js_string!("colors"), context)?.to_boolean(),
        None => false,
    };
    match Style::named(&name.to_std_string_lossy()) {
        Some(style) if colors => Ok(js_string!(style.paint(&text.to_std_string_lossy())).into()),
        _ => Ok(text.into()),
    }
}
