//! From script to Rust.

use std::vec;

use ::serde::{
    de::{self, DeserializeSeed, Error as _, IntoDeserializer as _, Unexpected, Visitor},
    forward_to_deserialize_any,
};
use boa_engine::{
    Context, JsBigInt, JsObject, JsString, JsSymbol, JsValue,
    builtins::typed_array::TypedArrayKind,
    object::builtins::{JsDate, JsMap, JsTypedArray},
};
use taipan_webidl::convert::{self, scalar_values};

use super::{
    MAX_DEPTH, STACK_RED_ZONE, STACK_SEGMENT, elements::Elements, error::Error,
    key::KeyDeserializer,
};
use crate::{Bytes, FromJs as _, convert::SAFE_INTEGER};

/// What all parts of a value are read with.
pub(super) struct Reader<'a> {
    context: &'a mut Context,
    /// The objects that what is read now is in.
    around: Vec<JsObject>,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(context: &'a mut Context) -> Self {
        Self {
            context,
            around: Vec::new(),
            depth: 0,
        }
    }

    /// Reads something that is part of something else.
    fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.depth >= MAX_DEPTH {
            return Err(Error::range(format!(
                "the value is nested more than {MAX_DEPTH} deep"
            )));
        }
        self.depth += 1;
        let result = stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, || f(self));
        self.depth -= 1;
        result
    }

    /// Reads what is in an object.
    fn within<T>(
        &mut self,
        object: &JsObject,
        f: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let known = |around: &JsObject| JsObject::equals(around, object);
        if self.around.iter().any(known) {
            return Err(Error::range("the value contains itself"));
        }
        self.around.push(object.clone());
        let result = self.deeper(f);
        self.around.pop();
        result
    }
}

/// Reads one value.
pub(super) struct Deserializer<'r, 'a> {
    value: JsValue,
    reader: &'r mut Reader<'a>,
}

/// What kind of object it is, as far as types can tell.
enum Kind {
    Elements(Elements),
    Bytes(Vec<u8>),
    Text(JsString),
    Entries(Entries),
    Function,
}

impl<'r, 'a> Deserializer<'r, 'a> {
    pub(super) fn new(value: JsValue, reader: &'r mut Reader<'a>) -> Self {
        Self { value, reader }
    }

    /// An integer of any size, or any other number.
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Some(integer) = self.value.as_i32() {
            return visitor.visit_i64(integer.into());
        }
        if let Some(number) = self.value.as_number() {
            let is_integer = number.trunc() == number && number.abs() <= SAFE_INTEGER as f64;
            return match is_integer {
                true => visitor.visit_i64(number as i64),
                false => visitor.visit_f64(number),
            };
        }
        match self.value.as_bigint() {
            Some(big) => big_integer(&big, visitor),
            None => self.any(visitor),
        }
    }

    /// A value by its own type.
    fn any<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Some(object) = self.value.as_object() {
            return self.object(&object, visitor);
        }
        if let Some(text) = self.value.as_string() {
            visitor.visit_string(scalar_values(&text))
        } else if let Some(boolean) = self.value.as_boolean() {
            visitor.visit_bool(boolean)
        } else if let Some(number) = self.value.as_number() {
            // What a type is not told from is the sign of a zero.
            if number == 0.0 && number.is_sign_negative() {
                return visitor.visit_f64(number);
            }
            self.number(visitor)
        } else if self.value.is_bigint() {
            self.number(visitor)
        } else if self.value.is_null_or_undefined() {
            visitor.visit_unit()
        } else {
            Err(Error::invalid_type(Unexpected::Other("a symbol"), &visitor))
        }
    }

    fn object<'de, V: Visitor<'de>>(
        self,
        object: &JsObject,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match kind(object, self.reader.context)? {
            Kind::Elements(elements) => self.elements(object, elements, visitor),
            Kind::Bytes(bytes) => visitor.visit_byte_buf(bytes),
            Kind::Text(text) => visitor.visit_string(scalar_values(&text)),
            Kind::Entries(entries) => self.entries(object, entries, false, visitor),
            Kind::Function => Err(Error::invalid_type(
                Unexpected::Other("a function"),
                &visitor,
            )),
        }
    }

    fn elements<'de, V: Visitor<'de>>(
        self,
        object: &JsObject,
        elements: Elements,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.reader.within(object, |reader| {
            let mut access = SeqAccess {
                elements,
                index: 0,
                reader,
            };
            let value = visitor.visit_seq(&mut access)?;
            match access.elements.left(access.index) {
                0 => Ok(value),
                left => {
                    let expected = format!("{} elements", access.index);
                    Err(Error::invalid_length(
                        access.index + left,
                        &expected.as_str(),
                    ))
                }
            }
        })
    }

    fn entries<'de, V: Visitor<'de>>(
        self,
        object: &JsObject,
        entries: Entries,
        skips_undefined: bool,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.reader.within(object, |reader| {
            visitor.visit_map(MapAccess {
                entries,
                current: None,
                skips_undefined,
                reader,
            })
        })
    }

    /// The elements of an array or of another iterable object, if the value is one.
    fn iterable(&mut self) -> Result<Option<(JsObject, Elements)>, Error> {
        let Some(object) = self.value.as_object() else {
            return Ok(None);
        };
        if let Some(elements) = Elements::of(&object, self.reader.context)? {
            return Ok(Some((object, elements)));
        }
        let iterator = JsSymbol::iterator();
        let Some(method) = convert::get_method(&object, iterator, self.reader.context)? else {
            return Ok(None);
        };
        let values = convert::iterate(
            &object,
            &method,
            |value, _| Ok(value.clone()),
            self.reader.context,
        )?;
        Ok(Some((object, Elements::Values(values.into_iter()))))
    }

    /// The entries of a map or of a plain object, if the value is one.
    fn map(&mut self) -> Result<Option<(JsObject, Entries)>, Error> {
        let Some(object) = self.value.as_object() else {
            return Ok(None);
        };
        match kind(&object, self.reader.context)? {
            Kind::Entries(entries) => Ok(Some((object, entries))),
            _ => Ok(None),
        }
    }
}

