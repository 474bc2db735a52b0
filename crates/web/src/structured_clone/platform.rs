//! Serializable platform objects.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/structured-data.html#serializable-objects>

use std::{cell::RefCell, rc::Rc, sync::Arc};

use boa_engine::{Context, JsObject, JsResult, JsString, js_string, object::NativeObject};
use bytes::Bytes;
use taipan_webidl::{DomException, wrap};

use super::{error::own_value, text::Text};
use crate::blob::{Blob, File};

/// What remains of a platform object when it is serialized.
///
/// It must not hold JavaScript objects: the collector does not see them there.
pub trait SerializedObject: 'static {
    /// The deserialization steps: another object in the current realm.
    ///
    /// # Errors
    ///
    /// What keeps the object from being made.
    fn deserialize(&self, context: &mut Context) -> JsResult<JsObject>;

    /// The same for another thread.
    fn to_portable(&self) -> Arc<dyn PortableObject>;
}

/// What remains of a platform object on its way to another agent.
pub trait PortableObject: Send + Sync + 'static {
    /// The deserialization steps: another object in the current realm.
    ///
    /// # Errors
    ///
    /// What keeps the object from being made.
    fn deserialize(&self, context: &mut Context) -> JsResult<JsObject>;
}

/// A platform object that has come from another agent.
pub(super) struct Arrived(pub(super) Arc<dyn PortableObject>);

impl SerializedObject for Arrived {
    fn deserialize(&self, context: &mut Context) -> JsResult<JsObject> {
        self.0.deserialize(context)
    }

    fn to_portable(&self) -> Arc<dyn PortableObject> {
        Arc::clone(&self.0)
    }
}

/// The serialization steps of objects that carry a `T`.
pub type SerializationSteps<T> =
    fn(&JsObject<T>, &mut Context) -> JsResult<Rc<dyn SerializedObject>>;

/// What the serialization steps of an object give; `None` if they are those of other objects.
pub type SerializedResult = Option<JsResult<Rc<dyn SerializedObject>>>;

/// The serialization steps for one type of platform objects.
type Serialize = dyn Fn(&JsObject, &mut Context) -> SerializedResult;

/// What other crates have added to a context.
#[derive(Default)]
struct Serializables(RefCell<Vec<Rc<Serialize>>>);

/// Has objects that carry a `T` be cloned by what `serialize` makes of them.
pub fn add_serializable<T: NativeObject>(context: &mut Context, serialize: SerializationSteps<T>) {
    add_serializable_with(context, move |object, context| {
        let object = object.clone().downcast::<T>().ok()?;
        Some(serialize(&object, context))
    });
}

/// Has objects be cloned by what `serialize` makes of them, which knows whether they are of its kind.
pub fn add_serializable_with(
    context: &mut Context,
    serialize: impl Fn(&JsObject, &mut Context) -> SerializedResult + 'static,
) {
    if !context.has_data::<Serializables>() {
        context.insert_data(Serializables::default());
    }
    if let Some(known) = context.get_data::<Serializables>() {
        known.0.borrow_mut().push(Rc::new(serialize));
    }
}

/// The serialization steps of a platform object; `None` if it is none, or is not serializable.
pub(super) fn serialize(
    object: &JsObject,
    context: &mut Context,
) -> JsResult<Option<Rc<dyn SerializedObject>>> {
    if let Some(blob) = object.downcast_ref::<Blob>() {
        return Ok(Some(Rc::new(blob.clone())));
    }
    if let Ok(file) = object.clone().downcast::<File>() {
        let blob = File::blob(&file);
        return Ok(Some(Rc::new(SerializedFile {
            bytes: Blob::bytes(&blob),
            kind: Blob::mime_type(&blob),
            name: File::name(&file),
            last_modified: File::last_modified(&file),
        })));
    }
    if let Some(exception) = object.downcast_ref::<DomException>() {
        return Ok(Some(Rc::new(exception.detached())));
    }
    let known = match context.get_data::<Serializables>() {
        Some(known) => known.0.borrow().clone(),
        None => return Ok(None),
    };
    for serialize in known {
        if let Some(serialized) = serialize(object, context) {
            return serialized.map(Some);
        }
    }
    Ok(None)
}

/// <https://w3c.github.io/FileAPI/#blob-section>
impl SerializedObject for Blob {
    fn deserialize(&self, context: &mut Context) -> JsResult<JsObject> {
        Ok(wrap(self.clone(), context).upcast())
    }

    fn to_portable(&self) -> Arc<dyn PortableObject> {
        Arc::new(self.clone())
    }
}

impl PortableObject for Blob {
    fn deserialize(&self, context: &mut Context) -> JsResult<JsObject> {
        SerializedObject::deserialize(self, context)
    }
}

/// <https://w3c.github.io/FileAPI/#file-section>
#[derive(Clone)]
struct SerializedFile<N> {
    bytes: Bytes,
    kind: String,
    name: N,
    last_modified: i64,
}

impl<N> SerializedFile<N> {
    fn create(&self, name: JsString, context: &mut Context) -> JsObject {
        let blob = Blob::create(self.bytes.clone(), &self.kind, context);
        File::with_blob(blob, name, Some(self.last_modified), context).upcast()
    }
}

impl SerializedObject for SerializedFile<JsString> {
    fn deserialize(&self, context: &mut Context) -> JsResult<JsObject> {
        Ok(self.create(self.name.clone(), context))
    }

    fn to_portable(&self) -> Arc<dyn PortableObject> {
        Arc::new(SerializedFile {
            bytes: self.bytes.clone(),
            kind: self.kind.clone(),
            name: Text::from(&self.name),
            last_modified: self.last_modified,
        })
    }
}

impl PortableObject for SerializedFile<Text> {
    fn deserialize(&self, context: &mut Context) -> JsResult<JsObject> {
        Ok(self.create(JsString::from(&self.name), context))
    }
}

/// <https://webidl.spec.whatwg.org/#idl-DOMException>
impl SerializedObject for DomException {
    fn deserialize(&self, context: &mut Context) -> JsResult<JsObject> {
        Ok(wrap(self.clone(), context).upcast())
    }

    fn to_portable(&self) -> Arc<dyn PortableObject> {
        Arc::new(PortableException {
            name: Text::from(self.name()),
            message: Text::from(self.message()),
        })
    }
}

/// A `DOMException` on its way to another agent.
struct PortableException {
    name: Text,
    message: Text,
}

impl PortableObject for PortableException {
    fn deserialize(&self, context: &mut Context) -> JsResult<JsObject> {
        let exception =
            DomException::from_parts(JsString::from(&self.name), JsString::from(&self.message));
        Ok(wrap(exception, context).upcast())
    }
}

/// What kind of object it is, as far as that can be seen without running script: for messages.
pub(super) fn describe(object: &JsObject) -> String {
    if object.is_callable() {
        return match name(object) {
            Some(name) => format!("the function {name}"),
            None => String::from("a function"),
        };
    }
    let mut prototype = object.prototype();
    while let Some(object) = prototype {
        let constructor = own_value(&object, js_string!("constructor"));
        let constructor = constructor.and_then(|constructor| constructor.as_object());
        if let Some(name) = constructor.as_ref().and_then(name) {
            return format!("an object of the class {name}");
        }
        prototype = object.prototype();
    }
    String::from("an object of its kind")
}

/// The name of a function, unless it is empty.
fn name(function: &JsObject) -> Option<String> {
    let name = own_value(function, js_string!("name"))?.as_string()?;
    Some(name.to_std_string_lossy()).filter(|name| !name.is_empty())
}
