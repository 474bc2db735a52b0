//! From a value to records.

use std::{collections::HashMap, vec};

use boa_engine::{
    Context, JsBigInt, JsNativeError, JsObject, JsResult, JsString, JsValue,
    builtins::{
        array_buffer::{AlignedVec, SharedArrayBuffer},
        date::Date,
        error::Error,
        regexp::RegExp,
    },
    js_string,
    object::{
        IndexProperties,
        builtins::{JsArrayBuffer, JsMap, JsSet},
    },
    property::PropertyKey,
};
use taipan_webidl::buffer_source::{external_memory, is_resizable};

use crate::agent::Agent;

use super::{
    data_clone_error,
    error::ErrorRecord,
    platform,
    record::{Graph, Record, Serialized, Value},
    transfer,
    view::View,
};

/// Serializes a value, and takes what is in `transfer` away from whoever has it.
///
/// <https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializewithtransfer>
///
/// # Errors
///
/// A `DataCloneError` if there is something in the value that cannot be cloned or transferred, a `TypeError` for a
/// buffer that must not be detached, and whatever getters throw.
pub fn serialize_with_transfer(
    value: &JsValue,
    transfer: &[JsValue],
    context: &mut Context,
) -> JsResult<Serialized> {
    Agent::check(context)?;
    let mut serializer = Serializer::default();
    // Step 2.
    let mut transferables = Vec::with_capacity(transfer.len());
    for (index, transferable) in transfer.iter().enumerate() {
        let Some(object) = transferable.as_object() else {
            return Err(JsNativeError::typ()
                .with_message("structuredClone: what is transferred must be an object")
                .into());
        };
        transfer::check_transferable(&object, context)?;
        let place = serializer.add(Record::Transferred(index));
        if serializer.memory.insert(object.clone(), place).is_some() {
            let message = "structuredClone: an object is transferred twice";
            return Err(data_clone_error(message, context));
        }
        transferables.push(object);
    }
    // Step 3.
    let graph = serializer.run(value, context)?;
    // Steps 4 and 5.
    let transferred = transferables
        .iter()
        .map(|object| transfer::transfer(object, context))
        .collect::<JsResult<_>>()?;
    Ok(Serialized { graph, transferred })
}

/// A record whose parts are being serialized.
struct Frame {
    place: usize,
    parts: Parts,
}

/// The parts that are still to be serialized.
enum Parts {
    Properties {
        object: JsObject,
        keys: vec::IntoIter<PropertyKey>,
    },
    Values(vec::IntoIter<JsValue>),
}

#[derive(Default)]
struct Serializer {
    records: Vec<Record>,
    /// The places of the records of the objects that were met.
    memory: HashMap<JsObject, usize>,
    /// From the outermost object to the innermost.
    frames: Vec<Frame>,
}

impl Serializer {
    fn add(&mut self, record: Record) -> usize {
        self.records.push(record);
        self.records.len() - 1
    }

    /// Adds the record of an object that has parts, which come next.
    fn add_with_parts(&mut self, record: Record, parts: Parts) -> usize {
        let place = self.add(record);
        self.frames.push(Frame { place, parts });
        place
    }

    /// <https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal>
    ///
    /// Each value is serialized with all of its parts before the next one, as by recursion: getters are called in that
    /// order.
    fn run(mut self, value: &JsValue, context: &mut Context) -> JsResult<Graph> {
        let root = self.value(value, context)?;
        while let Some(mut frame) = self.frames.pop() {
            if let Some((key, part)) = frame.parts.next(context)? {
                let place = frame.place;
                // Back on the stack first, under what the part may add to it.
                self.frames.push(frame);
                let part = self.value(&part, context)?;
                self.store(place, key, part);
            }
        }
        Ok(Graph {
            root,
            records: self.records,
        })
    }

    /// Puts a part into the record that it belongs to.
    fn store(&mut self, place: usize, key: Option<PropertyKey>, part: Value) {
        match (self.records.get_mut(place), key) {
            (Some(Record::Object(properties) | Record::Array { properties, .. }), Some(key)) => {
                properties.push((key, part))
            }
            (Some(Record::Set(values) | Record::Map(values)), _) => values.push(part),
            (Some(Record::Error(error)), _) => error.cause = Some(part),
            _ => {}
        }
    }

