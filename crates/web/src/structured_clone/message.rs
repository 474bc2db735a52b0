//! Serialized values that leave their agent.
//!
//! Within an agent a serialized value shares strings and much else with the engine, which belongs to one thread. What
//! goes to another agent is made into a [`Message`], and becomes a serialized value again where it arrives. Bytes are
//! moved, not copied; what is immutable (blobs, modules of WebAssembly, keys) is shared.

use std::{collections::HashMap, mem, rc::Rc, sync::Arc};

use boa_engine::{
    Context, JsBigInt, JsObject, JsResult, JsString, JsValue, JsVariant,
    builtins::{
        array_buffer::{AlignedVec, ArrayBuffer, SharedArrayBuffer},
        date::Date,
        error::ErrorKind,
        regexp::RegExp,
    },
    object::builtins::{JsArrayBuffer, JsRegExp},
    property::PropertyKey,
};

use super::{
    error::ErrorRecord,
    native,
    platform::{Arrived, PortableObject},
    record::{self, Graph, Serialized},
    text::Text,
    transfer::{self, resizable_array_buffer},
    view::ViewRecord,
};
use crate::messaging::{Leaving, PortHolder, Wire};

/// A serialized value on its way to another agent.
pub struct Message {
    root: Value,
    records: Vec<Record>,
    /// The names of properties, each once.
    keys: Vec<Text>,
    transferred: Vec<Transferred>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message")
            .field("records", &self.records.len())
            .field("transferred", &self.transferred.len())
            .finish_non_exhaustive()
    }
}

/// What [`record::Value`] is here.
enum Value {
    Undefined,
    Null,
    Boolean(bool),
    Integer(i32),
    Number(f64),
    BigInt(Box<str>),
    String(Text),
    Object(usize),
}

/// The key of a property.
#[derive(Clone, Copy)]
enum Key {
    Index(u32),
    /// By its place among the keys.
    Name(usize),
}

type Properties = Vec<(Key, Value)>;

/// What [`record::Record`] is here.
enum Record {
    Boolean(bool),
    Number(f64),
    BigInt(Box<str>),
    String(Text),
    Date(Date),
    RegExp { source: Text, flags: String },
    ArrayBuffer(AlignedVec<u8>),
    ResizableArrayBuffer(Resizable),
    SharedArrayBuffer(SharedArrayBuffer),
    View(ViewRecord),
    Map(Vec<Value>),
    Set(Vec<Value>),
    Error(Box<ErrorParts>),
    Array { length: u32, properties: Properties },
    Object(Properties),
    Platform(Arc<dyn PortableObject>),
    Transferred(usize),
}

/// What [`ErrorRecord`] is here.
struct ErrorParts {
    kind: ErrorKind,
    message: Option<Text>,
    stack: Option<Text>,
    cause: Option<Value>,
}

/// A resizable buffer.
struct Resizable {
    block: AlignedVec<u8>,
    max_byte_length: u64,
}

/// What [`transfer::Transferred`] is here.
enum Transferred {
    ArrayBuffer(AlignedVec<u8>),
    ResizableArrayBuffer(Resizable),
    MessagePort(Wire),
}

/// The base of the digits of a `BigInt` on its way: a power of two is converted in linear time.
const RADIX: u32 = 16;

impl Serialized {
    /// Makes what may leave the agent of it.
    ///
    /// Ports that are transferred take the messages with them that wait for them.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub fn into_message(self, context: &mut Context) -> JsResult<Message> {
        let mut leaving = Leaving::new();
        let message = Sending::default().message(self, &mut leaving, context)?;
        // Their messages may bring ports with messages; these come to the same list instead of going deeper.
        while let Some((queue, side)) = leaving.pop() {
            let messages = queue
                .into_iter()
                .map(|message| Sending::default().message(message, &mut leaving, context))
                .collect::<JsResult<_>>()?;
            side.prepend(messages);
        }
        Ok(message)
    }
}

/// What is known while a value is made into a message.
#[derive(Default)]
struct Sending {
    keys: Vec<Text>,
    places: HashMap<JsString, usize>,
}

impl Sending {
    fn message(
        mut self,
        serialized: Serialized,
        leaving: &mut Leaving,
        context: &mut Context,
    ) -> JsResult<Message> {
        let Serialized { graph, transferred } = serialized;
        let root = value(graph.root);
        let records = graph
            .records
            .into_iter()
            .map(|record| self.record(record, context))
            .collect::<JsResult<_>>()?;
        let transferred = transferred
            .into_iter()
            .map(|transferred| {
                Ok(match transferred {
                    transfer::Transferred::ArrayBuffer(block) => Transferred::ArrayBuffer(block),
                    transfer::Transferred::ResizableArrayBuffer(buffer) => {
                        Transferred::ResizableArrayBuffer(resizable(buffer, context)?)
                    }
                    transfer::Transferred::MessagePort(port) => {
                        Transferred::MessagePort(port.into_wire(leaving, context))
                    }
                })
            })
            .collect::<JsResult<_>>()?;
        Ok(Message {
            root,
            records,
            keys: self.keys,
            transferred,
        })
    }

