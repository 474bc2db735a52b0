//! What can go wrong at the edge between script and Rust.

use std::{fmt, io, sync::Arc};

use boa_engine::{
    Context, JsError, JsObject, JsResult, JsString, JsValue,
    error::{EngineError, RuntimeLimitError},
    js_string,
    object::builtins::JsArray,
};
use taipan_web::{
    console::InspectOptions,
    permissions::{InvalidRule, NotCapable},
};
use taipan_webidl::DomException;
use url::Url;

use crate::{
    ErrorClass, Limit,
    host_error::{self, SharedError},
};

/// How many causes a report follows.
const MAX_CAUSES: usize = 8;

/// The properties of an error that have a place of their own in a report.
const TOLD: [&str; 5] = ["name", "message", "stack", "cause", "errors"];

/// An error of a [`Runtime`](crate::Runtime).
///
/// It holds no JavaScript value, so it may leave the thread of the runtime.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Script threw an exception, or a promise was rejected.
    #[error(transparent)]
    Exception(Box<Exception>),

    /// A script or module could not be read.
    #[error("cannot load {url}: {message}")]
    Load {
        /// What was to be loaded.
        url: Url,
        /// Why it could not be.
        message: String,
    },

    /// A file was not found or could not be read.
    #[error("cannot read {}: {source}", path.display())]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// What was to be run came from where the program may not read.
    ///
    /// A script that does what it may not sees an exception with the name `NotCapable`.
    #[error("NotCapable: {0}")]
    NotCapable(#[from] NotCapable),

    /// The permissions name a host, a path or a variable that says nothing.
    #[error(transparent)]
    Permissions(#[from] InvalidRule),

    /// What was run exceeded a limit of the runtime's [`Limits`](crate::Limits).
    #[error("{which}")]
    Limit {
        /// The limit.
        which: Limit,
        /// Where script was, a line each call, as far as that is known.
        stack: String,
    },

    /// What was run was stopped by a [`Terminator`](crate::Terminator).
    #[error("the run was terminated")]
    Terminated,

    /// Nothing is pending any more that could settle the promise that is waited for.
    #[error("the promise never settles: nothing is pending that could settle it")]
    NeverSettles,

    /// A blocking function was called where a tokio runtime is running already.
    #[error(
        "a blocking function cannot be called from asynchronous code: use the one ending in _async"
    )]
    WithinAsync,

    /// The engine met an internal error; this runtime cannot be used any more.
    #[error("the engine failed: {0}")]
    Engine(String),

    /// The runtime, on a thread of its own, has been shut down.
    #[error("the runtime has been shut down")]
    Closed,

    /// The system refused what the event loop needs.
    #[error("cannot set up the event loop: {0}")]
    EventLoop(#[source] io::Error),
}

/// A JavaScript exception, as far as text can tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exception {
    /// The error's `name`, such as `TypeError`; `None` when what was thrown is no error.
    pub name: Option<String>,
    /// The error's `message`, or what was thrown, as text.
    pub message: String,
    /// The stack trace, a line each call; empty when there is none.
    pub stack: String,
    /// The error's `cause`.
    pub cause: Option<Box<Exception>>,
    /// The errors of an `AggregateError`.
    pub errors: Vec<Exception>,
    /// The limit that was exceeded: too deep a recursion ends with a `RangeError`.
    pub limit: Option<Limit>,
    /// What else the error has, such as a `code`: keys and values as the console shows them.
    pub properties: Vec<(String, String)>,
    /// What a host function failed with, if this is what became of it.
    host: Host,
}

/// An error of Rust behind an exception: the same one, or none.
#[derive(Debug, Clone, Default)]
struct Host(Option<SharedError>);

impl PartialEq for Host {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Eq for Host {}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) if self.message.is_empty() => f.write_str(name)?,
            Some(name) => write!(f, "{name}: {}", self.message)?,
            None => f.write_str(&self.message)?,
        }
        Ok(())
    }
}

impl std::error::Error for Exception {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl Exception {
    /// The whole report: name and message, stack, further properties, and the same for every
    /// cause.
    #[must_use]
    pub fn report(&self) -> String {
        let mut text = self.to_string();
        self.append_details(&mut text, 0);
        text
    }

    /// The error that a host function returned, or one of its sources, if that is what script threw and its type
    /// is `E`. Script may have caught it meanwhile, and thrown the same object again.
    #[must_use]
    pub fn downcast_host<E: std::error::Error + 'static>(&self) -> Option<&E> {
        let mut next: Option<&(dyn std::error::Error + 'static)> = match &self.host.0 {
            Some(error) => Some(&**error),
            None => None,
        };
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }

