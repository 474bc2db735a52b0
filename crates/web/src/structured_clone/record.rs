//! What a value is serialized into.

use std::rc::Rc;

use boa_engine::{
    JsBigInt, JsString, JsValue,
    builtins::{
        array_buffer::{AlignedVec, ArrayBuffer, SharedArrayBuffer},
        date::Date,
        regexp::RegExp,
    },
    property::PropertyKey,
};

use boa_gc::{Finalize, Trace};

use super::{
    error::ErrorRecord, platform::SerializedObject, transfer::Transferred, view::ViewRecord,
};

/// A value within a serialized one.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Itself.
    Primitive(JsValue),
    /// The object of the record at this place.
    Object(usize),
}

/// An object, without its identity.
///
/// <https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal>
#[derive(Clone)]
pub(super) enum Record {
    Boolean(bool),
    Number(f64),
    BigInt(JsBigInt),
    String(JsString),
    Date(Date),
    RegExp(Box<RegExp>),
    ArrayBuffer(AlignedVec<u8>),
    ResizableArrayBuffer(ArrayBuffer),
    SharedArrayBuffer(SharedArrayBuffer),
    View(ViewRecord),
    /// Keys and values by turns.
    Map(Vec<Value>),
    Set(Vec<Value>),
    Error(Box<ErrorRecord>),
    Array {
        length: u32,
        properties: Properties,
    },
    Object(Properties),
    /// A platform object.
    Platform(Rc<dyn SerializedObject>),
    /// What was transferred, by its place in the list.
    Transferred(usize),
}

pub(super) type Properties = Vec<(PropertyKey, Value)>;

/// Records that refer to each other.
#[derive(Clone)]
pub(super) struct Graph {
    pub(super) root: Value,
    pub(super) records: Vec<Record>,
}

/// A value on its way from one place to another in this agent.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub struct Serialized {
    #[unsafe_ignore_trace]
    pub(super) graph: Graph,
    pub(super) transferred: Vec<Transferred>,
}

impl Serialized {
    /// Another copy, without what is transferred: for a value that several receive.
    pub(crate) fn duplicate(&self) -> Self {
        Self {
            graph: self.graph.clone(),
            transferred: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Serialized {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Serialized")
            .field("root", &self.graph.root)
            .field("records", &self.graph.records.len())
            .field("transferred", &self.transferred.len())
            .finish()
    }
}