/// Keys and values.
type Entries = vec::IntoIter<(JsValue, JsValue)>;

fn big_integer<'de, V: Visitor<'de>>(big: &JsBigInt, visitor: V) -> Result<V::Value, Error> {
    // It gives the nearest: what comes back as another number did not fit.
    let integer = big.to_i128();
    if JsBigInt::from(integer) == *big {
        return match (i64::try_from(integer), u64::try_from(integer)) {
            (Ok(integer), _) => visitor.visit_i64(integer),
            (_, Ok(integer)) => visitor.visit_u64(integer),
            _ => visitor.visit_i128(integer),
        };
    }
    match big.to_string_radix(10).parse() {
        Ok(integer) => visitor.visit_u128(integer),
        Err(_) => Err(Error::range(format!(
            "a BigInt beyond 128 bits, expected {}",
            Expected(&visitor)
        ))),
    }
}

/// Shows what a visitor expects.
struct Expected<'a, V>(&'a V);

impl<'de, V: Visitor<'de>> std::fmt::Display for Expected<'_, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.expecting(f)
    }
}

fn kind(object: &JsObject, context: &mut Context) -> Result<Kind, Error> {
    let value = JsValue::from(object.clone());
    if object.is_callable() {
        return Ok(Kind::Function);
    }
    if let Ok(map) = JsMap::from_object(object.clone()) {
        let mut entries = Vec::new();
        map.for_each_native(|key, value| {
            entries.push((key, value));
            Ok(())
        })?;
        return Ok(Kind::Entries(entries.into_iter()));
    }
    if let Ok(date) = JsDate::from_object(object.clone()) {
        let text = date.to_iso_string(context)?;
        return Ok(Kind::Text(text.to_string(context)?));
    }
    if let Some(bytes) = bytes(&value, context)? {
        return Ok(Kind::Bytes(bytes));
    }
    if let Some(elements) = Elements::of(object, context)? {
        return Ok(Kind::Elements(elements));
    }
    let properties = convert::properties(object, context)?;
    let entries: Vec<_> = properties
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect();
    Ok(Kind::Entries(entries.into_iter()))
}

/// The bytes of buffers, and of views that are nothing but bytes.
fn bytes(value: &JsValue, context: &mut Context) -> Result<Option<Vec<u8>>, Error> {
    let array = value
        .as_object()
        .and_then(|object| JsTypedArray::from_object(object).ok());
    if let Some(array) = array
        && !matches!(
            array.kind(),
            Some(TypedArrayKind::Uint8 | TypedArrayKind::Uint8Clamped)
        )
    {
        return Ok(None);
    }
    Ok(Bytes::from_js(value, context).ok().map(Into::into))
}

struct SeqAccess<'r, 'a> {
    elements: Elements,
    index: usize,
    reader: &'r mut Reader<'a>,
}