    /// Makes a JavaScript error of it again: of the class that its name says, with message, stack and causes. What
    /// was no error is its text.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub fn to_js(&self, context: &mut Context) -> JsResult<JsValue> {
        let Some(name) = &self.name else {
            return Ok(JsString::from(self.message.as_str()).into());
        };
        let class = match name.as_str() {
            "TypeError" => ErrorClass::Type,
            "RangeError" => ErrorClass::Range,
            "SyntaxError" => ErrorClass::Syntax,
            "ReferenceError" => ErrorClass::Reference,
            "EvalError" => ErrorClass::Eval,
            "URIError" => ErrorClass::Uri,
            _ => ErrorClass::Error,
        };
        let cause = match &self.cause {
            Some(cause) => Some(cause.to_js(context)?),
            None => None,
        };
        let object = host_error::error_object(class, &self.message, cause, context)?;
        if class == ErrorClass::Error && name != "Error" {
            let name = JsString::from(name.as_str());
            host_error::define_hidden(&object, js_string!("name"), name, context)?;
        }
        if !self.stack.is_empty() {
            let stack = JsString::from(format!("{self}\n{}", self.stack));
            host_error::define_hidden(&object, js_string!("stack"), stack, context)?;
        }
        if !self.errors.is_empty() {
            let errors = self.errors.iter().map(|error| error.to_js(context));
            let errors = errors.collect::<JsResult<Vec<_>>>()?;
            let errors = JsArray::from_iter(errors, context);
            host_error::define_hidden(&object, js_string!("errors"), errors, context)?;
        }
        if let Some(error) = &self.host.0 {
            host_error::remember(&object, Arc::clone(error), context);
        }
        Ok(object.into())
    }

    fn append_details(&self, text: &mut String, indent: usize) {
        let margin = " ".repeat(indent);
        let mut lines = self.stack.lines().peekable();
        while let Some(line) = lines.next() {
            text.push_str(&format!("\n{margin}{line}"));
            // What recursed without end says so once.
            let mut repeated = 0;
            while lines.next_if_eq(&line).is_some() {
                repeated += 1;
            }
            if repeated > 0 {
                text.push_str(&format!("\n{margin}    ... the same {repeated} more times"));
            }
        }
        if !self.properties.is_empty() {
            let properties: Vec<_> = self
                .properties
                .iter()
                .map(|(key, value)| format!("{key}: {value}"))
                .collect();
            text.push_str(&format!(" {{ {} }}", properties.join(", ")));
        }
        for (index, error) in self.errors.iter().enumerate() {
            text.push_str(&format!("\n{margin}  [{index}] {error}"));
            error.append_details(text, indent + 4);
        }
        if let Some(cause) = &self.cause {
            text.push_str(&format!("\n{margin}Caused by: {cause}"));
            cause.append_details(text, indent);
        }
    }

    /// Reads an exception off a value that was thrown; `seen` are the errors that were read
    /// before.
    fn from_value(
        value: &JsValue,
        context: &mut Context,
        depth: usize,
        seen: &mut Vec<JsObject>,
    ) -> Self {
        let Some(object) = value.as_object().filter(is_error) else {
            return Self::plain(match value.as_string() {
                Some(text) => text.to_std_string_lossy(),
                None => taipan_web::console::inspect(value, &InspectOptions::default(), context),
            });
        };
        let name = text(&object, js_string!("name"), context);
        let mut exception = Self {
            name: Some(name.unwrap_or_else(|| "Error".to_owned())),
            message: text(&object, js_string!("message"), context).unwrap_or_default(),
            ..Self::default()
        };
        // What was told once is only named.
        if seen.contains(&object) {
            return exception;
        }
        seen.push(object.clone());
        exception.host = Host(host_error::origin(&object, context));
        let stack = text(&object, js_string!("stack"), context).unwrap_or_default();
        exception.stack = without_heading(&stack, &exception.to_string());
        exception.properties = taipan_web::console::inspect_properties(&object, context);
        exception
            .properties
            .retain(|(key, _)| !TOLD.contains(&key.as_str()));
        if depth < MAX_CAUSES {
            let cause = own(&object, js_string!("cause"), context);
            let is_seen = |cause: &JsObject| seen.contains(cause);
            if let Some(cause) =
                cause.filter(|cause| !cause.as_object().as_ref().is_some_and(is_seen))
            {
                let cause = Self::from_value(&cause, context, depth + 1, seen);
                exception.cause = Some(Box::new(cause));
            }
            exception.errors = errors_of(&object, context)
                .iter()
                .map(|error| Self::from_value(error, context, depth + 1, seen))
                .collect();
        }
        exception
    }

    fn plain(message: String) -> Self {
        Self {
            message,
            ..Self::default()
        }
    }

    /// Reads an exception off what the engine returned.
    pub(crate) fn from_js(error: JsError, context: &mut Context) -> Self {
        if let Some(engine) = error.as_engine() {
            let stack = stack_of(&error);
            let (name, message, limit) = match engine {
                _ if exceeds_recursion(&error) => (
                    "RangeError",
                    "Maximum call stack size exceeded".to_owned(),
                    Some(Limit::Recursion(context.runtime_limits().recursion_limit())),
                ),
                other => ("InternalError", other.to_string(), None),
            };
            return Self {
                name: Some(name.to_owned()),
                stack,
                limit,
                ..Self::plain(message)
            };
        }
        match error.into_opaque(context) {
            Ok(value) => Self::from_value(&value, context, 0, &mut Vec::new()),
            Err(error) => Self::plain(error.to_string()),
        }
    }
}

