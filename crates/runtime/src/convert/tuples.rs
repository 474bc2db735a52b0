//! Tuples: as arrays, and as the arguments of a call.

use boa_engine::{Context, JsNativeError, JsResult, JsValue, object::builtins::JsArray};

use super::{FromJs, IntoArguments, IntoJs, Rest, within};

/// Implements the conversions for the tuple of these types.
macro_rules! tuple {
    ($count:tt: $($type:ident $index:tt),+) => {
        impl<$($type: FromJs),+> FromJs for ($($type,)+) {
            fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
                let elements = Vec::<JsValue>::from_js(value, context)?;
                if elements.len() != $count {
                    return Err(JsNativeError::typ()
                        .with_message(format!(
                            "expected an array of {} elements, got one of {}",
                            $count,
                            elements.len()
                        ))
                        .into());
                }
                Ok(($(
                    $type::from_js(&elements[$index], context)
                        .map_err(|error| within(|| format!("element {}", $index), error))?,
                )+))
            }
        }

        impl<$($type: IntoJs),+> IntoJs for ($($type,)+) {
            fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
                let elements = [$(self.$index.into_js(context)?),+];
                Ok(JsArray::from_iter(elements, context).into())
            }
        }

        impl<$($type: IntoJs),+> IntoArguments for ($($type,)+) {
            fn into_arguments(self, context: &mut Context) -> JsResult<Vec<JsValue>> {
                Ok(vec![$(self.$index.into_js(context)?),+])
            }
        }

        impl<$($type: IntoJs,)+ T: IntoJs> IntoArguments for ($($type,)+ Rest<T>) {
            fn into_arguments(self, context: &mut Context) -> JsResult<Vec<JsValue>> {
                let mut arguments = vec![$(self.$index.into_js(context)?),+];
                for argument in self.$count {
                    arguments.push(argument.into_js(context)?);
                }
                Ok(arguments)
            }
        }
    };
}

tuple!(1: A 0);
tuple!(2: A 0, B 1);
tuple!(3: A 0, B 1, C 2);
tuple!(4: A 0, B 1, C 2, D 3);
tuple!(5: A 0, B 1, C 2, D 3, E 4);
tuple!(6: A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(7: A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
