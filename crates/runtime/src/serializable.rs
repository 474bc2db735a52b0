//! Objects of one crate that the structured clones of another have to know.

use std::{rc::Rc, sync::Arc};

use boa_engine::{Context, JsObject, JsResult};
use taipan_wasm::{PortableModule, SerializedModule};
use taipan_web::structured_clone::{PortableObject, SerializedObject, add_serializable_with};

/// <https://webassembly.github.io/spec/web-api/#serialization>
struct Module(SerializedModule);

impl SerializedObject for Module {
    fn deserialize(&self, context: &mut Context) -> JsResult<JsObject> {
        self.0.deserialize(context)
    }

    fn to_portable(&self) -> Arc<dyn PortableObject> {
        Arc::new(Portable(self.0.to_portable()))
    }
}

/// The same on its way to a worker, or back.
struct Portable(PortableModule);

impl PortableObject for Portable {
    fn deserialize(&self, context: &mut Context) -> JsResult<JsObject> {
        self.0.deserialize(context)
    }
}

/// Has `structuredClone` and messages take modules of WebAssembly.
pub(crate) fn register(context: &mut Context) {
    add_serializable_with(context, |object, _| {
        let module = Module(SerializedModule::new(object)?);
        Some(Ok(Rc::new(module)))
    });
}
