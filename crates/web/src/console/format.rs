//! The arguments of a console call as one text.
//!
//! Spec: <https://console.spec.whatwg.org/#formatter>

use boa_engine::{Context, JsResult, JsValue, JsVariant};

use super::inspect::{inspect, inspect_to};

/// Formats the arguments: format specifiers in the first one, if it is a string, take the
/// next arguments; the others follow, separated by spaces.
pub(super) fn format(args: &[JsValue], context: &mut Context) -> String {
    let Some((first, mut rest)) = args.split_first() else {
        return String::new();
    };
    let mut text = match first.as_string() {
        Some(template) if !rest.is_empty() => {
            substitute(&template.to_std_string_lossy(), &mut rest, context)
        }
        _ => display(first, context),
    };
    for value in rest {
        text.push(' ');
        text.push_str(&display(value, context));
    }
    text
}

/// A value on its own: a string stands without quotes.
pub(super) fn display(value: &JsValue, context: &mut Context) -> String {
    match value.as_string() {
        Some(text) => text.to_std_string_lossy(),
        None => inspect(value, context),
    }
}

fn substitute(template: &str, rest: &mut &[JsValue], context: &mut Context) -> String {
    let mut text = String::with_capacity(template.len());
    let mut characters = template.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '%' {
            text.push(character);
            continue;
        }
        let specifier = characters.peek().copied();
        if specifier == Some('%') {
            characters.next();
            text.push('%');
            continue;
        }
        let formatted = match (specifier, rest.first()) {
            (Some('s'), Some(value)) => string(value, context),
            (Some('d' | 'i'), Some(value)) => number(value, specifier == Some('i'), context),
            (Some('f'), Some(value)) => float(value, context),
            (Some('o'), Some(value)) => inspect_to(value, 4, context),
            (Some('O'), Some(value)) => inspect(value, context),
            // Styles mean nothing to a terminal.
            (Some('c'), Some(_)) => String::new(),
            _ => {
                text.push('%');
                continue;
            }
        };
        characters.next();
        *rest = rest.get(1..).unwrap_or_default();
        text.push_str(&formatted);
    }
    text
}

/// `%s`: an object is shown, not converted, unless that runs no script.
fn string(value: &JsValue, context: &mut Context) -> String {
    match value.variant() {
        JsVariant::Object(_) => inspect_to(value, 0, context),
        _ => display(value, context),
    }
}

/// `%d` and `%i`.
fn number(value: &JsValue, integer: bool, context: &mut Context) -> String {
    match value.variant() {
        JsVariant::BigInt(number) => format!("{number}n"),
        JsVariant::Symbol(_) | JsVariant::Object(_) => "NaN".to_owned(),
        _ => {
            let number = value.to_number(context).unwrap_or(f64::NAN);
            let number = if integer { number.trunc() } else { number };
            display(&JsValue::from(number), context)
        }
    }
}

/// `%f`.
fn float(value: &JsValue, context: &mut Context) -> String {
    match value.variant() {
        JsVariant::Symbol(_) | JsVariant::Object(_) => "NaN".to_owned(),
        JsVariant::BigInt(number) => number.to_string(),
        _ => {
            let number = value.to_number(context).unwrap_or(f64::NAN);
            display(&JsValue::from(number), context)
        }
    }
}

/// The name of a counter, timer or group.
pub(super) fn label(value: &JsValue, context: &mut Context) -> JsResult<String> {
    if value.is_undefined() {
        return Ok("default".to_owned());
    }
    Ok(value.to_string(context)?.to_std_string_lossy())
}
