//! Conversions by [serde](https://serde.rs), straight between values of script and types that derive its traits, without
//! a text in between. With the feature `serde`.
//!
//! [`Serde`] makes any such type an argument or a result of host functions, of calls and of scripts; [`to_js`] and
//! [`from_js`] are for where a context is at hand, [`Runtime::to_js`] and [`Runtime::from_js`] for where none is.
//!
//! | serde | to script | from script |
//! | --- | --- | --- |
//! | `bool` | boolean | boolean |
//! | integers | a number up to 2⁵³ − 1 in size, a `BigInt` beyond | either, without a fraction |
//! | `f32`, `f64` | number, `NaN` and infinities too | number |
//! | `char`, text | string | string, and a `Date` as what its `toISOString` gives |
//! | bytes | `Uint8Array` | any buffer, or view on one |
//! | `Option` | `undefined` for `None` | `undefined` and `null` are `None` |
//! | unit, unit structs | `null` | `null`, `undefined` |
//! | newtype structs | what they hold | the same |
//! | sequences, tuples, tuple structs | array | array; any other iterable object for sequences |
//! | maps | plain object | plain object, `Map` |
//! | structs | plain object | plain object, `Map`; properties that are `undefined` are missing |
//! | enums | the variant's name, or an object that has it as its only property | the same |
//!
//! Of objects the own enumerable properties with strings as names are read, and getters run. Keys of maps may be numbers,
//! booleans and variants of enums, which become names of properties and are read from them. Types that tell text from a
//! binary form use text.
//!
//! Whatever does not fit is a `TypeError` that says at which property: `shapes[2].radius: invalid type: string "wide",
//! expected f64`. A value that contains itself, or is nested more than 256 deep, is a `RangeError`.

mod deserializer;
mod elements;
mod error;
mod key;
mod serializer;

use ::serde::{Serialize, de::DeserializeOwned};
use boa_engine::{Context, JsResult, JsValue};

use self::{
    deserializer::{Deserializer, Reader},
    error::Error,
    serializer::Serializer,
};
use crate::{FromJs, IntoJs, Runtime};

/// How deep values may be nested. Whatever a program does with them later recurses as well.
const MAX_DEPTH: usize = 256;

/// There must be this much of the native stack left at each level, in bytes, or more is allocated.
const STACK_RED_ZONE: usize = 128 << 10;

/// The size of a further stretch of stack, in bytes.
const STACK_SEGMENT: usize = 2 << 20;

/// A value that goes to script and comes from it by its implementations of serde's traits.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use taipan::{Runtime, Serde};
///
/// #[derive(Serialize, Deserialize, Debug, PartialEq)]
/// #[serde(rename_all = "camelCase")]
/// struct Order { item_name: String, count: u32, note: Option<String> }
///
/// let mut runtime = Runtime::builder()
///     .function("double", |Serde(mut order): Serde<Order>| {
///         order.count *= 2;
///         Serde(order)
///     })
///     .build()?;
///
/// let Serde(order) = runtime.eval_as::<Serde<Order>>("double({ itemName: 'tea', count: 2 })")?;
/// assert_eq!(order, Order { item_name: "tea".to_owned(), count: 4, note: None });
///
/// let error = runtime.eval("double({ itemName: 'tea', count: -1 })").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "TypeError: double: argument 1: count: invalid value: integer `-1`, expected u32",
/// );
/// # Ok::<_, taipan::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Serde<T>(pub T);

impl<T> From<T> for Serde<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: DeserializeOwned> FromJs for Serde<T> {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        from_js(value, context).map(Self)
    }
}

impl<T: Serialize> IntoJs for Serde<T> {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        to_js(&self.0, context)
    }
}

/// A value of script that is made of `value`.
///
/// # Errors
///
/// A `TypeError` for keys of maps that are no text, and for what the type itself fails with; a `RangeError` for what is
/// nested too deeply, or has integers beyond 128 bits. Both say where.
pub fn to_js<T: Serialize + ?Sized>(value: &T, context: &mut Context) -> JsResult<JsValue> {
    value
        .serialize(Serializer::new(context))
        .map_err(Error::into_js)
}

/// The value of Rust that `value` stands for.
///
/// # Errors
///
/// A `TypeError` if it does not fit the type, a `RangeError` if it contains itself or is nested too deeply, both with
/// where; and whatever script that the conversion runs (getters, iterators, proxies) throws.
pub fn from_js<T: DeserializeOwned>(value: &JsValue, context: &mut Context) -> JsResult<T> {
    let mut reader = Reader::new(context);
    T::deserialize(Deserializer::new(value.clone(), &mut reader)).map_err(Error::into_js)
}

impl Runtime {
    /// A value of script that is made of `value` by its implementation of serde's trait, see [`taipan::serde`](crate::serde).
    ///
    /// ```
    /// use serde::Serialize;
    ///
    /// #[derive(Serialize)]
    /// enum Shape { Circle { radius: f64 }, Dot }
    ///
    /// let mut runtime = taipan::Runtime::new()?;
    /// let shapes = runtime.to_js(&[Shape::Circle { radius: 1.5 }, Shape::Dot])?;
    /// runtime.set("shapes", shapes)?;
    /// assert_eq!(
    ///     runtime.eval_as::<String>("JSON.stringify(shapes)")?,
    ///     r#"[{"Circle":{"radius":1.5}},"Dot"]"#,
    /// );
    /// # Ok::<_, taipan::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`serde::to_js`](crate::serde::to_js).
    pub fn to_js<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<JsValue, crate::Error> {
        self.with(|context| to_js(value, context))
    }

    /// The value of Rust that `value` stands for, by its implementation of serde's trait, see
    /// [`taipan::serde`](crate::serde).
    ///
    /// ```
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Settings { depth: u8, names: Vec<String> }
    ///
    /// let mut runtime = taipan::Runtime::new()?;
    /// let value = runtime.eval("({ depth: 3, names: new Set(['a', 'b']) })")?;
    /// let settings: Settings = runtime.from_js(&value)?;
    /// assert_eq!((settings.depth, settings.names.len()), (3, 2));
    ///
    /// let value = runtime.eval("({ depth: 3, names: ['a', 1] })")?;
    /// let error = runtime.from_js::<Settings>(&value).err().map(|error| error.to_string());
    /// assert_eq!(
    ///     error.as_deref(),
    ///     Some("TypeError: names[1]: invalid type: integer `1`, expected a string"),
    /// );
    /// # Ok::<_, taipan::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`serde::from_js`](crate::serde::from_js).
    pub fn from_js<T: DeserializeOwned>(&mut self, value: &JsValue) -> Result<T, crate::Error> {
        self.with(|context| from_js(value, context))
    }
}
