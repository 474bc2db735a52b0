//! Namespace objects.
//!
//! <https://webidl.spec.whatwg.org/#es-namespaces>

use boa_engine::{
    Context, JsObject, JsSymbol, NativeFunction, js_string, native_function::NativeFunctionPointer,
};

use crate::{
    Interface, define_attribute, define_operation, expose, hidden_descriptor, promise,
    to_string_tag_descriptor,
};

/// Builds a namespace object such as `WebAssembly` or `console`.
#[derive(Debug)]
pub struct NamespaceBuilder<'ctx> {
    name: &'static str,
    object: JsObject,
    context: &'ctx mut Context,
}

impl<'ctx> NamespaceBuilder<'ctx> {
    /// Starts a namespace object named `name`.
    pub fn new(name: &'static str, context: &'ctx mut Context) -> Self {
        let object = JsObject::with_object_proto(context.intrinsics());
        object.insert_property(
            JsSymbol::to_string_tag(),
            to_string_tag_descriptor(js_string!(name)),
        );
        Self {
            name,
            object,
            context,
        }
    }

    /// A regular operation.
    pub fn method(
        &mut self,
        name: &'static str,
        length: usize,
        f: NativeFunctionPointer,
    ) -> &mut Self {
        self.define(name, length, NativeFunction::from_fn_ptr(f))
    }

    /// An operation that returns a promise: what it throws rejects that promise.
    pub fn promise_method(
        &mut self,
        name: &'static str,
        length: usize,
        f: NativeFunctionPointer,
    ) -> &mut Self {
        self.define(name, length, promise::returning(f))
    }

    fn define(&mut self, name: &'static str, length: usize, f: NativeFunction) -> &mut Self {
        define_operation(self.context.realm(), &self.object, name, length, f);
        self
    }

    /// A read-only attribute.
    pub fn getter(&mut self, name: &'static str, get: NativeFunctionPointer) -> &mut Self {
        let get = NativeFunction::from_fn_ptr(get);
        define_attribute(self.context.realm(), &self.object, name, get, None);
        self
    }

    /// An interface with this namespace as its `[LegacyNamespace]`.
    pub fn interface<T: Interface>(&mut self) -> &mut Self {
        expose::<T>(&self.object, self.context);
        self
    }

    /// Any other property of the namespace: writable, not enumerable, configurable.
    pub fn property(
        &mut self,
        name: &'static str,
        value: impl Into<boa_engine::JsValue>,
    ) -> &mut Self {
        self.object
            .insert_property(js_string!(name), hidden_descriptor(value));
        self
    }

    /// The context that the namespace is built in.
    pub fn context(&mut self) -> &mut Context {
        self.context
    }

    /// Defines the namespace object on the global object (writable, not enumerable, configurable)
    /// and returns it.
    pub fn build(self) -> JsObject {
        let global = self.context.global_object();
        global.insert_property(
            js_string!(self.name),
            hidden_descriptor(self.object.clone()),
        );
        self.object
    }
}