    fn key(&mut self, key: PropertyKey) -> Option<Key> {
        match key {
            PropertyKey::Index(index) => Some(Key::Index(index.get())),
            PropertyKey::String(name) => {
                let keys = &mut self.keys;
                let place = *self.places.entry(name).or_insert_with_key(|name| {
                    keys.push(Text::from(name));
                    keys.len() - 1
                });
                Some(Key::Name(place))
            }
            // Properties with symbols are not serialized.
            PropertyKey::Symbol(_) => None,
        }
    }

    fn properties(&mut self, properties: record::Properties) -> Properties {
        properties
            .into_iter()
            .filter_map(|(key, part)| Some((self.key(key)?, value(part))))
            .collect()
    }

    fn record(&mut self, record: record::Record, context: &mut Context) -> JsResult<Record> {
        let values = |values: Vec<record::Value>| values.into_iter().map(value).collect();
        Ok(match record {
            record::Record::Boolean(value) => Record::Boolean(value),
            record::Record::Number(value) => Record::Number(value),
            record::Record::BigInt(value) => Record::BigInt(digits(&value)),
            record::Record::String(value) => Record::String(Text::from(&value)),
            record::Record::Date(date) => Record::Date(date),
            record::Record::RegExp(regexp) => {
                let (source, flags) = native::regexp(*regexp, context)?;
                Record::RegExp { source, flags }
            }
            record::Record::ArrayBuffer(block) => Record::ArrayBuffer(block),
            record::Record::ResizableArrayBuffer(buffer) => {
                Record::ResizableArrayBuffer(resizable(buffer, context)?)
            }
            record::Record::SharedArrayBuffer(buffer) => Record::SharedArrayBuffer(buffer),
            record::Record::View(view) => Record::View(view),
            record::Record::Map(parts) => Record::Map(values(parts)),
            record::Record::Set(parts) => Record::Set(values(parts)),
            record::Record::Error(mut error) => {
                let cause = error.cause.take().map(value);
                let stack = error.stack_text(context)?;
                Record::Error(Box::new(ErrorParts {
                    kind: error.kind,
                    message: error.message.as_ref().map(Text::from),
                    stack: stack.as_ref().map(Text::from),
                    cause,
                }))
            }
            record::Record::Array { length, properties } => Record::Array {
                length,
                properties: self.properties(properties),
            },
            record::Record::Object(properties) => Record::Object(self.properties(properties)),
            record::Record::Platform(object) => Record::Platform(object.to_portable()),
            record::Record::Transferred(index) => Record::Transferred(index),
        })
    }
}

fn digits(value: &JsBigInt) -> Box<str> {
    value.to_string_radix(RADIX).into()
}

fn value(value: record::Value) -> Value {
    let value = match value {
        record::Value::Object(place) => return Value::Object(place),
        record::Value::Primitive(value) => value,
    };
    match value.variant() {
        JsVariant::Null => Value::Null,
        JsVariant::Boolean(value) => Value::Boolean(value),
        JsVariant::Integer32(value) => Value::Integer(value),
        JsVariant::Float64(value) => Value::Number(value),
        JsVariant::BigInt(value) => Value::BigInt(digits(&value)),
        JsVariant::String(value) => Value::String(Text::from(&value)),
        // The serializer lets neither symbols nor objects through as primitive values.
        JsVariant::Undefined | JsVariant::Symbol(_) | JsVariant::Object(_) => Value::Undefined,
    }
}

/// The bytes of a resizable buffer, and how many they may become.
fn resizable(buffer: ArrayBuffer, context: &mut Context) -> JsResult<Resizable> {
    let object = resizable_array_buffer(buffer, context);
    let max_byte_length = native::max_byte_length(&object, context)?;
    let block = JsArrayBuffer::from_object(object)?.detach(&JsValue::undefined())?;
    Ok(Resizable {
        block,
        max_byte_length,
    })
}

impl Message {
    /// The ends of channels that are transferred with it.
    pub(crate) fn take_wires(&mut self) -> Vec<Wire> {
        let transferred = mem::take(&mut self.transferred);
        transferred
            .into_iter()
            .filter_map(|transferred| match transferred {
                Transferred::MessagePort(wire) => Some(wire),
                Transferred::ArrayBuffer(_) | Transferred::ResizableArrayBuffer(_) => None,
            })
            .collect()
    }

