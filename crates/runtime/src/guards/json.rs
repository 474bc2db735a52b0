//! `JSON.stringify`, bounded by the stack.
//!
//! The engine's own recurses as deep as the value goes, and looks for cycles only.

use std::collections::HashSet;

use boa_engine::{
    Context, JsBigInt, JsNativeError, JsObject, JsResult, JsStr, JsString, JsValue, JsVariant,
    NativeFunction, js_string,
    property::{PropertyDescriptor, PropertyKey},
    string::JsStrVariant,
    value::IntegerOrInfinity,
};

use super::{
    allocations::{require_elements, require_string},
    define, engine_is_array, is_array, require_stack,
    text::Text,
};

/// The functions of the engine that it takes: `Array.isArray`, `Object.keys` and `JSON.isRawJSON`.
type Engine = [JsObject; 3];

/// Puts it into the current realm.
pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let json = context.intrinsics().objects().json();
    let object = context.intrinsics().constructors().object().constructor();
    let keys = object.get(js_string!("keys"), context)?.as_callable();
    let is_raw = json.get(js_string!("isRawJSON"), context)?.as_callable();
    let (Some(keys), Some(is_raw)) = (keys, is_raw) else {
        return Ok(());
    };
    let engine: Engine = [engine_is_array(context)?, keys, is_raw];
    let function = NativeFunction::from_copy_closure_with_captures(
        |_: &JsValue, args: &[JsValue], engine: &Engine, context: &mut Context| {
            stringify(args, engine, context)
        },
        engine,
    );
    define(&json, js_string!("stringify"), 3, function, context)
}

/// What only texts of JSON need.
impl Text {
    /// <https://tc39.es/ecma262/#sec-quotejsonstring>
    fn quoted(&mut self, string: JsStr<'_>) {
        self.latin(b"\"");
        match string.variant() {
            JsStrVariant::Latin1(bytes) => {
                for byte in bytes {
                    match byte {
                        b' ' | b'!' | b'#'..=b'[' | b']'.. => self.latin(&[*byte]),
                        _ => self.escaped(u16::from(*byte)),
                    }
                }
            }
            JsStrVariant::Utf16(units) => {
                let mut rest = units;
                while let [unit, after @ ..] = rest {
                    rest = after;
                    match (unit, rest) {
                        (0xD800..=0xDBFF, [low @ 0xDC00..=0xDFFF, after @ ..]) => {
                            self.unit(*unit);
                            self.unit(*low);
                            rest = after;
                        }
                        (0xD800..=0xDFFF | 0..0x20 | 0x22 | 0x5C, _) => self.escaped(*unit),
                        _ => self.unit(*unit),
                    }
                }
            }
        }
        self.latin(b"\"");
    }

    fn escaped(&mut self, unit: u16) {
        match unit {
            0x08 => self.latin(b"\\b"),
            0x09 => self.latin(b"\\t"),
            0x0A => self.latin(b"\\n"),
            0x0C => self.latin(b"\\f"),
            0x0D => self.latin(b"\\r"),
            0x22 => self.latin(b"\\\""),
            0x5C => self.latin(b"\\\\"),
            _ => self.latin(format!("\\u{unit:04x}").as_bytes()),
        }
    }
}

struct Stringifier<'a> {
    engine: &'a Engine,
    replacer: Option<JsObject>,
    /// The keys that are taken of objects, if not all are.
    keys: Option<Vec<JsString>>,
    gap: JsString,
    /// The objects that the value is in.
    open: HashSet<JsObject>,
    text: Text,
}

/// <https://tc39.es/ecma262/#sec-json.stringify>
fn stringify(args: &[JsValue], engine: &Engine, context: &mut Context) -> JsResult<JsValue> {
    let value = args.first().cloned().unwrap_or_default();
    let mut replacer = None;
    let mut keys = None;
    if let Some(object) = args.get(1).and_then(JsValue::as_object) {
        if object.is_callable() {
            replacer = Some(object);
        } else if is_array(&object, &engine[0], context)? {
            keys = Some(property_list(&object, context)?);
        }
    }
    let gap = gap(args.get(2), context)?;
    let mut stringifier = Stringifier {
        engine,
        replacer,
        keys,
        gap,
        open: HashSet::new(),
        text: Text::default(),
    };
    let holder = stringifier.replacer.is_some().then(|| {
        let holder = JsObject::with_object_proto(context.intrinsics());
        let value = PropertyDescriptor::builder()
            .value(value.clone())
            .writable(true)
            .enumerable(true)
            .configurable(true);
        holder.insert_property(js_string!(), value);
        holder
    });
    let key = PropertyKey::from(js_string!());
    if stringifier.value(value, &key, holder.as_ref(), context)? {
        Ok(stringifier.text.into_string().into())
    } else {
        Ok(JsValue::undefined())
    }
}

