//! Errors: name, message, stack, cause.

use boa_engine::{
    Context, JsObject, JsString, builtins::error::Error, js_string, property::PropertyKey,
};
use taipan_webidl::{DomException, implementation};

use super::names::{
    Constructor, chain, inherited, inherited_text, native_getter, own, own_text, own_value,
};

/// Frames that an error shares with its cause are left out if they are more than this.
const SHARED_FRAMES: usize = 3;

/// Whether an object is shown as an error: an error of the language, a `DOMException`, or what
/// inherits from `Error.prototype`.
pub(super) fn is_error(object: &JsObject, context: &Context) -> bool {
    if object.is::<Error>() || object.is::<DomException>() {
        return true;
    }
    let prototype = context.intrinsics().constructors().error().prototype();
    chain(object).skip(1).any(|object| object == prototype)
}

/// The parts of an error that its text is made of.
pub(super) struct ErrorText {
    /// Name, message and the frames of the stack.
    pub(super) text: String,
    /// Own properties that the text tells already.
    pub(super) told: Vec<PropertyKey>,
}

impl ErrorText {
    /// Reads an error; `tag` is its `@@toStringTag`.
    pub(super) fn of(
        error: &JsObject,
        constructor: &Constructor,
        tag: &str,
        context: &mut Context,
    ) -> Self {
        let name = name(error);
        let message = message(error);
        let mut text = stack_text(error, context);
        let told = [
            (js_string!("name"), &name),
            (js_string!("message"), &message),
            (js_string!("stack"), &text),
        ]
        .into_iter()
        .filter(|(key, value)| {
            own_text(error, key.clone()).is_some_and(|own| own == **value && text.contains(&own))
        })
        .map(|(key, _)| key.into())
        .collect();
        text = with_class_name(text, &name, constructor, tag);
        let after_message = match text.find(&message) {
            Some(start) if !message.is_empty() => start + message.len(),
            _ => 0,
        };
        text = match text.get(after_message..).and_then(frames_at) {
            None => format!("[{text}]"),
            Some(offset) => {
                let start = after_message + offset;
                let (heading, frames) = text.split_at(start);
                let frames = without_shared_frames(error, frames, context);
                format!("{heading}{frames}")
            }
        };
        Self { text, told }
    }
}

fn name(error: &JsObject) -> String {
    own_text(error, js_string!("name"))
        .or_else(|| {
            let exception = implementation::<DomException>(error)?;
            let exception = exception.borrow();
            Some(exception.data().name().to_std_string_lossy())
        })
        .or_else(|| inherited_text(error, js_string!("name")))
        .unwrap_or_else(|| "Error".to_owned())
}

fn message(error: &JsObject) -> String {
    own_text(error, js_string!("message"))
        .or_else(|| {
            let exception = implementation::<DomException>(error)?;
            let exception = exception.borrow();
            Some(exception.data().message().to_std_string_lossy())
        })
        .or_else(|| inherited_text(error, js_string!("message")))
        .unwrap_or_default()
}

/// The heading and the frames. A `stack` that a script has set stands as it is.
fn stack_text(error: &JsObject, context: &mut Context) -> String {
    if let Some(stack) = own_text(error, js_string!("stack")).filter(|stack| !stack.is_empty()) {
        return stack;
    }
    let (name, message) = (name(error), message(error));
    let mut text = match (name.is_empty(), message.is_empty()) {
        (_, true) => name,
        (true, _) => message,
        _ => format!("{name}: {message}"),
    };
    let frames = engine_stack(error, context).unwrap_or_default();
    let frames = frames.trim_end_matches('\n');
    if !frames.is_empty() {
        text.push('\n');
        text.push_str(frames);
    }
    text
}

/// What the engine's own accessor gives.
pub(in crate::console) fn engine_stack(error: &JsObject, context: &mut Context) -> Option<String> {
    let key = js_string!("stack");
    let prototypes: Vec<_> = chain(error).skip(1).collect();
    let getter = prototypes
        .iter()
        .find_map(|prototype| native_getter(prototype, key.clone()))
        .or_else(|| {
            let error = context.intrinsics().constructors().error().prototype();
            native_getter(&error, key.clone())
        })?;
    let stack = getter.call(&error.clone().into(), &[], context).ok()?;
    Some(stack.as_string()?.to_std_string_lossy())
}

/// Where the frames start, if there are any.
fn frames_at(stack: &str) -> Option<usize> {
    stack.find("\n    at")
}

/// Names the class of an error whose `name` is that of its base class, or another one.
fn with_class_name(text: String, name: &str, constructor: &Constructor, tag: &str) -> String {
    let Some(rest) = text.strip_prefix(name) else {
        return text;
    };
    let is_heading = rest.is_empty() || rest.starts_with(':') || rest.starts_with('\n');
    if !is_heading || (!name.ends_with("Error") && *constructor != Constructor::NullPrototype) {
        return text;
    }
    let class = constructor.prefix(tag, "Error", "");
    let class = class.trim_end();
    if class == name {
        text
    } else if class.contains(name) {
        format!("{class}{rest}")
    } else {
        format!("{class} [{name}]{rest}")
    }
}

/// The frames, without the many that the error's cause has as well.
fn without_shared_frames(error: &JsObject, frames: &str, context: &mut Context) -> String {
    let Some(cause) = inherited(error, js_string!("cause"))
        .and_then(|cause| cause.as_object())
        .filter(|cause| is_error(cause, context))
    else {
        return frames.to_owned();
    };
    let cause = stack_text(&cause, context);
    let Some(start) = frames_at(&cause) else {
        return frames.to_owned();
    };
    let theirs: Vec<&str> = cause.get(start..).unwrap_or_default().lines().collect();
    let ours: Vec<&str> = frames.lines().collect();
    let shared = (0..ours.len()).find_map(|index| {
        let line = ours.get(index)?;
        if line.is_empty() {
            return None;
        }
        let position = theirs.iter().position(|other| other == line)?;
        let pairs = ours.iter().skip(index).zip(theirs.iter().skip(position));
        let count = pairs.take_while(|(a, b)| a == b).count();
        (count > SHARED_FRAMES).then_some((index, count))
    });
    let Some((index, count)) = shared else {
        return frames.to_owned();
    };
    let left_out = count - 2;
    let mut lines: Vec<String> = ours.into_iter().map(str::to_owned).collect();
    let note = format!("    ... {left_out} lines matching cause stack trace ...");
    lines.splice(index + 1..index + 1 + left_out, [note]);
    lines.join("\n")
}

/// The cause, and the errors of an `AggregateError`, which are told although they are not
/// enumerable.
pub(super) fn inner_keys(error: &JsObject) -> impl Iterator<Item = JsString> {
    let errors = own_value(error, js_string!("errors"))
        .and_then(|errors| errors.as_object())
        .filter(JsObject::is_array)
        .map(|_| js_string!("errors"));
    let cause = own(error, &js_string!("cause").into()).map(|_| js_string!("cause"));
    cause.into_iter().chain(errors)
}
