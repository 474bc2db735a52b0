//! What the tests of this crate have in common.

use boa_engine::{Context, Source, js_string, object::builtins::JsUint8Array, property::Attribute};

/// A plain context with the namespace.
pub(crate) fn context() -> Context {
    let mut context = Context::default();
    taipan_wasm::register(&mut context, &taipan_wasm::Options::default()).expect("registers");
    context
}

/// A global with the bytes of a module.
pub(crate) fn define_module(context: &mut Context, name: &str, wat: &str) {
    let bytes = wat::parse_str(wat).expect("valid text");
    let array = JsUint8Array::from_iter(bytes, context).expect("an array");
    context
        .register_global_property(js_string!(name), array, Attribute::all())
        .expect("a global");
}

/// What a script gives, as a string.
pub(crate) fn eval(context: &mut Context, source: &str) -> String {
    let value = context
        .eval(Source::from_bytes(source))
        .unwrap_or_else(|error| panic!("{source}: {error}"));
    value
        .to_string(context)
        .expect("a string")
        .to_std_string_escaped()
}
