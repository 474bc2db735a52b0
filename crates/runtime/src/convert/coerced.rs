//! Conversions as JavaScript's operators do them.

use boa_engine::{Context, JsResult, JsValue};
use taipan_webidl::convert::scalar_values;

use super::FromJs;

/// A value that is converted as JavaScript does it, where [`FromJs`] for the type itself would be strict.
///
/// ```
/// use taipan::Coerced;
///
/// let mut runtime = taipan::Runtime::builder()
///     .function("shout", |Coerced(text): Coerced<String>| text.to_uppercase())
///     .build()?;
/// assert_eq!(runtime.eval_as::<String>("shout(true) + shout([1, 'a'])")?, "TRUE1,A");
/// # Ok::<_, taipan::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Coerced<T>(pub T);

/// Types that there is an abstract operation of the language for.
macro_rules! coerced {
    ($($type:ty, $operation:expr;)*) => {$(
        impl FromJs for Coerced<$type> {
            fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
                let operation: fn(&JsValue, &mut Context) -> JsResult<$type> = $operation;
                operation(value, context).map(Self)
            }
        }
    )*};
}

coerced! {
    bool, |value, _| Ok(value.to_boolean());
    f64, |value, context| value.to_number(context);
    i32, |value, context| value.to_i32(context);
    u32, |value, context| value.to_u32(context);
    String, |value, context| Ok(scalar_values(&value.to_string(context)?));
}
