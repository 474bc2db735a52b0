//! From Rust to script.

use ::serde::{Serialize, ser};
use boa_engine::{
    Context, JsBigInt, JsObject, JsString, JsValue, object::builtins::JsArray,
    property::PropertyKey,
};

use super::{MAX_DEPTH, STACK_RED_ZONE, STACK_SEGMENT, error::Error, key::KeySerializer};
use crate::convert::SAFE_INTEGER;

/// Makes one value.
pub(super) struct Serializer<'a> {
    context: &'a mut Context,
    depth: usize,
}

impl<'a> Serializer<'a> {
    pub(super) fn new(context: &'a mut Context) -> Self {
        Self { context, depth: 0 }
    }

    /// Makes a value that is part of this one.
    fn part<T: Serialize + ?Sized>(
        context: &mut Context,
        depth: usize,
        value: &T,
    ) -> Result<JsValue, Error> {
        if depth >= MAX_DEPTH {
            return Err(Error::range(format!(
                "the value is nested more than {MAX_DEPTH} deep"
            )));
        }
        let depth = depth + 1;
        stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, || {
            value.serialize(Serializer { context, depth })
        })
    }

    fn integer(self, value: i128) -> JsValue {
        if (-SAFE_INTEGER..=SAFE_INTEGER).contains(&value) {
            JsValue::from(value as f64)
        } else {
            JsBigInt::from(value).into()
        }
    }

    fn elements(self, length: Option<usize>) -> Elements<'a> {
        Elements {
            context: self.context,
            depth: self.depth,
            // What a type says of its length is not to be relied on.
            elements: Vec::with_capacity(length.unwrap_or(0).min(1024)),
            variant: None,
        }
    }

    fn properties(self) -> Properties<'a> {
        let object = JsObject::with_object_proto(self.context.intrinsics());
        Properties {
            context: self.context,
            depth: self.depth,
            object,
            key: None,
            variant: None,
        }
    }
}

/// An object with one property, by the name of a variant.
fn tagged(variant: &str, value: JsValue, context: &mut Context) -> Result<JsValue, Error> {
    let object = JsObject::with_object_proto(context.intrinsics());
    object.create_data_property_or_throw(key(variant), value, context)?;
    Ok(object.into())
}

fn key(name: &str) -> PropertyKey {
    JsString::from(name).into()
}

/// Types of which all values are numbers.
macro_rules! numbers {
    ($($method:ident: $type:ty,)*) => {$(
        fn $method(self, value: $type) -> Result<JsValue, Error> {
            Ok(value.into())
        }
    )*};
}

/// Integers that numbers may be too small for.
macro_rules! integers {
    ($($method:ident: $type:ty,)*) => {$(
        fn $method(self, value: $type) -> Result<JsValue, Error> {
            Ok(self.integer(value.into()))
        }
    )*};
}

impl<'a> ser::Serializer for Serializer<'a> {
    type Ok = JsValue;
    type Error = Error;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Elements<'a>;
    type SerializeTupleStruct = Elements<'a>;
    type SerializeTupleVariant = Elements<'a>;
    type SerializeMap = Properties<'a>;
    type SerializeStruct = Properties<'a>;
    type SerializeStructVariant = Properties<'a>;

