//! Reporting exceptions that nobody caught.

use std::{cell::Cell, rc::Rc};

use boa_engine::{Context, JsArgs, JsError, JsObject, JsResult, JsString, JsValue, js_string};
use taipan_webidl::convert;

use super::{ErrorEvent, EventInit, dispatch, error_event::ErrorInfo, event_target::has_listeners};
use crate::{
    console::{self, Level},
    structured_clone::Text,
};

/// What is done with an exception that no listener of `error` has dealt with.
pub type ExceptionReport = dyn Fn(JsError, &mut Context);

/// What the reporting of one context knows.
#[derive(Default)]
struct Reporting {
    report: Option<Rc<ExceptionReport>>,
    /// The "in error reporting mode" of the global object.
    active: Rc<Cell<bool>>,
}

/// Sets what is done with an exception that no listener of `error` has dealt with. Without it, it is
/// written to the console.
pub fn set_exception_report(
    report: impl Fn(JsError, &mut Context) + 'static,
    context: &mut Context,
) {
    context.insert_data(Reporting {
        report: Some(Rc::new(report)),
        ..Reporting::default()
    });
}

/// Reports an exception: fires `error` at the global object, and unless a listener cancels that, does
/// what [`set_exception_report`] has set.
///
/// <https://html.spec.whatwg.org/multipage/webappapis.html#report-an-exception>
pub fn report_exception(error: JsError, context: &mut Context) {
    let handled = fire_error(&error, context);
    match handled {
        Ok(true) => {}
        Ok(false) => report_unhandled(error, context),
        // Firing the event met an error of the engine: it is the one to be known.
        Err(fatal) => {
            report_unhandled(error, context);
            report_unhandled(fatal, context);
        }
    }
}

/// Fires `error` at the global object; the result is whether a listener has dealt with it.
///
/// # Errors
/// An error of the engine itself.
pub fn fire_error(error: &JsError, context: &mut Context) -> JsResult<bool> {
    // What no script can catch, no script hears of.
    if error.as_engine().is_some() {
        return Ok(false);
    }
    reporting(context, |_, context| dispatch_error(error, context))
}

/// Calls `fire`, which fires `error` at the global object, if there is somebody to listen.
fn reporting(
    context: &mut Context,
    fire: impl FnOnce(&JsObject, &mut Context) -> JsResult<bool>,
) -> JsResult<bool> {
    let global = context.global_object();
    if !has_listeners(&global, "error", context) {
        return Ok(false);
    }
    let active = match context.get_data::<Reporting>() {
        Some(reporting) => Rc::clone(&reporting.active),
        None => {
            let reporting = Reporting::default();
            let active = Rc::clone(&reporting.active);
            context.insert_data(reporting);
            active
        }
    };
    // An exception of a listener of `error` is not told to the listeners again.
    if active.replace(true) {
        return Ok(false);
    }
    let result = fire(&global, context);
    active.set(false);
    result
}

/// Whether the listeners of `error` are running. Microtasks wait for their end: an exception in one of those
/// could not be told to the listeners.
pub(super) fn is_reporting(context: &Context) -> bool {
    context
        .get_data::<Reporting>()
        .is_some_and(|reporting| reporting.active.get())
}

fn dispatch_error(error: &JsError, context: &mut Context) -> JsResult<bool> {
    let info = extract(error, context)?;
    let event = ErrorEvent::create("error", EventInit::CANCELABLE, info, context);
    let global = context.global_object();
    dispatch(&global, &event.upcast(), context).map(|not_canceled| !not_canceled)
}

/// What is known of an error that was thrown in another agent, where what was thrown stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorDetails {
    /// What a human is told.
    pub message: Text,
    /// The URL of the script, empty if it is not known.
    pub filename: Text,
    /// The line, from 1; 0 if it is not known.
    pub lineno: u32,
    /// The column, from 1; 0 if it is not known.
    pub colno: u32,
}

impl ErrorDetails {
    /// What an `ErrorEvent` tells of an error, for another agent.
    pub fn of(error: &JsError, context: &mut Context) -> Self {
        match extract(error, context) {
            Ok(info) => Self {
                message: Text::from(&info.message),
                filename: Text::from(&info.filename),
                lineno: info.lineno,
                colno: info.colno,
            },
            // One of the engine's own, which is no value.
            Err(_) => Self {
                message: Text::from(error.to_string().lines().next().unwrap_or_default()),
                ..Self::default()
            },
        }
    }

    /// Fires `error` at `target`, a worker; the result is whether a listener has dealt with it.
    ///
    /// # Errors
    /// See [`dispatch`].
    pub fn fire(&self, target: &JsObject, context: &mut Context) -> JsResult<bool> {
        let info = ErrorInfo {
            message: JsString::from(&self.message),
            filename: JsString::from(&self.filename),
            lineno: self.lineno,
            colno: self.colno,
            error: JsValue::null(),
        };
        let event = ErrorEvent::create("error", EventInit::CANCELABLE, info, context);
        dispatch(target, &event.upcast(), context).map(|not_canceled| !not_canceled)
    }