    /// Serializes a value but for its parts.
    fn value(&mut self, value: &JsValue, context: &mut Context) -> JsResult<Value> {
        let Some(object) = value.as_object() else {
            if value.is_symbol() {
                let message = "structuredClone: a symbol cannot be cloned";
                return Err(data_clone_error(message, context));
            }
            return Ok(Value::Primitive(value.clone()));
        };
        if let Some(place) = self.memory.get(&object) {
            return Ok(Value::Object(*place));
        }
        let place = self.object(&object, context)?;
        self.memory.insert(object, place);
        Ok(Value::Object(place))
    }

    /// Makes the record of an object that was not met before. Its parts, if it has any, come next.
    fn object(&mut self, object: &JsObject, context: &mut Context) -> JsResult<usize> {
        if object.is_ordinary() || is_object_prototype(object, context) {
            let parts = properties(object, |_| true, context)?;
            return Ok(self.add_with_parts(Record::Object(Vec::new()), parts));
        }
        if object.is_array() {
            return self.array(object, context);
        }
        if let Some(record) = leaf(object, context)? {
            return Ok(self.add(record));
        }
        if let Some(view) = View::find(object, context)? {
            let Ok(view) = view else {
                let message = "structuredClone: a view is out of the bounds of its buffer";
                return Err(data_clone_error(message, context));
            };
            let buffer = match self.value(&view.buffer.clone().into(), context)? {
                Value::Object(place) => place,
                Value::Primitive(_) => return Err(unexpected()),
            };
            return Ok(self.add(Record::View(view.record(buffer))));
        }
        if let Ok(map) = JsMap::from_object(object.clone()) {
            let mut parts = Vec::new();
            map.for_each_native(|key, value| {
                parts.extend([key, value]);
                Ok(())
            })?;
            return Ok(
                self.add_with_parts(Record::Map(Vec::new()), Parts::Values(parts.into_iter()))
            );
        }
        if let Ok(set) = JsSet::from_object(object.clone()) {
            let mut parts = Vec::new();
            set.for_each_native(|value| {
                parts.push(value);
                Ok(())
            })?;
            return Ok(
                self.add_with_parts(Record::Set(Vec::new()), Parts::Values(parts.into_iter()))
            );
        }
        if object.is::<Error>() {
            let (record, cause) = ErrorRecord::new(object, context)?;
            let cause: Vec<JsValue> = cause.into_iter().collect();
            return Ok(self.add_with_parts(
                Record::Error(Box::new(record)),
                Parts::Values(cause.into_iter()),
            ));
        }
        if let Some(serialized) = platform::serialize(object, context)? {
            return Ok(self.add(Record::Platform(serialized)));
        }
        let message = format!(
            "structuredClone: {} cannot be cloned",
            platform::describe(object)
        );
        Err(data_clone_error(&message, context))
    }

    fn array(&mut self, array: &JsObject, context: &mut Context) -> JsResult<usize> {
        let length = array.get(js_string!("length"), context)?.to_u32(context)?;
        // Elements that are stored as numbers have no parts, and nothing that a script could do on the way.
        let numbers: Option<Vec<JsValue>> = match array.borrow().properties().index_properties() {
            IndexProperties::DenseI32(numbers) => {
                Some(numbers.map(|(_, number)| JsValue::from(*number)).collect())
            }
            IndexProperties::DenseF64(numbers) => {
                Some(numbers.map(|(_, number)| JsValue::from(*number)).collect())
            }
            _ => None,
        };
        let is_left =
            |key: &PropertyKey| numbers.is_none() || !matches!(key, PropertyKey::Index(_));
        let parts = properties(array, is_left, context)?;
        let properties = numbers.unwrap_or_default().into_iter().enumerate();
        let properties = properties
            .map(|(index, number)| (PropertyKey::from(index), Value::Primitive(number)))
            .collect();
        Ok(self.add_with_parts(Record::Array { length, properties }, parts))
    }
}