/// The keys in the second argument, each of them once.
fn property_list(array: &JsObject, context: &mut Context) -> JsResult<Vec<JsString>> {
    let length = array.get(js_string!("length"), context)?;
    let length = length.to_length(context)?;
    let mut known = HashSet::new();
    let mut keys = Vec::new();
    for index in 0..length {
        let item = array.get(index, context)?;
        let is_wrapper = |object: &JsObject| object.is::<f64>() || object.is::<JsString>();
        let is_key = item.is_string()
            || item.is_number()
            || item.as_object().is_some_and(|object| is_wrapper(&object));
        if is_key {
            let key = item.to_string(context)?;
            if known.insert(key.clone()) {
                keys.push(key);
            }
        }
    }
    Ok(keys)
}

/// What the third argument says each level is indented by.
fn gap(space: Option<&JsValue>, context: &mut Context) -> JsResult<JsString> {
    let mut space = space.cloned().unwrap_or_default();
    if let Some(object) = space.as_object() {
        if object.is::<f64>() {
            space = space.to_number(context)?.into();
        } else if object.is::<JsString>() {
            space = space.to_string(context)?.into();
        }
    }
    if space.is_number() {
        let count = match space.to_integer_or_infinity(context)? {
            IntegerOrInfinity::Integer(count) => usize::try_from(count).unwrap_or(0).min(10),
            IntegerOrInfinity::PositiveInfinity => 10,
            IntegerOrInfinity::NegativeInfinity => 0,
        };
        return Ok(" ".repeat(count).into());
    }
    match space.as_string() {
        Some(text) => Ok(text.get(..10).unwrap_or(text)),
        None => Ok(js_string!()),
    }
}