    /// Fires `error` at the global object, as [`fire_error`] does.
    ///
    /// # Errors
    /// An error of the engine itself.
    pub fn fire_at_global(&self, context: &mut Context) -> JsResult<bool> {
        reporting(context, |global, context| self.fire(global, context))
    }
}

fn report_unhandled(error: JsError, context: &mut Context) {
    let report = context
        .get_data::<Reporting>()
        .and_then(|reporting| reporting.report.clone());
    match report {
        Some(report) => report(error, context),
        None => {
            let text = match error.as_engine() {
                Some(engine) => engine.to_string(),
                None => match error.into_opaque(context) {
                    Ok(value) => {
                        console::inspect(&value, &console::InspectOptions::default(), context)
                    }
                    Err(error) => error.to_string(),
                },
            };
            console::write(Level::Error, &format!("Uncaught {text}"), context);
        }
    }
}

/// What an `ErrorEvent` tells of an exception.
///
/// <https://html.spec.whatwg.org/multipage/webappapis.html#extract-error>
fn extract(error: &JsError, context: &mut Context) -> JsResult<ErrorInfo> {
    // What the engine displays behind its first lines is the stack of the throw.
    let trace = error.to_string();
    let value = error.clone().into_opaque(context)?;
    let is_error = value
        .as_object()
        .is_some_and(|object| object.is::<boa_engine::builtins::error::Error>());
    let mut place = of_source(error).or_else(|| innermost(&trace));
    if place.is_none() && is_error
        // It may have come through a promise, but remembers where it was made.
        && let Some(error) = value.as_object()
        && let Ok(stack) = error.get(js_string!("stack"), context)
        && let Some(stack) = stack.as_string()
    {
        place = innermost(&stack.to_std_string_lossy());
    }
    let shown = match value.as_object() {
        Some(_) if is_error => value
            .to_string(context)
            .map_or_else(|_| "Error".to_owned(), |text| text.to_std_string_lossy()),
        _ => match value.as_string() {
            Some(text) => text.to_std_string_lossy(),
            None => console::inspect(&value, &console::InspectOptions::default(), context),
        },
    };
    let place = place.or_else(|| running(context)).unwrap_or_default();
    Ok(ErrorInfo {
        message: js_string!(format!("Uncaught {shown}")),
        filename: js_string!(place.filename),
        lineno: place.line,
        colno: place.column,
        error: value,
    })
}

/// A place in a script.
#[derive(Debug, Default, PartialEq, Eq)]
struct Place {
    filename: String,
    line: u32,
    column: u32,
}

/// Where a source text cannot be parsed, which is not where the script is that wanted it.
fn of_source(error: &JsError) -> Option<Place> {
    let native = error.as_native().filter(|native| native.is_syntax())?;
    let (_, place) = native.message().rsplit_once(" at line ")?;
    let (place, filename) = place.strip_suffix(')')?.split_once(" (")?;
    let (line, column) = place.split_once(", col ")?;
    Some(Place {
        filename: filename.to_owned(),
        line: line.parse().ok()?,
        column: column.parse().ok()?,
    })
}

/// Where the script is that runs now, for what was never thrown.
fn running(context: &Context) -> Option<Place> {
    context.stack_trace().find_map(|frame| {
        let location = frame.position();
        let position = location.position?;
        Some(Place {
            filename: location.path.to_string(),
            line: position.line_number(),
            column: position.column_number(),
        })
    })
}

/// The innermost place of a stack as the engine writes it: `    at name (URL:line:column)`.
fn innermost(stack: &str) -> Option<Place> {
    stack.lines().find_map(|line| {
        let call = line.trim_start().strip_prefix("at ")?;
        let (_, place) = call.strip_suffix(')')?.rsplit_once(" (")?;
        if place.starts_with("native") {
            return None;
        }
        let (rest, column) = place.rsplit_once(':')?;
        let (filename, line) = rest.rsplit_once(':')?;
        Some(Place {
            filename: filename.to_owned(),
            line: line.parse().ok()?,
            column: column.parse().ok()?,
        })
    })
}

/// <https://html.spec.whatwg.org/multipage/webappapis.html#dom-reporterror>
pub(super) fn report_error(
    _: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    convert::required_by(args, 0, 1, "reportError")?;
    let error = JsError::from_opaque(args.get_or_undefined(0).clone());
    report_exception(error, context);
    Ok(JsValue::undefined())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_innermost_place_in_a_script() {
        let stack = "Error: (a) at b\n    at f (native)\n    at g (file:///a%20(1).js:12:34)\n    at <main> (x:1:2)";
        assert_eq!(
            innermost(stack),
            Some(Place {
                filename: "file:///a%20(1).js".to_owned(),
                line: 12,
                column: 34
            })
        );
        assert_eq!(innermost("Error: at (x)"), None);
        assert_eq!(innermost("    at f (unknown at :?:?)"), None);
    }
}
