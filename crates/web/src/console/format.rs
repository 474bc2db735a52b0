//! The arguments of a console call as one text.
//!
//! Spec: <https://console.spec.whatwg.org/#formatter>

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsValue, JsVariant, js_string, property::PropertyKey,
};

use super::inspect::{InspectOptions, own, try_inspect};

/// Formats the arguments: format specifiers in the first one, if it is a string, take the
/// next arguments; the others follow, separated by spaces.
pub(super) fn format(
    args: &[JsValue],
    options: &InspectOptions,
    context: &mut Context,
) -> JsResult<String> {
    let Some((first, mut rest)) = args.split_first() else {
        return Ok(String::new());
    };
    let mut text = match first.as_string() {
        Some(template) if !rest.is_empty() => substitute(&template, &mut rest, options, context)?,
        _ => display(first, options, context)?,
    };
    for value in rest {
        text.push(' ');
        text.push_str(&display(value, options, context)?);
    }
    Ok(text)
}

/// A value on its own: a string stands without quotes.
pub(super) fn display(
    value: &JsValue,
    options: &InspectOptions,
    context: &mut Context,
) -> JsResult<String> {
    match value.as_string() {
        Some(text) => Ok(text.to_std_string_lossy()),
        None => try_inspect(value, options, context),
    }
}

fn substitute(
    template: &JsString,
    rest: &mut &[JsValue],
    options: &InspectOptions,
    context: &mut Context,
) -> JsResult<String> {
    let template = template.to_std_string_lossy();
    let mut text = String::with_capacity(template.len());
    let mut characters = template.chars().peekable();
    while let Some(character) = characters.next() {
        let specifier = match character {
            '%' => characters.peek().copied(),
            _ => None,
        };
        if specifier == Some('%') {
            characters.next();
            text.push('%');
            continue;
        }
        let formatted = match (specifier, rest.first()) {
            (Some('s'), Some(value)) => string(value, options, context)?,
            (Some('d'), Some(value)) => {
                number(value, |value, context| value.to_number(context), context)?
            }
            (Some('i'), Some(value)) => number(value, parse_integer, context)?,
            (Some('f'), Some(value)) => number(value, parse_float, context)?,
            (Some('j'), Some(value)) => json(value, context)?,
            (Some('o'), Some(value)) => {
                let options = InspectOptions {
                    show_hidden: true,
                    ..options.with_depth(4)
                };
                try_inspect(value, &options, context)?
            }
            (Some('O'), Some(value)) => try_inspect(value, options, context)?,
            // Styles mean nothing to a terminal.
            (Some('c'), Some(_)) => String::new(),
            _ => {
                text.push(character);
                continue;
            }
        };
        characters.next();
        *rest = rest.get(1..).unwrap_or_default();
        text.push_str(&formatted);
    }
    Ok(text)
}

/// `%s`: an object is converted if its class says how, and shown otherwise.
fn string(value: &JsValue, options: &InspectOptions, context: &mut Context) -> JsResult<String> {
    match value.variant() {
        JsVariant::Object(object) if !has_own_conversion(&object, context) => {
            let options = InspectOptions {
                colors: false,
                compact: 3,
                ..options.with_depth(0)
            };
            try_inspect(value, &options, context)
        }
        JsVariant::Object(_) => Ok(value.to_string(context)?.to_std_string_lossy()),
        JsVariant::String(text) => Ok(text.to_std_string_lossy()),
        _ => try_inspect(value, &InspectOptions::default(), context),
    }
}

/// Whether an object is a function or has a `toString` that is not one of the language's own.
fn has_own_conversion(object: &JsObject, context: &Context) -> bool {
    if object.is::<boa_engine::builtins::proxy::Proxy>() {
        return false;
    }
    if object.is_callable() {
        return true;
    }
    let key = PropertyKey::from(js_string!("toString"));
    let holder = std::iter::successors(Some(object.clone()), JsObject::prototype)
        .find(|holder| own(holder, &key).is_some());
    let Some(holder) = holder else {
        return false;
    };
    let is_callable = own(&holder, &key)
        .and_then(|property| property.value().and_then(JsValue::as_callable))
        .is_some();
    if !is_callable {
        return false;
    }
    if holder == *object {
        return true;
    }
    let constructors = context.intrinsics().constructors();
    ![
        constructors.object(),
        constructors.array(),
        constructors.error(),
        constructors.date(),
        constructors.regexp(),
        constructors.boolean(),
        constructors.number(),
        constructors.string(),
        constructors.symbol(),
        constructors.bigint(),
    ]
    .iter()
    .any(|constructor| constructor.prototype() == holder)
}

/// `%d`, `%i` and `%f`.
fn number(
    value: &JsValue,
    convert: fn(&JsValue, &mut Context) -> JsResult<f64>,
    context: &mut Context,
) -> JsResult<String> {
    let number = match value.variant() {
        JsVariant::BigInt(number) => return Ok(format!("{number}n")),
        JsVariant::Symbol(_) => f64::NAN,
        _ => convert(value, context)?,
    };
    try_inspect(&JsValue::from(number), &InspectOptions::default(), context)
}

/// What `parseInt` makes of a value.
fn parse_integer(value: &JsValue, context: &mut Context) -> JsResult<f64> {
    parse(js_string!("parseInt"), value, context)
}

/// What `parseFloat` makes of a value.
fn parse_float(value: &JsValue, context: &mut Context) -> JsResult<f64> {
    parse(js_string!("parseFloat"), value, context)
}

fn parse(name: JsString, value: &JsValue, context: &mut Context) -> JsResult<f64> {
    let constructor = context.intrinsics().constructors().number().constructor();
    let parse = own(&constructor, &name.into())
        .and_then(|property| property.value().and_then(JsValue::as_callable));
    match parse {
        Some(parse) => parse
            .call(&JsValue::undefined(), std::slice::from_ref(value), context)?
            .to_number(context),
        None => value.to_number(context),
    }
}

/// `%j`.
fn json(value: &JsValue, context: &mut Context) -> JsResult<String> {
    let json = context.intrinsics().objects().json();
    let stringify = own(&json, &js_string!("stringify").into())
        .and_then(|property| property.value().and_then(JsValue::as_callable));
    let Some(stringify) = stringify else {
        return Ok("undefined".to_owned());
    };
    let text = stringify.call(&json.into(), std::slice::from_ref(value), context)?;
    Ok(text.to_string(context)?.to_std_string_lossy())
}

/// The name of a counter, timer or group.
pub(super) fn label(value: &JsValue, context: &mut Context) -> JsResult<String> {
    if value.is_undefined() {
        return Ok("default".to_owned());
    }
    Ok(value.to_string(context)?.to_std_string_lossy())
}