impl Stringifier<'_> {
    /// Writes a value, unless it is one that has no JSON; says whether it did.
    ///
    /// <https://tc39.es/ecma262/#sec-serializejsonproperty>
    fn value(
        &mut self,
        mut value: JsValue,
        key: &PropertyKey,
        holder: Option<&JsObject>,
        context: &mut Context,
    ) -> JsResult<bool> {
        if value.is_object() || value.is_bigint() {
            let object = value.to_object(context)?;
            let to_json = object.get(js_string!("toJSON"), context)?;
            if let Some(to_json) = to_json.as_callable() {
                value = to_json.call(&value, &[text_of(key)], context)?;
            }
        }
        if let (Some(replacer), Some(holder)) = (&self.replacer, holder) {
            let replacer = replacer.clone();
            value = replacer.call(&holder.clone().into(), &[text_of(key), value], context)?;
        }
        if let Some(object) = value.as_object() {
            if object.is_ordinary() || object.is_array() {
                return self.object(&object, context);
            }
            if object.is::<f64>() {
                value = value.to_number(context)?.into();
            } else if object.is::<JsString>() {
                value = value.to_string(context)?.into();
            } else if let Some(boolean) = object.downcast_ref::<bool>() {
                value = (*boolean).into();
            } else if let Some(bigint) = object.downcast_ref::<JsBigInt>() {
                value = bigint.clone().into();
            } else if self.is_raw(&object, context)? {
                let raw = object.get(js_string!("rawJSON"), context)?;
                if let Some(raw) = raw.as_string() {
                    self.text.string(raw.as_str());
                }
                return Ok(true);
            } else if object.is_callable() {
                return Ok(false);
            } else {
                return self.object(&object, context);
            }
        }
        match value.variant() {
            JsVariant::Null => self.text.latin(b"null"),
            JsVariant::Boolean(true) => self.text.latin(b"true"),
            JsVariant::Boolean(false) => self.text.latin(b"false"),
            JsVariant::String(string) => self.text.quoted(string.as_str()),
            JsVariant::Integer32(number) => self.text.latin(number.to_string().as_bytes()),
            JsVariant::Float64(number) if number.is_finite() => {
                let number = value.to_string(context)?;
                self.text.string(number.as_str());
            }
            JsVariant::Float64(_) => self.text.latin(b"null"),
            JsVariant::BigInt(_) => {
                return Err(JsNativeError::typ()
                    .with_message("cannot serialize bigint to JSON")
                    .into());
            }
            JsVariant::Undefined | JsVariant::Symbol(_) | JsVariant::Object(_) => {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether it is what `JSON.rawJSON` makes: an object without a prototype, of a kind of its own.
    fn is_raw(&self, object: &JsObject, context: &mut Context) -> JsResult<bool> {
        if object.borrow().prototype().is_some() {
            return Ok(false);
        }
        let [.., is_raw] = self.engine;
        let result = is_raw.call(&JsValue::undefined(), &[object.clone().into()], context)?;
        Ok(result.to_boolean())
    }

    /// Writes an object or array, which must not be within itself.
    fn object(&mut self, object: &JsObject, context: &mut Context) -> JsResult<bool> {
        require_stack()?;
        require_string(self.text.len() as f64, context)?;
        if !self.open.insert(object.clone()) {
            return Err(JsNativeError::typ()
                .with_message("cyclic object value")
                .into());
        }
        if is_array(object, &self.engine[0], context)? {
            self.elements(object, context)?;
        } else {
            self.members(object, context)?;
        }
        self.open.remove(object);
        Ok(true)
    }

    /// Begins an element or a member: after the first one there is a comma.
    fn begin(&mut self, is_first: bool) {
        if !is_first {
            self.text.latin(b",");
        }
        self.indent(self.open.len());
    }

    fn indent(&mut self, depth: usize) {
        if self.gap.is_empty() {
            return;
        }
        self.text.latin(b"\n");
        for _ in 0..depth {
            self.text.string(self.gap.as_str());
        }
    }

    fn end(&mut self, is_empty: bool, bracket: &[u8]) {
        if !is_empty {
            self.indent(self.open.len() - 1);
        }
        self.text.latin(bracket);
    }

    /// <https://tc39.es/ecma262/#sec-serializejsonarray>
    fn elements(&mut self, array: &JsObject, context: &mut Context) -> JsResult<()> {
        let length = array.get(js_string!("length"), context)?;
        let length = length.to_length(context)?;
        require_elements(length as f64, context)?;
        self.text.latin(b"[");
        for index in 0..length {
            self.begin(index == 0);
            let element = array.get(index, context)?;
            if !self.value(element, &index.into(), Some(array), context)? {
                self.text.latin(b"null");
            }
        }
        self.end(length == 0, b"]");
        Ok(())
    }

    /// <https://tc39.es/ecma262/#sec-serializejsonobject>
    fn members(&mut self, object: &JsObject, context: &mut Context) -> JsResult<()> {
        let keys = match &self.keys {
            Some(keys) => keys.iter().cloned().map(PropertyKey::from).collect(),
            None => self.enumerable_keys(object, context)?,
        };
        self.text.latin(b"{");
        let mut is_empty = true;
        for key in keys {
            let value = object.get(key.clone(), context)?;
            let before = self.text.len();
            self.begin(is_empty);
            match &key {
                PropertyKey::String(key) => self.text.quoted(key.as_str()),
                key => {
                    let key = key.to_string();
                    self.text.quoted(JsStr::latin1(key.as_bytes()));
                }
            }
            let colon: &[u8] = if self.gap.is_empty() { b":" } else { b": " };
            self.text.latin(colon);
            if self.value(value, &key, Some(object), context)? {
                is_empty = false;
            } else {
                self.text.truncate(before);
            }
        }
        self.end(is_empty, b"}");
        Ok(())
    }

    fn enumerable_keys(
        &self,
        object: &JsObject,
        context: &mut Context,
    ) -> JsResult<Vec<PropertyKey>> {
        if object.is_ordinary() {
            let mut keys = object.own_property_keys(context)?;
            let borrowed = object.borrow();
            let properties = borrowed.properties();
            keys.retain(|key| {
                !matches!(key, PropertyKey::Symbol(_))
                    && properties
                        .get(key)
                        .is_some_and(|property| property.enumerable() == Some(true))
            });
            return Ok(keys);
        }
        let [_, keys, _] = self.engine;
        let keys = keys.call(&JsValue::undefined(), &[object.clone().into()], context)?;
        let Some(keys) = keys.as_object() else {
            return Ok(Vec::new());
        };
        let length = keys.get(js_string!("length"), context)?;
        let length = length.to_length(context)?;
        let key =
            |index: u64, context: &mut Context| keys.get(index, context)?.to_property_key(context);
        (0..length).map(|index| key(index, context)).collect()
    }
}

/// A key as a string.
fn text_of(key: &PropertyKey) -> JsValue {
    match key {
        PropertyKey::String(key) => key.clone().into(),
        key => JsString::from(key.to_string()).into(),
    }
}