/// Whether calls nested too deeply.
///
/// Where the engine takes it that a call of its own cannot fail, and that call was one too many, it says that it has
/// failed itself. It has not: it gives the call up like any other.
pub(crate) fn exceeds_recursion(error: &JsError) -> bool {
    match error.as_engine() {
        Some(EngineError::RuntimeLimit(limit)) => matches!(
            limit,
            RuntimeLimitError::Recursion | RuntimeLimitError::StackSize
        ),
        Some(EngineError::Panic(panic)) => {
            let source = std::error::Error::source(panic);
            // It says that it is what it keeps, which is a box.
            let source = source.and_then(|source| source.downcast_ref::<Box<JsError>>());
            source.is_some_and(|source| exceeds_recursion(source))
        }
        _ => false,
    }
}

/// What the engine says if it has failed.
pub(crate) fn fatal(error: &JsError) -> Option<String> {
    match error.as_engine() {
        Some(EngineError::Panic(panic)) if !exceeds_recursion(error) => {
            Some(panic.message().to_owned())
        }
        _ => None,
    }
}

/// Whether an object is an error by its nature; what merely has a name and a message is not.
fn is_error(object: &JsObject) -> bool {
    object.is::<boa_engine::builtins::error::Error>() || object.is::<DomException>()
}

/// The stack of an error that the engine made: what it displays after its first line.
fn stack_of(error: &JsError) -> String {
    let shown = error.to_string();
    shown
        .split_once('\n')
        .map_or_else(String::new, |(_, stack)| stack.to_owned())
}

/// Some engines, and scripts that set `stack`, repeat name and message there.
fn without_heading(stack: &str, heading: &str) -> String {
    stack
        .strip_prefix(heading)
        .unwrap_or(stack)
        .trim_matches('\n')
        .to_owned()
}

/// A property as text, if it is there and a string. Getters run, as they do for an
/// error's `stack`; what they throw is of no interest here.
fn text(object: &JsObject, key: JsString, context: &mut Context) -> Option<String> {
    let value = object.get(key, context).ok()?;
    value.as_string().map(|text| text.to_std_string_lossy())
}

/// A property the object has itself.
fn own(object: &JsObject, key: JsString, context: &mut Context) -> Option<JsValue> {
    if !object.has_own_property(key.clone(), context).ok()? {
        return None;
    }
    object.get(key, context).ok()
}

/// The first errors of an `AggregateError`.
fn errors_of(object: &JsObject, context: &mut Context) -> Vec<JsValue> {
    let Some(errors) = own(object, js_string!("errors"), context) else {
        return Vec::new();
    };
    let Some(errors) = errors.as_object().filter(JsObject::is_array) else {
        return Vec::new();
    };
    (0..MAX_CAUSES)
        .map_while(|index| own(&errors, js_string!(index.to_string()), context))
        .collect()
}

impl Error {
    /// Converts what the engine returned.
    pub(crate) fn from_js(error: JsError, context: &mut Context) -> Self {
        if let Some(message) = fatal(&error) {
            return Self::Engine(message);
        }
        if let Some(EngineError::RuntimeLimit(RuntimeLimitError::LoopIteration)) = error.as_engine()
        {
            let iterations = context.runtime_limits().loop_iteration_limit();
            return Self::Limit {
                which: Limit::LoopIterations(iterations),
                stack: stack_of(&error),
            };
        }
        Self::Exception(Box::new(Exception::from_js(error, context)))
    }

    /// The JavaScript exception, if it is one.
    #[must_use]
    pub fn exception(&self) -> Option<&Exception> {
        match self {
            Self::Exception(exception) => Some(exception),
            _ => None,
        }
    }

    /// The limit that was exceeded, if one was.
    #[must_use]
    pub fn limit(&self) -> Option<Limit> {
        match self {
            Self::Limit { which, .. } => Some(*which),
            Self::Exception(exception) => exception.limit,
            _ => None,
        }
    }

    /// The whole error for a human: with stack and causes if it has them.
    #[must_use]
    pub fn report(&self) -> String {
        match self {
            Self::Exception(exception) => exception.report(),
            Self::Limit { which, stack } if !stack.is_empty() => format!("{which}\n{stack}"),
            other => other.to_string(),
        }
    }
}
