//! Numbers.

use boa_engine::{Context, JsBigInt, JsResult, JsValue};

use super::{FromJs, IntoJs, expected};

/// The largest integer of which all smaller ones are numbers, too.
pub(crate) const SAFE_INTEGER: i128 = (1 << 53) - 1;

/// A value that is an integer: a number without a fraction, or a `BigInt` if `bigint`.
fn integer(value: &JsValue, bigint: bool) -> Option<i128> {
    if let Some(integer) = value.as_i32() {
        return Some(integer.into());
    }
    if let Some(number) = value.as_number() {
        let is_safe = number.trunc() == number && number.abs() <= SAFE_INTEGER as f64;
        return is_safe.then_some(number as i128);
    }
    let big = value.as_bigint().filter(|_| bigint)?;
    // `to_i128` gives the nearest: what comes back as another number did not fit.
    let integer = big.to_i128();
    (JsBigInt::from(integer) == big).then_some(integer)
}

fn out_of_range<T: std::fmt::Display>(least: T, most: T, value: &JsValue) -> boa_engine::JsError {
    expected(&format!("an integer between {least} and {most}"), value)
}

/// Integers all of which are numbers of script.
macro_rules! small_integers {
    ($($type:ty)*) => {$(
        impl FromJs for $type {
            fn from_js(value: &JsValue, _: &mut Context) -> JsResult<Self> {
                integer(value, false)
                    .and_then(|integer| integer.try_into().ok())
                    .ok_or_else(|| out_of_range(Self::MIN, Self::MAX, value))
            }
        }

        impl IntoJs for $type {
            fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
                Ok(self.into())
            }
        }
    )*};
}

/// Integers that are a `BigInt` where a number would lose digits.
macro_rules! large_integers {
    ($($type:ty)*) => {$(
        impl FromJs for $type {
            fn from_js(value: &JsValue, _: &mut Context) -> JsResult<Self> {
                integer(value, true)
                    .and_then(|integer| integer.try_into().ok())
                    .ok_or_else(|| out_of_range(Self::MIN, Self::MAX, value))
            }
        }

        impl IntoJs for $type {
            fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
                let integer = self as i128;
                Ok(if (-SAFE_INTEGER..=SAFE_INTEGER).contains(&integer) {
                    JsValue::from(self as f64)
                } else {
                    JsBigInt::from(integer).into()
                })
            }
        }
    )*};
}

small_integers! { u8 i8 u16 i16 u32 i32 }
large_integers! { u64 i64 usize isize }

impl FromJs for i128 {
    fn from_js(value: &JsValue, _: &mut Context) -> JsResult<Self> {
        integer(value, true).ok_or_else(|| out_of_range(Self::MIN, Self::MAX, value))
    }
}

impl IntoJs for i128 {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(JsBigInt::from(self).into())
    }
}

impl FromJs for u128 {
    fn from_js(value: &JsValue, _: &mut Context) -> JsResult<Self> {
        let converted = match integer(value, true) {
            Some(integer) => integer.try_into().ok(),
            // Beyond what an `i128` holds.
            None => value
                .as_bigint()
                .and_then(|big| big.to_string_radix(10).parse().ok()),
        };
        converted.ok_or_else(|| out_of_range(Self::MIN, Self::MAX, value))
    }
}

impl IntoJs for u128 {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(JsBigInt::from(self).into())
    }
}

impl FromJs for f64 {
    fn from_js(value: &JsValue, _: &mut Context) -> JsResult<Self> {
        value.as_number().ok_or_else(|| expected("a number", value))
    }
}

impl IntoJs for f64 {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(self.into())
    }
}

impl FromJs for f32 {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        f64::from_js(value, context).map(|number| number as Self)
    }
}

impl IntoJs for f32 {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(f64::from(self).into())
    }
}
