//! Conversions between values of script and values of Rust.
//!
//! [`FromJs`] and [`IntoJs`] are what host functions, host classes and calls of functions of script are typed
//! by. The conversions are strict: a number is not taken for a string. What does not fit is a `TypeError` that
//! says where and why. Whoever wants what JavaScript's operators do asks for a [`Coerced`] value.
//!
//! | Rust | JavaScript |
//! | --- | --- |
//! | `bool` | boolean |
//! | `u8` … `u32`, `i8` … `i32` | a number without a fraction, in range |
//! | `u64`, `i64`, `usize`, `isize` | the same up to 2⁵³ − 1 in size, a `BigInt` beyond |
//! | `u128`, `i128` | `BigInt`; numbers are taken, too |
//! | `f32`, `f64` | number |
//! | `String`, `&str`, `Box<str>`, `Cow<str>`, `char` | string; lone surrogates become U+FFFD |
//! | `()` | `undefined` |
//! | [`Option<T>`] | `undefined` for `None`; `null` is taken, too |
//! | [`Vec<T>`], `[T; N]`, [`VecDeque<T>`](std::collections::VecDeque) | array; any iterable object is taken |
//! | tuples | array of that length |
//! | [`HashSet<T>`](std::collections::HashSet), [`BTreeSet<T>`](std::collections::BTreeSet) | `Set`; any iterable object is taken |
//! | [`HashMap<K, V>`](std::collections::HashMap), [`BTreeMap<K, V>`](std::collections::BTreeMap) | plain object; a `Map` is taken, too |
//! | [`Bytes`](crate::Bytes) | `Uint8Array`; any buffer or view is taken. Always a copy |
//! | [`SystemTime`](std::time::SystemTime) | `Date` |
//! | [`Url`](crate::Url) | string; an `URL` object is taken, too |
//! | [`Result<T, E>`] | what `Ok` holds; `Err` is thrown, see [`IntoJsError`](crate::IntoJsError) |
//! | [`Function`](crate::Function), [`JsObject`], [`JsString`](boa_engine::JsString), [`JsValue`] … | themselves |
//! | [`Promised<T>`](crate::Promised) | a promise, or any other value, which counts as fulfilled |
//! | [`Instance<T>`](crate::Instance), and a [`HostClass`](crate::HostClass) itself | an object of the host class |
//! | `Serde<T>`, with the feature `serde` | whatever serde makes of the type |
//!
//! ```
//! use std::collections::BTreeMap;
//! use taipan::{FromJs, IntoJs, Runtime};
//!
//! let mut runtime = Runtime::new()?;
//! let scores: BTreeMap<String, Vec<u32>> = runtime.eval_as("({ ada: [3, 5], bob: [] })")?;
//! assert_eq!(scores["ada"], [3, 5]);
//!
//! let error = runtime.eval_as::<BTreeMap<String, Vec<u32>>>("({ ada: [3, -5] })").unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "TypeError: property \"ada\": element 1: expected an integer between 0 and 4294967295, got -5"
//! );
//!
//! runtime.set("scores", scores)?;
//! assert_eq!(runtime.eval_as::<u32>("scores.ada[1]")?, 5);
//! # Ok::<_, taipan::Error>(())
//! ```

mod arguments;
mod bytes;
mod coerced;
mod collections;
mod foreign;
mod maps;
mod numbers;
mod strings;
mod tuples;
mod values;

pub use arguments::{ArgumentReader, FromArgument, IntoArguments, Rest, This};
pub use coerced::Coerced;
pub(crate) use numbers::SAFE_INTEGER;

use boa_engine::{Context, JsError, JsNativeError, JsObject, JsResult, JsValue};

/// Values of Rust that are made of values of script.
///
/// ```
/// use taipan::{FromJs, engine::{Context, JsResult, JsValue, js_string}};
///
/// struct Point { x: f64, y: f64 }
///
/// impl FromJs for Point {
///     fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
///         let (x, y) = FromJs::from_js(value, context)?;
///         Ok(Self { x, y })
///     }
/// }
///
/// let mut runtime = taipan::Runtime::builder()
///     .function("norm", |point: Point| point.x.hypot(point.y))
///     .build()?;
/// assert_eq!(runtime.eval_as::<f64>("norm([3, 4])")?, 5.0);
/// # Ok::<_, taipan::Error>(())
/// ```
pub trait FromJs: Sized {
    /// Whether an argument of this type may be left out.
    const OPTIONAL: bool = false;

    /// Converts `value`.
    ///
    /// # Errors
    ///
    /// A `TypeError` if the value is none of this type, and whatever script that the conversion runs (getters,
    /// iterators) throws.
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self>;
}

/// Values of Rust that values of script are made of.
///
/// ```
/// use taipan::{IntoJs, engine::{Context, JsResult, JsValue}};
///
/// struct Point { x: f64, y: f64 }
///
/// impl IntoJs for Point {
///     fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
///         (self.x, self.y).into_js(context)
///     }
/// }
///
/// let mut runtime = taipan::Runtime::builder()
///     .function("origin", || Point { x: 0.0, y: 0.0 })
///     .build()?;
/// assert_eq!(runtime.eval_as::<usize>("origin().length")?, 2);
/// # Ok::<_, taipan::Error>(())
/// ```
pub trait IntoJs {
    /// Converts the value.
    ///
    /// # Errors
    ///
    /// Fails when the value has no counterpart in script, and an `Err` is thrown.
    fn into_js(self, context: &mut Context) -> JsResult<JsValue>;
}

/// A `TypeError` that says what was expected and what there was.
pub(crate) fn expected(what: &str, value: &JsValue) -> JsError {
    JsNativeError::typ()
        .with_message(format!("expected {what}, got {}", described(value)))
        .into()
}

/// A value in a few words: small ones as they are, others by their kind.
pub(crate) fn described(value: &JsValue) -> String {
    /// Longer strings are not shown.
    const SHOWN: usize = 32;
    if let Some(text) = value.as_string() {
        return match text.len() {
            ..=SHOWN => format!("{:?}", text.to_std_string_lossy()),
            length => format!("a string of {length} code units"),
        };
    }
    let Some(object) = value.as_object() else {
        return value.display().to_string();
    };
    if object.is_callable() {
        "a function".to_owned()
    } else if object.is_array() {
        "an array".to_owned()
    } else {
        "an object".to_owned()
    }
}

/// Adds to an error of a conversion where it happened. What script threw is left as it is.
pub(crate) fn within(place: impl FnOnce() -> String, error: JsError) -> JsError {
    let located = error.as_native().and_then(|native| {
        let located = if native.is_type() {
            JsNativeError::typ()
        } else if native.is_range() {
            JsNativeError::range()
        } else {
            return None;
        };
        Some(located.with_message(format!("{}: {}", place(), native.message())))
    });
    located.map_or(error, JsError::from)
}

/// The object of a value, or an error that says that `what` was expected.
pub(crate) fn object(what: &str, value: &JsValue) -> JsResult<JsObject> {
    value.as_object().ok_or_else(|| expected(what, value))
}
