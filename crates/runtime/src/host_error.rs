//! Errors of Rust as script sees them.

use std::{
    any::Any,
    convert::Infallible,
    error::Error as StdError,
    fmt, io, num,
    str::{ParseBoolError, Utf8Error},
    string::FromUtf8Error,
    sync::Arc,
};

use boa_engine::{
    Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string,
    object::builtins::JsWeakMap, property::PropertyDescriptor,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::DomException;

use crate::{Error, Exception, RandomError};

/// So many sources of an error become causes.
const MAX_CAUSES: usize = 8;

/// The class of an error that script gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ErrorClass {
    /// `Error`.
    #[default]
    Error,
    /// `TypeError`.
    Type,
    /// `RangeError`.
    Range,
    /// `SyntaxError`.
    Syntax,
    /// `ReferenceError`.
    Reference,
    /// `EvalError`.
    Eval,
    /// `URIError`.
    Uri,
    /// A `DOMException` of that name, `"NotFoundError"` say.
    Dom(&'static str),
    /// An `Error` whose `name` is this.
    Named(&'static str),
}

/// Errors that a host function may return; they are thrown to script.
///
/// It is implemented for what std and the engine have, for text, for boxed errors (and so, by `?`, for whatever
/// converts to `Box<dyn Error + Send + Sync>`), and for [`HostError`]. A type of one's own says which class it wants:
///
/// ```
/// use taipan::{ErrorClass, HostError, IntoJsError, engine::{Context, JsError}};
///
/// #[derive(Debug)]
/// struct OutOfStock { item: String }
///
/// impl std::fmt::Display for OutOfStock {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         write!(f, "there is no {} left", self.item)
///     }
/// }
///
/// impl std::error::Error for OutOfStock {}
///
/// impl IntoJsError for OutOfStock {
///     fn into_js_error(self, context: &mut Context) -> JsError {
///         HostError::new(ErrorClass::Range, self).into_js_error(context)
///     }
/// }
///
/// let mut runtime = taipan::Runtime::builder()
///     .function("buy", |item: String| -> Result<(), OutOfStock> { Err(OutOfStock { item }) })
///     .build()?;
/// let error = runtime.eval("buy('bread')").unwrap_err();
/// assert_eq!(error.to_string(), "RangeError: there is no bread left");
/// // The error itself comes back.
/// let exception = error.exception().unwrap();
/// assert_eq!(exception.downcast_host::<OutOfStock>().unwrap().item, "bread");
/// # Ok::<_, taipan::Error>(())
/// ```
pub trait IntoJsError {
    /// Makes the error that is thrown.
    fn into_js_error(self, context: &mut Context) -> JsError;
}

/// An error of Rust together with the class that script is to see.
///
/// Its sources become the `cause`, and the causes of the cause, of the JavaScript error.
///
/// ```
/// use taipan::{ErrorClass, HostError};
///
/// fn read(path: &str) -> Result<String, HostError> {
///     // Every error becomes one; `Error` is the class unless another one is asked for.
///     let text = std::fs::read_to_string(path)?;
///     let first = text.lines().next();
///     Ok(first.ok_or_else(|| HostError::new(ErrorClass::Range, "the file is empty"))?.to_owned())
/// }
///
/// let mut runtime = taipan::Runtime::builder()
///     .function("read", |path: String| {
///         read(&path).map_err(|error| error.with_code("ENOENT").context("cannot read the settings"))
///     })
///     .build()?;
/// let report: String = runtime.eval_as(
///     "try { read('/nowhere') } catch (error) { [error.code, error.message, error.cause.name].join() }",
/// )?;
/// assert_eq!(report, "ENOENT,cannot read the settings,Error");
/// # Ok::<_, taipan::Error>(())
/// ```
pub struct HostError {
    class: ErrorClass,
    code: Option<String>,
    error: Box<dyn StdError + Send + Sync>,
}

impl HostError {
    /// An error of this class; the message is what `error` displays.
    pub fn new(class: ErrorClass, error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            class,
            code: None,
            error: error.into(),
        }
    }

    /// Sets the property `code`, by which scripts tell errors apart.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Makes this error the cause of another one with that message, of the same class and code.
    #[must_use]
    pub fn context(self, message: impl Into<String>) -> Self {
        Self {
            class: self.class,
            code: self.code,
            error: Box::new(Behind {
                message: message.into(),
                source: self.error,
            }),
        }
    }
}

/// A message with what is behind it.
#[derive(Debug)]
struct Behind {
    message: String,
    source: Box<dyn StdError + Send + Sync>,
}

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Behind {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

impl fmt::Debug for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostError")
            .field("class", &self.class)
            .field("code", &self.code)
            .field("error", &self.error)
            .finish()
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for HostError {
    fn from(error: E) -> Self {
        let code = (&error as &dyn Any)
            .downcast_ref::<io::Error>()
            .and_then(io_code);
        let mut error = Self::new(ErrorClass::Error, error);
        error.code = code.map(str::to_owned);
        error
    }
}

/// How scripts know errors of the system.
fn io_code(error: &io::Error) -> Option<&'static str> {
    use io::ErrorKind;
    Some(match error.kind() {
        ErrorKind::NotFound => "ENOENT",
        ErrorKind::PermissionDenied => "EACCES",
        ErrorKind::AlreadyExists => "EEXIST",
        ErrorKind::NotADirectory => "ENOTDIR",
        ErrorKind::IsADirectory => "EISDIR",
        ErrorKind::DirectoryNotEmpty => "ENOTEMPTY",
        ErrorKind::ConnectionRefused => "ECONNREFUSED",
        ErrorKind::ConnectionReset => "ECONNRESET",
        ErrorKind::AddrInUse => "EADDRINUSE",
        ErrorKind::BrokenPipe => "EPIPE",
        ErrorKind::TimedOut => "ETIMEDOUT",
        ErrorKind::StorageFull => "ENOSPC",
        ErrorKind::InvalidInput => "EINVAL",
        _ => return None,
    })
}

impl IntoJsError for HostError {
    fn into_js_error(self, context: &mut Context) -> JsError {
        // What came out of script once goes back as what it was.
        let exception = self.error.downcast_ref::<Exception>();
        let from_script = exception.or_else(|| self.error.downcast_ref::<Error>()?.exception());
        let object = match from_script {
            Some(exception) => match exception.to_js(context) {
                Ok(value) => return JsError::from_opaque(value),
                Err(error) => return error,
            },
            None => self.object(context),
        };
        match object {
            Ok(object) => {
                remember(&object, self.error.into(), context);
                JsError::from_opaque(object.into())
            }
            Err(error) => error,
        }
    }
}

impl HostError {
    /// The JavaScript error, without what it was made of.
    fn object(&self, context: &mut Context) -> JsResult<JsObject> {
        let cause = match self.error.source() {
            Some(source) => Some(cause(source, 1, context)?),
            None => None,
        };
        let object = error_object(self.class, &self.error.to_string(), cause, context)?;
        if let Some(code) = &self.code {
            let code = JsString::from(code.as_str());
            object.create_data_property_or_throw(js_string!("code"), code, context)?;
        }
        Ok(object)
    }
}

/// The source of an error, and what is behind it, as the cause of an error.
fn cause(
    source: &(dyn StdError + 'static),
    depth: usize,
    context: &mut Context,
) -> JsResult<JsValue> {
    let exception = source.downcast_ref::<Exception>();
    let exception = exception.or_else(|| source.downcast_ref::<Error>()?.exception());
    if let Some(exception) = exception {
        return exception.to_js(context);
    }
    let behind = match source.source().filter(|_| depth < MAX_CAUSES) {
        Some(source) => Some(cause(source, depth + 1, context)?),
        None => None,
    };
    let object = error_object(ErrorClass::Error, &source.to_string(), behind, context)?;
    Ok(object.into())
}

/// A new error of a class.
pub(crate) fn error_object(
    class: ErrorClass,
    message: &str,
    cause: Option<JsValue>,
    context: &mut Context,
) -> JsResult<JsObject> {
    let native = match class {
        ErrorClass::Error | ErrorClass::Named(_) | ErrorClass::Dom(_) => JsNativeError::error(),
        ErrorClass::Type => JsNativeError::typ(),
        ErrorClass::Range => JsNativeError::range(),
        ErrorClass::Syntax => JsNativeError::syntax(),
        ErrorClass::Reference => JsNativeError::reference(),
        ErrorClass::Eval => JsNativeError::eval(),
        ErrorClass::Uri => JsNativeError::uri(),
    };
    let object = match class {
        ErrorClass::Dom(name) => DomException::new(name, message)
            .into_object(context)
            .upcast(),
        _ => native.with_message(message.to_owned()).into_opaque(context),
    };
    if let ErrorClass::Named(name) = class {
        define_hidden(&object, js_string!("name"), js_string!(name), context)?;
    }
    if let Some(cause) = cause {
        define_hidden(&object, js_string!("cause"), cause, context)?;
    }
    Ok(object)
}

/// Defines a property as errors have them: not enumerable.
pub(crate) fn define_hidden(
    object: &JsObject,
    key: JsString,
    value: impl Into<JsValue>,
    context: &mut Context,
) -> JsResult<()> {
    let descriptor = PropertyDescriptor::builder()
        .value(value)
        .writable(true)
        .enumerable(false)
        .configurable(true);
    object.define_property_or_throw(key, descriptor, context)?;
    Ok(())
}

/// An error of Rust that JavaScript errors were made of. It may be in many exceptions, on many threads.
pub(crate) type SharedError = Arc<dyn StdError + Send + Sync>;

/// Carries an error of Rust where the collector takes care of it.
#[derive(Trace, Finalize, JsData)]
struct Carrier(#[unsafe_ignore_trace] SharedError);

/// Which JavaScript error was made of which error of Rust.
#[derive(Trace, Finalize, JsData)]
struct Origins(JsWeakMap);

/// Remembers what a JavaScript error was made of.
pub(crate) fn remember(object: &JsObject, error: SharedError, context: &mut Context) {
    let realm = context.realm().clone();
    let known = realm
        .host_defined()
        .get::<Origins>()
        .map(|origins| origins.0.clone());
    let origins = known.unwrap_or_else(|| {
        let origins = JsWeakMap::new(context);
        realm.host_defined_mut().insert(Origins(origins.clone()));
        origins
    });
    let carrier = JsObject::from_proto_and_data(None, Carrier(error));
    // Nothing a script does can make this fail, and the error is thrown without it, too.
    let _ = origins.set(object, carrier.into(), context);
}

/// What a JavaScript error was made of, if it was made of an error of Rust.
pub(crate) fn origin(object: &JsObject, context: &mut Context) -> Option<SharedError> {
    let origins = {
        let realm = context.realm();
        let host_defined = realm.host_defined();
        host_defined.get::<Origins>()?.0.clone()
    };
    let carrier = origins.get(object, context).ok()?.as_object()?;
    let carrier = carrier.downcast_ref::<Carrier>()?;
    Some(Arc::clone(&carrier.0))
}

impl IntoJsError for JsError {
    fn into_js_error(self, _: &mut Context) -> JsError {
        self
    }
}

impl IntoJsError for JsNativeError {
    fn into_js_error(self, _: &mut Context) -> JsError {
        self.into()
    }
}

impl IntoJsError for Infallible {
    fn into_js_error(self, _: &mut Context) -> JsError {
        match self {}
    }
}

impl IntoJsError for &str {
    fn into_js_error(self, context: &mut Context) -> JsError {
        HostError::new(ErrorClass::Error, self).into_js_error(context)
    }
}

impl IntoJsError for String {
    fn into_js_error(self, context: &mut Context) -> JsError {
        HostError::new(ErrorClass::Error, self).into_js_error(context)
    }
}

impl IntoJsError for Box<dyn StdError + Send + Sync> {
    fn into_js_error(self, context: &mut Context) -> JsError {
        HostError::new(ErrorClass::Error, self).into_js_error(context)
    }
}

/// Errors that are thrown as they are, as an `Error`.
macro_rules! plain_errors {
    ($($type:ty)*) => {$(
        impl IntoJsError for $type {
            fn into_js_error(self, context: &mut Context) -> JsError {
                HostError::from(self).into_js_error(context)
            }
        }
    )*};
}

plain_errors! {
    Error Exception io::Error fmt::Error Utf8Error FromUtf8Error
    num::ParseIntError num::ParseFloatError num::TryFromIntError ParseBoolError
    std::time::SystemTimeError url::ParseError RandomError
}
