//! From records to a value.

use boa_engine::{
    Context, JsObject, JsResult, JsValue, js_string,
    object::builtins::{JsArray, JsArrayBuffer, JsMap, JsRegExp, JsSet, JsSharedArrayBuffer},
    property::{PropertyDescriptor, PropertyKey},
};

use super::{
    error,
    record::{Properties, Record, Serialized, Value},
    transfer::{Transferred, resizable_array_buffer},
};

/// Makes a value in the current realm of a serialized one; with the objects that were transferred to it.
///
/// <https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserializewithtransfer>
///
/// # Errors
///
/// What keeps an object from being made, such as a lack of memory.
pub fn deserialize(
    serialized: Serialized,
    context: &mut Context,
) -> JsResult<(JsValue, Vec<JsValue>)> {
    let Serialized { graph, transferred } = serialized;
    let transferred = transferred
        .into_iter()
        .map(|holder| Transferred::receive(holder, context).map(JsValue::from))
        .collect::<JsResult<Vec<_>>>()?;
    // First every object, then what they refer to: so each has something to refer to, in cycles, too.
    let mut objects: Vec<JsValue> = Vec::with_capacity(graph.records.len());
    let mut unfinished = Vec::new();
    for record in graph.records {
        let object = match record {
            Record::Transferred(index) => transferred.get(index).cloned().unwrap_or_default(),
            record => create(record, &objects, &mut unfinished, context)?,
        };
        objects.push(object);
    }
    for (object, parts) in unfinished {
        finish(&object, parts, &objects, context)?;
    }
    Ok((resolve(graph.root, &objects), transferred))
}

/// What is to be put into an object.
enum Parts {
    Array(u32, Properties),
    Object(Properties),
    Map(Vec<Value>),
    Set(Vec<Value>),
    Cause(Value),
}

/// <https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserialize>, up to step 23
fn create(
    record: Record,
    objects: &[JsValue],
    unfinished: &mut Vec<(JsObject, Parts)>,
    context: &mut Context,
) -> JsResult<JsValue> {
    let (object, parts): (JsObject, Option<Parts>) = match record {
        Record::Object(properties) => (
            JsObject::with_object_proto(context.intrinsics()),
            Some(Parts::Object(properties)),
        ),
        Record::Array { length, properties } => match primitives(length, properties) {
            Ok(elements) => (JsArray::from_iter(elements, context).into(), None),
            Err(properties) => (
                JsArray::new(context)?.into(),
                Some(Parts::Array(length, properties)),
            ),
        },
        Record::Map(values) => (JsMap::new(context).into(), Some(Parts::Map(values))),
        Record::Set(values) => (JsSet::new(context).into(), Some(Parts::Set(values))),
        Record::Error(error) => (error.create(context), error.cause.map(Parts::Cause)),
        Record::View(view) => {
            let buffer = objects.get(view.buffer).cloned().unwrap_or_default();
            return view.create(&buffer, context);
        }
        Record::Boolean(value) => return JsValue::from(value).to_object(context).map(Into::into),
        Record::Number(value) => return JsValue::from(value).to_object(context).map(Into::into),
        Record::BigInt(value) => return JsValue::from(value).to_object(context).map(Into::into),
        Record::String(value) => return JsValue::from(value).to_object(context).map(Into::into),
        Record::Date(date) => {
            let prototype = context.intrinsics().constructors().date().prototype();
            (
                JsObject::new(context.root_shape(), prototype, date).upcast(),
                None,
            )
        }
        Record::RegExp(regexp) => {
            let object = JsObject::from(JsRegExp::new(js_string!(), js_string!(), context)?);
            if let Some(mut empty) = object.downcast_mut() {
                *empty = *regexp;
            }
            (object, None)
        }
        Record::ArrayBuffer(block) => {
            (JsArrayBuffer::from_byte_block(block, context)?.into(), None)
        }
        Record::ResizableArrayBuffer(data) => (resizable_array_buffer(data, context), None),
        Record::SharedArrayBuffer(buffer) => (
            JsSharedArrayBuffer::from_buffer(buffer, context).into(),
            None,
        ),
        Record::Platform(serialized) => (serialized.deserialize(context)?, None),
        Record::Transferred(_) => return Ok(JsValue::undefined()),
    };
    if let Some(parts) = parts {
        unfinished.push((object.clone(), parts));
    }
    Ok(object.into())
}

/// The elements of an array that has nothing but primitive values, and no holes.
fn primitives(length: u32, properties: Properties) -> Result<Vec<JsValue>, Properties> {
    let plain = properties.len() == length as usize
        && properties.iter().enumerate().all(|(index, (key, value))| {
            matches!(value, Value::Primitive(_)) && *key == PropertyKey::from(index)
        });
    if !plain {
        return Err(properties);
    }
    Ok(properties
        .into_iter()
        .map(|(_, value)| resolve(value, &[]))
        .collect())
}

fn resolve(value: Value, objects: &[JsValue]) -> JsValue {
    match value {
        Value::Primitive(value) => value,
        Value::Object(place) => objects.get(place).cloned().unwrap_or_default(),
    }
}

/// <https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserialize>, from step 24 on
fn finish(
    object: &JsObject,
    parts: Parts,
    objects: &[JsValue],
    context: &mut Context,
) -> JsResult<()> {
    match parts {
        Parts::Object(properties) => define(object, properties, objects),
        Parts::Array(length, properties) => {
            define(object, properties, objects);
            object.set(js_string!("length"), length, true, context)?;
        }
        Parts::Map(values) => {
            let map = JsMap::from_object(object.clone())?;
            let mut values = values.into_iter().map(|value| resolve(value, objects));
            while let (Some(key), Some(value)) = (values.next(), values.next()) {
                map.set(key, value, context)?;
            }
        }
        Parts::Set(values) => {
            if let Ok(set) = JsSet::from_object(object.clone()) {
                for value in values {
                    set.add(resolve(value, objects), context)?;
                }
            }
        }
        Parts::Cause(cause) => error::define(object, js_string!("cause"), resolve(cause, objects)),
    }
    Ok(())
}

/// Defines the properties of a new object as data properties.
fn define(object: &JsObject, properties: Properties, objects: &[JsValue]) {
    for (key, value) in properties {
        object.insert_property(
            key,
            PropertyDescriptor::builder()
                .value(resolve(value, objects))
                .writable(true)
                .enumerable(true)
                .configurable(true),
        );
    }
}