    /// Makes a serialized value in this agent of it.
    ///
    /// # Errors
    ///
    /// What keeps a part of it from being made, such as a lack of memory.
    pub fn into_serialized(self, context: &mut Context) -> JsResult<Serialized> {
        let keys: Vec<JsString> = self.keys.iter().map(JsString::from).collect();
        let receiving = Receiving { keys };
        // Ports first: those that are left over if the rest fails have to be closed.
        let transferred = self
            .transferred
            .into_iter()
            .map(|transferred| {
                Ok(match transferred {
                    Transferred::ArrayBuffer(block) => transfer::Transferred::ArrayBuffer(block),
                    Transferred::ResizableArrayBuffer(buffer) => {
                        let buffer = received_buffer(buffer, context)?;
                        transfer::Transferred::ResizableArrayBuffer(buffer)
                    }
                    Transferred::MessagePort(wire) => {
                        transfer::Transferred::MessagePort(PortHolder::from_wire(wire, context))
                    }
                })
            })
            .collect::<JsResult<_>>()?;
        let records = self
            .records
            .into_iter()
            .map(|record| receiving.record(record, context))
            .collect::<JsResult<_>>()?;
        let graph = Graph {
            root: received(self.root),
            records,
        };
        Ok(Serialized { graph, transferred })
    }
}

/// What is known while a message is made into a value.
struct Receiving {
    keys: Vec<JsString>,
}

impl Receiving {
    fn properties(&self, properties: Properties) -> record::Properties {
        properties
            .into_iter()
            .map(|(key, value)| {
                let key = match key {
                    Key::Index(index) => PropertyKey::from(index),
                    Key::Name(place) => {
                        PropertyKey::from(self.keys.get(place).cloned().unwrap_or_default())
                    }
                };
                (key, received(value))
            })
            .collect()
    }

    fn record(&self, record: Record, context: &mut Context) -> JsResult<record::Record> {
        let values = |values: Vec<Value>| values.into_iter().map(received).collect();
        Ok(match record {
            Record::Boolean(value) => record::Record::Boolean(value),
            Record::Number(value) => record::Record::Number(value),
            Record::BigInt(digits) => record::Record::BigInt(big_int(&digits)),
            Record::String(text) => record::Record::String(JsString::from(&text)),
            Record::Date(date) => record::Record::Date(date),
            Record::RegExp { source, flags } => {
                let source = JsString::from(&source);
                let regexp = JsRegExp::new(source, JsString::from(flags), context)?;
                let object = JsObject::from(regexp);
                let regexp = object.downcast_ref::<RegExp>().map(|regexp| regexp.clone());
                regexp.map_or_else(
                    || record::Record::Object(Vec::new()),
                    |regexp| record::Record::RegExp(Box::new(regexp)),
                )
            }
            Record::ArrayBuffer(block) => record::Record::ArrayBuffer(block),
            Record::ResizableArrayBuffer(buffer) => {
                record::Record::ResizableArrayBuffer(received_buffer(buffer, context)?)
            }
            Record::SharedArrayBuffer(buffer) => record::Record::SharedArrayBuffer(buffer),
            Record::View(view) => record::Record::View(view),
            Record::Map(parts) => record::Record::Map(values(parts)),
            Record::Set(parts) => record::Record::Set(values(parts)),
            Record::Error(error) => {
                let text = |text: &Option<Text>| text.as_ref().map(JsString::from);
                record::Record::Error(Box::new(ErrorRecord::from_parts(
                    error.kind,
                    text(&error.message),
                    text(&error.stack),
                    error.cause.map(received),
                )))
            }
            Record::Array { length, properties } => record::Record::Array {
                length,
                properties: self.properties(properties),
            },
            Record::Object(properties) => record::Record::Object(self.properties(properties)),
            Record::Platform(object) => record::Record::Platform(Rc::new(Arrived(object))),
            Record::Transferred(index) => record::Record::Transferred(index),
        })
    }
}

fn big_int(digits: &str) -> JsBigInt {
    JsBigInt::from_string_radix(digits, RADIX).unwrap_or_else(JsBigInt::zero)
}

fn received(value: Value) -> record::Value {
    record::Value::Primitive(match value {
        Value::Object(place) => return record::Value::Object(place),
        Value::Undefined => JsValue::undefined(),
        Value::Null => JsValue::null(),
        Value::Boolean(value) => value.into(),
        Value::Integer(value) => value.into(),
        Value::Number(value) => JsValue::rational(value),
        Value::BigInt(digits) => big_int(&digits).into(),
        Value::String(text) => JsString::from(&text).into(),
    })
}

/// The state of a resizable buffer that has come from elsewhere.
fn received_buffer(buffer: Resizable, context: &mut Context) -> JsResult<ArrayBuffer> {
    let buffer = JsArrayBuffer::from_byte_block(buffer.block, context)?
        .with_max_byte_length(buffer.max_byte_length);
    let object = JsObject::from(buffer);
    let empty = JsArrayBuffer::new(0, context)?.borrow().data().clone();
    let taken = object
        .downcast_mut::<ArrayBuffer>()
        .map(|mut buffer| mem::replace(&mut *buffer, empty.clone()));
    Ok(taken.unwrap_or(empty))
}