fn unexpected() -> boa_engine::JsError {
    JsNativeError::typ()
        .with_message("structuredClone: a view has no buffer")
        .into()
}

impl Parts {
    /// The next part, with its key if it is a property.
    fn next(&mut self, context: &mut Context) -> JsResult<Option<(Option<PropertyKey>, JsValue)>> {
        let (object, keys) = match self {
            Self::Values(values) => return Ok(values.next().map(|value| (None, value))),
            Self::Properties { object, keys } => (object, keys),
        };
        for key in keys {
            let property = object.borrow().properties().get(&key);
            // A getter may have deleted it by now.
            let Some(property) = property else { continue };
            let value = match property.value() {
                Some(value) => value.clone(),
                None => object.get(key.clone(), context)?,
            };
            return Ok(Some((Some(key), value)));
        }
        Ok(None)
    }
}

/// The enumerable own properties of an object without exotic behaviour, of which `select` takes some.
fn properties(
    object: &JsObject,
    select: impl Fn(&PropertyKey) -> bool,
    context: &mut Context,
) -> JsResult<Parts> {
    let mut keys = object.own_property_keys(context)?;
    let borrowed = object.borrow();
    keys.retain(|key| {
        !matches!(key, PropertyKey::Symbol(_))
            && select(key)
            && borrowed
                .properties()
                .get(key)
                .is_some_and(|property| property.enumerable() == Some(true))
    });
    Ok(Parts::Properties {
        object: object.clone(),
        keys: keys.into_iter(),
    })
}

/// An exotic object that is cloned as an ordinary one all the same.
fn is_object_prototype(object: &JsObject, context: &Context) -> bool {
    let constructors = context.intrinsics().constructors();
    JsObject::equals(object, &constructors.object().prototype())
}

/// The record of an object of the language that has no parts.
fn leaf(object: &JsObject, context: &mut Context) -> JsResult<Option<Record>> {
    if let Ok(buffer) = JsArrayBuffer::from_object(object.clone()) {
        return array_buffer(&buffer, context).map(Some);
    }
    Ok(if let Some(date) = object.downcast_ref::<Date>() {
        Some(Record::Date(*date))
    } else if let Some(regexp) = object.downcast_ref::<RegExp>() {
        Some(Record::RegExp(Box::new(regexp.clone())))
    } else if let Some(value) = object.downcast_ref::<bool>() {
        Some(Record::Boolean(*value))
    } else if let Some(value) = object.downcast_ref::<f64>() {
        Some(Record::Number(*value))
    } else if let Some(value) = object.downcast_ref::<JsString>() {
        Some(Record::String(value.clone()))
    } else if let Some(value) = object.downcast_ref::<JsBigInt>() {
        Some(Record::BigInt(value.clone()))
    } else {
        let buffer = object.downcast_ref::<SharedArrayBuffer>();
        buffer.map(|buffer| Record::SharedArrayBuffer(buffer.clone()))
    })
}

fn array_buffer(buffer: &JsArrayBuffer, context: &mut Context) -> JsResult<Record> {
    external_memory(buffer.byte_length());
    if is_resizable(buffer) {
        return Ok(Record::ResizableArrayBuffer(buffer.borrow().data().clone()));
    }
    let copy = buffer.data().map(|data| copy(&data));
    match copy {
        None => {
            let message = "structuredClone: a detached ArrayBuffer cannot be cloned";
            Err(data_clone_error(message, context))
        }
        Some(None) => Err(JsNativeError::range()
            .with_message(
                "structuredClone: there is not enough memory for a copy of an ArrayBuffer",
            )
            .into()),
        Some(Some(block)) => Ok(Record::ArrayBuffer(block)),
    }
}

/// A copy of the bytes, if there is memory for it.
fn copy(bytes: &[u8]) -> Option<AlignedVec<u8>> {
    let mut block = AlignedVec::new(0);
    block.try_reserve_exact(bytes.len()).ok()?;
    block.extend_from_slice(bytes);
    Some(block)
}