    numbers! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_f64: f64,
    }

    integers! {
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u64: u64,
    }

    fn serialize_u128(self, value: u128) -> Result<JsValue, Error> {
        Ok(match i128::try_from(value) {
            Ok(value) => self.integer(value),
            Err(_) => JsBigInt::from(value).into(),
        })
    }

    fn serialize_f32(self, value: f32) -> Result<JsValue, Error> {
        Ok(f64::from(value).into())
    }

    fn serialize_char(self, value: char) -> Result<JsValue, Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<JsValue, Error> {
        Ok(JsString::from(value).into())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<JsValue, Error> {
        Ok(taipan_web::bytes::uint8_array(value, self.context)?.into())
    }

    fn serialize_none(self) -> Result<JsValue, Error> {
        Ok(JsValue::undefined())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<JsValue, Error> {
        Self::part(self.context, self.depth, value)
    }

    fn serialize_unit(self) -> Result<JsValue, Error> {
        Ok(JsValue::null())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<JsValue, Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<JsValue, Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<JsValue, Error> {
        Self::part(self.context, self.depth, value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<JsValue, Error> {
        let value = Self::part(self.context, self.depth, value)
            .map_err(|error| error.in_property(variant))?;
        tagged(variant, value, self.context)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Elements<'a>, Error> {
        Ok(self.elements(length))
    }

    fn serialize_tuple(self, length: usize) -> Result<Elements<'a>, Error> {
        Ok(self.elements(Some(length)))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Elements<'a>, Error> {
        Ok(self.elements(Some(length)))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Elements<'a>, Error> {
        let variant = Some(variant);
        Ok(Elements {
            variant,
            ..self.elements(Some(length))
        })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Properties<'a>, Error> {
        Ok(self.properties())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Properties<'a>, Error> {
        Ok(self.properties())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Properties<'a>, Error> {
        let variant = Some(variant);
        Ok(Properties {
            variant,
            ..self.properties()
        })
    }
}

/// Makes an array.
pub(super) struct Elements<'a> {
    context: &'a mut Context,
    depth: usize,
    elements: Vec<JsValue>,
    /// The variant whose content it is.
    variant: Option<&'static str>,
}

impl Elements<'_> {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let index = self.elements.len();
        let value = Serializer::part(self.context, self.depth, value)
            .map_err(|error| in_variant(self.variant, error.in_element(index)))?;
        self.elements.push(value);
        Ok(())
    }

    fn finish(self) -> Result<JsValue, Error> {
        let array = JsArray::from_iter(self.elements, self.context).into();
        match self.variant {
            Some(variant) => tagged(variant, array, self.context),
            None => Ok(array),
        }
    }
}

/// Makes an object.
pub(super) struct Properties<'a> {
    context: &'a mut Context,
    depth: usize,
    object: JsObject,
    /// The key of the entry whose value comes next.
    key: Option<String>,
    /// The variant whose content it is.
    variant: Option<&'static str>,
}

impl Properties<'_> {
    fn set<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        let value = Serializer::part(self.context, self.depth, value)
            .map_err(|error| in_variant(self.variant, error.in_property(name)))?;
        self.object
            .create_data_property_or_throw(key(name), value, self.context)?;
        Ok(())
    }

    fn finish(self) -> Result<JsValue, Error> {
        match self.variant {
            Some(variant) => tagged(variant, self.object.into(), self.context),
            None => Ok(self.object.into()),
        }
    }
}

fn in_variant(variant: Option<&str>, error: Error) -> Error {
    match variant {
        Some(variant) => error.in_property(variant),
        None => error,
    }
}

/// The traits that hand over elements.
macro_rules! elements {
    ($($trait:ident: $method:ident,)*) => {$(
        impl ser::$trait for Elements<'_> {
            type Ok = JsValue;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.push(value)
            }

            fn end(self) -> Result<JsValue, Error> {
                self.finish()
            }
        }
    )*};
}

elements! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field,
}

/// The traits that hand over fields.
macro_rules! fields {
    ($($trait:ident)*) => {$(
        impl ser::$trait for Properties<'_> {
            type Ok = JsValue;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Error> {
                self.set(name, value)
            }

            fn end(self) -> Result<JsValue, Error> {
                self.finish()
            }
        }
    )*};
}

fields! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Properties<'_> {
    type Ok = JsValue;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key = Some(key.serialize(KeySerializer)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let key = self.key.take();
        let key =
            key.ok_or_else(|| <Error as ser::Error>::custom("a value of a map without its key"))?;
        self.set(&key, value)
    }

    fn end(self) -> Result<JsValue, Error> {
        self.finish()
    }
}
