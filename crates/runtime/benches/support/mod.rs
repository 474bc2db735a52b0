//! What the benchmarks share.
#![allow(dead_code, unreachable_pub)]

use boa_engine::{
    JsObject, js_string,
    object::builtins::{JsArrayBuffer, JsUint8Array},
    property::Attribute,
};
use taipan::Runtime;

/// A runtime with default settings.
pub fn runtime() -> Runtime {
    Runtime::new().unwrap()
}

/// Defines a `Uint8Array` with the bytes of a module in text format.
pub fn bytes(runtime: &mut Runtime, name: &str, wat: &str) {
    let wasm = wat::parse_str(wat).unwrap();
    binary(runtime, name, &wasm);
}

/// Defines a `Uint8Array` with the given bytes.
pub fn binary(runtime: &mut Runtime, name: &str, wasm: &[u8]) {
    let context = &mut runtime.context();
    let buffer = JsArrayBuffer::new(wasm.len(), context).unwrap();
    buffer.data_mut().unwrap().copy_from_slice(wasm);
    let array = JsUint8Array::from_array_buffer(buffer, context).unwrap();
    context
        .register_global_property(js_string!(name), array, Attribute::all())
        .unwrap();
}

/// The function that a global variable holds.
pub fn function(runtime: &mut Runtime, name: &str) -> JsObject {
    runtime.eval(name).unwrap().as_callable().unwrap()
}
