//! Dictionaries: <https://webidl.spec.whatwg.org/#js-dictionary>.

use boa_engine::{Context, JsNativeError, JsObject, JsResult, JsValue, js_string};

/// A value being converted to a dictionary type.
///
/// Web IDL reads the members of a dictionary in lexicographical order (those of inherited
/// dictionaries first): call [`get`](Self::get) in that order, and convert each before the next.
#[derive(Debug, Clone)]
pub struct Dictionary {
    name: &'static str,
    object: Option<JsObject>,
}

impl Dictionary {
    /// Starts the conversion of `value` to the dictionary type `name`.
    ///
    /// # Errors
    /// A `TypeError` if the value is neither an object, `undefined` nor `null`.
    pub fn new(value: &JsValue, name: &'static str) -> JsResult<Self> {
        let object = value.as_object();
        if object.is_none() && !value.is_null_or_undefined() {
            return Err(JsNativeError::typ()
                .with_message(format!("{name} must be an object"))
                .into());
        }
        Ok(Self { name, object })
    }

    /// The member `key`, if it is present.
    ///
    /// # Errors
    /// Whatever getting the property throws.
    pub fn get(&self, key: &'static str, context: &mut Context) -> JsResult<Option<JsValue>> {
        let Some(object) = &self.object else {
            return Ok(None);
        };
        let value = object.get(js_string!(key), context)?;
        Ok((!value.is_undefined()).then_some(value))
    }

    /// The required member `key`.
    ///
    /// # Errors
    /// Whatever getting the property throws, and a `TypeError` if it is missing.
    pub fn get_required(&self, key: &'static str, context: &mut Context) -> JsResult<JsValue> {
        self.get(key, context)?.ok_or_else(|| {
            JsNativeError::typ()
                .with_message(format!("{}: required member {key} is undefined", self.name))
                .into()
        })
    }
}
