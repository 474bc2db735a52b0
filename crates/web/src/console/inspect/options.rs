//! How values are shown.

use boa_engine::{Context, JsObject, JsResult, JsString, JsValue, js_string};

/// What a console shows of values, and how. The defaults are those of `console.log`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct InspectOptions {
    /// Objects nested more deeply than this are only named; without it, none are.
    pub depth: Option<usize>,
    /// Whether to colour values by their types, with the escape sequences of terminals.
    pub colors: bool,
    /// Whether properties that are not enumerable are shown, too.
    pub show_hidden: bool,
    /// Whether objects may show themselves, by a method named
    /// `Symbol.for("nodejs.util.inspect.custom")`. That runs script.
    pub custom_inspect: bool,
    /// Elements beyond this many are only counted.
    pub max_array_length: usize,
    /// Characters of a string beyond this many are only counted.
    pub max_string_length: usize,
    /// The width that lines are kept to.
    pub break_length: usize,
    /// So many innermost levels of nested objects share a line, if they fit.
    pub compact: usize,
    /// Whether properties are sorted by their names.
    pub sorted: bool,
}

impl Default for InspectOptions {
    fn default() -> Self {
        Self {
            depth: Some(2),
            colors: false,
            show_hidden: false,
            custom_inspect: true,
            max_array_length: 100,
            max_string_length: 10_000,
            break_length: 80,
            compact: 3,
            sorted: false,
        }
    }
}

impl InspectOptions {
    /// The same options, to look `depth` objects deep.
    #[must_use]
    pub fn with_depth(&self, depth: usize) -> Self {
        Self {
            depth: Some(depth),
            ..self.clone()
        }
    }

    /// The options that a script gave, where it did, and these otherwise.
    pub(crate) fn updated_from(&self, options: &JsValue, context: &mut Context) -> JsResult<Self> {
        let mut updated = self.clone();
        let Some(options) = options.as_object() else {
            return Ok(updated);
        };
        let mut get = |key: JsString| options.get(key, context);
        for (key, flag) in [
            (js_string!("colors"), &mut updated.colors),
            (js_string!("showHidden"), &mut updated.show_hidden),
            (js_string!("customInspect"), &mut updated.custom_inspect),
            (js_string!("sorted"), &mut updated.sorted),
        ] {
            let value = get(key)?;
            if !value.is_undefined() {
                *flag = value.to_boolean();
            }
        }
        for (key, count) in [
            (js_string!("maxArrayLength"), &mut updated.max_array_length),
            (
                js_string!("maxStringLength"),
                &mut updated.max_string_length,
            ),
            (js_string!("breakLength"), &mut updated.break_length),
            (js_string!("compact"), &mut updated.compact),
        ] {
            match limit(&get(key)?) {
                Some(Limit::None) => *count = usize::MAX,
                Some(Limit::At(at)) => *count = at,
                None => {}
            }
        }
        match limit(&get(js_string!("depth"))?) {
            Some(Limit::None) => updated.depth = None,
            Some(Limit::At(depth)) => updated.depth = Some(depth),
            None => {}
        }
        Ok(updated)
    }

    /// The options as an object for a script.
    pub(super) fn to_object(&self, context: &mut Context) -> JsResult<JsObject> {
        let object = JsObject::with_object_proto(context.intrinsics());
        let depth = self.depth.map_or_else(JsValue::null, JsValue::from);
        let count = |count: usize| match count {
            usize::MAX => JsValue::from(f64::INFINITY),
            count => JsValue::from(count),
        };
        for (key, value) in [
            (js_string!("depth"), depth),
            (js_string!("colors"), self.colors.into()),
            (js_string!("showHidden"), self.show_hidden.into()),
            (js_string!("customInspect"), self.custom_inspect.into()),
            (js_string!("showProxy"), false.into()),
            (js_string!("maxArrayLength"), count(self.max_array_length)),
            (js_string!("maxStringLength"), count(self.max_string_length)),
            (js_string!("breakLength"), count(self.break_length)),
            (js_string!("compact"), count(self.compact)),
            (js_string!("sorted"), self.sorted.into()),
        ] {
            object.create_data_property_or_throw(key, value, context)?;
        }
        Ok(object)
    }
}

/// A limit as scripts write it.
enum Limit {
    None,
    At(usize),
}

/// `null` and `Infinity` mean that there is no limit, and what is neither that nor a number nor a
/// boolean is taken for not given.
fn limit(value: &JsValue) -> Option<Limit> {
    if value.is_null() {
        return Some(Limit::None);
    }
    if let Some(flag) = value.as_boolean() {
        return Some(Limit::At(if flag { 3 } else { 0 }));
    }
    let number = value.as_number()?;
    if number == f64::INFINITY {
        return Some(Limit::None);
    }
    // What is negative, or is no number, becomes zero.
    Some(Limit::At(number as usize))
}