impl<'de> de::SeqAccess<'de> for &mut SeqAccess<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let index = self.index;
        let next = self.elements.next(index, self.reader.context);
        let Some(value) = next.map_err(|error| error.in_element(index))? else {
            return Ok(None);
        };
        self.index += 1;
        let reader = &mut *self.reader;
        seed.deserialize(Deserializer { value, reader })
            .map(Some)
            .map_err(|error| error.in_element(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.elements.left(self.index))
    }
}

struct MapAccess<'r, 'a> {
    entries: Entries,
    /// What the key is called whose value comes next, and the value.
    current: Option<(String, JsValue)>,
    skips_undefined: bool,
    reader: &'r mut Reader<'a>,
}

impl<'de> de::MapAccess<'de> for MapAccess<'_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let skips = self.skips_undefined;
        let Some((key, value)) = self
            .entries
            .find(|(_, value)| !(skips && value.is_undefined()))
        else {
            return Ok(None);
        };
        let Some(name) = key.as_string() else {
            let name = key.display().to_string();
            let reader = &mut *self.reader;
            let parsed = seed.deserialize(Deserializer { value: key, reader });
            let parsed = parsed.map_err(|error| error.in_property(&name))?;
            self.current = Some((name, value));
            return Ok(Some(parsed));
        };
        let name = scalar_values(&name);
        let parsed = seed.deserialize(KeyDeserializer(name.clone()));
        let parsed = parsed.map_err(|error| error.in_property(&name))?;
        self.current = Some((name, value));
        Ok(Some(parsed))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some((name, value)) = self.current.take() else {
            return Err(Error::custom("a value of a map before its key"));
        };
        let reader = &mut *self.reader;
        seed.deserialize(Deserializer { value, reader })
            .map_err(|error| error.in_property(&name))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// The content of a variant.
struct Variant<'r, 'a> {
    name: String,
    value: JsValue,
    reader: &'r mut Reader<'a>,
}

impl<'de, 'r, 'a> de::EnumAccess<'de> for Variant<'r, 'a> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let variant = seed.deserialize(KeyDeserializer(self.name.clone()))?;
        Ok((variant, self))
    }
}

impl Variant<'_, '_> {
    /// Reads the content.
    fn content<T>(
        self,
        read: impl FnOnce(Deserializer<'_, '_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Self {
            name,
            value,
            reader,
        } = self;
        read(Deserializer { value, reader }).map_err(|error| error.in_property(&name))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.content(|content| de::Deserialize::deserialize(content))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.content(|content| seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        self.content(|content| de::Deserializer::deserialize_tuple(content, length, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.content(|content| de::Deserializer::deserialize_struct(content, "", fields, visitor))
    }
}

/// Types of numbers that are integers.
macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.number(visitor)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Deserializer<'_, '_> {
    type Error = Error;

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.any(visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Some(number) = self.value.as_number() {
            visitor.visit_f64(number)
        } else if self.value.is_bigint() {
            Err(Error::invalid_type(Unexpected::Other("a BigInt"), &visitor))
        } else {
            self.any(visitor)
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        // Whatever a view is on, its bytes.
        match Bytes::from_js(&self.value, self.reader.context) {
            Ok(bytes) => visitor.visit_byte_buf(bytes.into()),
            Err(_) => self.any(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Self { value, reader } = self;
        if value.is_null_or_undefined() {
            return visitor.visit_none();
        }
        reader.deeper(|reader| visitor.visit_some(Deserializer { value, reader }))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let Self { value, reader } = self;
        reader.deeper(|reader| visitor.visit_newtype_struct(Deserializer { value, reader }))
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        match self.iterable()? {
            Some((object, elements)) => self.elements(&object, elements, visitor),
            None => self.any(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.map()? {
            Some((object, entries)) => self.entries(&object, entries, true, visitor),
            None => self.any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if let Some(name) = self.value.as_string() {
            return visitor.visit_enum(scalar_values(&name).into_deserializer());
        }
        let Some((object, mut entries)) = self.map()? else {
            return Err(Error::invalid_type(
                Unexpected::Other(&crate::convert::described(&self.value)),
                &visitor,
            ));
        };
        let entry = entries.next().filter(|_| entries.len() == 0);
        let Some((name, value)) = entry.and_then(|(key, value)| Some((key.as_string()?, value)))
        else {
            return Err(Error::custom(
                "the object of a variant must have its name as the only property",
            ));
        };
        let name = scalar_values(&name);
        self.reader.within(&object, |reader| {
            visitor.visit_enum(Variant {
                name,
                value,
                reader,
            })
        })
    }

    /// Whatever it is, it is not looked at, and may contain itself.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool char str string unit unit_struct map identifier
    }
}
