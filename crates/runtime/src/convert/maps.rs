//! Maps with keys that are text.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasher, Hash},
};

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsValue, object::builtins::JsMap, property::PropertyKey,
};
use taipan_webidl::convert::{self, scalar_values};

use super::{FromJs, IntoJs, expected, object, within};

/// The entries of a `Map` with strings as keys, or the properties of any other object that an assignment would copy
/// and that strings name.
fn entries<K: From<String>, V: FromJs>(
    value: &JsValue,
    context: &mut Context,
) -> JsResult<Vec<(K, V)>> {
    let what = "an object";
    let object = object(what, value)?;
    if object.is_callable() || object.is_array() {
        return Err(expected(what, value));
    }
    let entry = |key: JsString, value: &JsValue, context: &mut Context| {
        let key = scalar_values(&key);
        match V::from_js(value, context) {
            Ok(value) => Ok((K::from(key), value)),
            Err(error) => Err(within(|| format!("property {key:?}"), error)),
        }
    };
    if let Ok(map) = JsMap::from_object(object.clone()) {
        // A copy: converting a value may run script that changes the map.
        let mut pairs = Vec::new();
        map.for_each_native(|key, value| {
            pairs.push((key, value));
            Ok(())
        })?;
        return pairs
            .into_iter()
            .map(|(key, value)| match key.as_string() {
                Some(key) => entry(key, &value, context),
                None => Err(within(
                    || "a key of the Map".to_owned(),
                    expected("a string", &key),
                )),
            })
            .collect();
    }
    let properties = convert::properties(&object, context)?;
    properties
        .into_iter()
        .map(|(key, value)| entry(key, &value, context))
        .collect()
}

/// A plain object with these properties.
fn plain<K: AsRef<str>, V: IntoJs>(
    entries: impl IntoIterator<Item = (K, V)>,
    context: &mut Context,
) -> JsResult<JsValue> {
    let object = JsObject::with_object_proto(context.intrinsics());
    for (key, value) in entries {
        let value = value.into_js(context)?;
        let key = PropertyKey::from(JsString::from(key.as_ref()));
        object.create_data_property_or_throw(key, value, context)?;
    }
    Ok(object.into())
}

impl<K, V, S> FromJs for HashMap<K, V, S>
where
    K: From<String> + Eq + Hash,
    V: FromJs,
    S: BuildHasher + Default,
{
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        entries(value, context).map(Self::from_iter)
    }
}

/// In the order of the keys: that of the map is another one in every run.
impl<K: AsRef<str> + Ord, V: IntoJs, S> IntoJs for HashMap<K, V, S> {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        BTreeMap::from_iter(self).into_js(context)
    }
}

impl<K: From<String> + Ord, V: FromJs> FromJs for BTreeMap<K, V> {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        entries(value, context).map(Self::from_iter)
    }
}

impl<K: AsRef<str>, V: IntoJs> IntoJs for BTreeMap<K, V> {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        plain(self, context)
    }
}
