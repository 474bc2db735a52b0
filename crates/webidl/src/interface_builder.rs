//! The members of interfaces: <https://webidl.spec.whatwg.org/#es-attributes> and the sections
//! behind it.

use boa_engine::{
    Context, JsObject, JsString, JsSymbol, JsValue, NativeFunction, js_str, js_string,
    native_function::NativeFunctionPointer,
    property::{PropertyDescriptor, PropertyKey},
};

use crate::{
    Interface, accessor_descriptor, convert, define_attribute, define_operation, function,
    hidden_descriptor,
    interface::{Attributes, PairAt},
    promise, this_object,
};

/// Adds members to an interface; [`Interface::members`] is handed one.
#[derive(Debug)]
pub struct InterfaceBuilder<'ctx> {
    pub(crate) constructor: JsObject,
    pub(crate) prototype: JsObject,
    pub(crate) unforgeable: Attributes,
    pub(crate) attributes: Attributes,
    pub(crate) pair: Option<PairAt>,
    pub(crate) context: &'ctx mut Context,
}

impl InterfaceBuilder<'_> {
    /// A regular operation: enumerable, writable, configurable, `length` arguments required.
    pub fn method(
        &mut self,
        name: &'static str,
        length: usize,
        f: NativeFunctionPointer,
    ) -> &mut Self {
        self.native_method(name, length, NativeFunction::from_fn_ptr(f))
    }

    /// An operation that returns a promise: what it throws rejects that promise.
    pub fn promise_method(
        &mut self,
        name: &'static str,
        length: usize,
        f: NativeFunctionPointer,
    ) -> &mut Self {
        self.native_method(name, length, promise::returning(f))
    }

    /// A regular operation that a native function with captures performs.
    pub fn native_method(
        &mut self,
        name: &'static str,
        length: usize,
        f: NativeFunction,
    ) -> &mut Self {
        define_operation(self.context.realm(), &self.prototype, name, length, f);
        self
    }

    /// A property of the prototype object named by a symbol, with the function object that the
    /// operation `name`, which was added before, has: `@@iterator` and `@@asyncIterator`.
    pub fn symbol_alias(&mut self, symbol: JsSymbol, name: &'static str) -> &mut Self {
        let key = PropertyKey::from(js_string!(name));
        let operation = self.prototype.borrow().properties().get(&key);
        let function = operation.and_then(|operation| operation.value().cloned());
        debug_assert!(function.is_some(), "{name} is not there yet");
        self.prototype
            .insert_property(symbol, hidden_descriptor(function.unwrap_or_default()));
        self
    }

    /// A method of the prototype object that is named by a symbol; `name` is the function's.
    pub fn symbol_method(
        &mut self,
        symbol: JsSymbol,
        name: &'static str,
        length: usize,
        f: NativeFunctionPointer,
    ) -> &mut Self {
        let f = function(
            self.context.realm(),
            js_string!(name),
            length,
            NativeFunction::from_fn_ptr(f),
        );
        self.prototype.insert_property(symbol, hidden_descriptor(f));
        self
    }

    /// A read-only attribute.
    pub fn getter(&mut self, name: &'static str, get: NativeFunctionPointer) -> &mut Self {
        self.native_attribute(name, NativeFunction::from_fn_ptr(get), None)
    }

    /// A read-only attribute that is the same for all objects of the interface `T`.
    pub fn constant_getter<T: Interface>(
        &mut self,
        name: &'static str,
        value: impl Into<JsValue>,
    ) -> &mut Self {
        let get = NativeFunction::from_copy_closure_with_captures(
            |this, _, value: &JsValue, _| {
                this_object::<T>(this)?;
                Ok(value.clone())
            },
            value.into(),
        );
        self.native_attribute(name, get, None)
    }

    /// A read-only attribute whose type is a promise: what it throws rejects that promise.
    pub fn promise_getter(&mut self, name: &'static str, get: NativeFunctionPointer) -> &mut Self {
        self.native_attribute(name, promise::returning(get), None)
            .unlisted(name)
    }

    /// Leaves an attribute, which was added before, out of what [`describe`](crate::describe) tells: one whose
    /// getter does more than to look, or that is not worth a line.
    pub fn unlisted(&mut self, name: &'static str) -> &mut Self {
        self.attributes.retain(|(known, _)| *known != *name);
        self
    }

    /// How the pairs of an object are read, for [`describe`].
    pub(crate) fn described_pairs(&mut self, pair: PairAt) -> &mut Self {
        self.pair = Some(pair);
        self
    }

    /// An attribute that can be set.
    pub fn attribute(
        &mut self,
        name: &'static str,
        get: NativeFunctionPointer,
        set: NativeFunctionPointer,
    ) -> &mut Self {
        self.native_attribute(
            name,
            NativeFunction::from_fn_ptr(get),
            Some(NativeFunction::from_fn_ptr(set)),
        )
    }

    /// A `[Replaceable]` read-only attribute of the interface `T`: assigning to it defines a
    /// property of the object itself.
    ///
    /// <https://webidl.spec.whatwg.org/#Replaceable>
    pub fn replaceable<T: Interface>(
        &mut self,
        name: &'static str,
        get: NativeFunctionPointer,
    ) -> &mut Self {
        let set = NativeFunction::from_copy_closure(move |this, args, context| {
            this_object::<T>(this)?;
            let value = convert::required_by(args, 0, 1, name)?.clone();
            if let Some(this) = this.as_object() {
                this.create_data_property_or_throw(js_string!(name), value, context)?;
            }
            Ok(JsValue::undefined())
        });
        self.native_attribute(name, NativeFunction::from_fn_ptr(get), Some(set))
    }

    /// The same for an attribute whose name is computed; [`describe`](crate::describe) leaves it out.
    pub fn named_attribute(
        &mut self,
        name: &str,
        get: NativeFunction,
        set: Option<NativeFunction>,
    ) -> &mut Self {
        let name = js_string!(name);
        let descriptor = accessor_descriptor(self.context.realm(), &name, get, set, true);
        self.prototype.insert_property(name, descriptor);
        self
    }

    /// An attribute, read-only if `set` is none, whose functions are closures: one of many that differ in
    /// what is captured.
    pub fn native_attribute(
        &mut self,
        name: &'static str,
        get: NativeFunction,
        set: Option<NativeFunction>,
    ) -> &mut Self {
        let getter = define_attribute(self.context.realm(), &self.prototype, name, get, set);
        self.attributes.extend(getter);
        self
    }

    /// An accessor property of the prototype object that is not enumerable, as the language has
    /// them: no Web IDL attribute is like that.
    pub fn hidden_attribute(
        &mut self,
        name: &'static str,
        get: NativeFunctionPointer,
        set: NativeFunctionPointer,
    ) -> &mut Self {
        let name = js_string!(name);
        let descriptor = accessor_descriptor(
            self.context.realm(),
            &name,
            NativeFunction::from_fn_ptr(get),
            Some(NativeFunction::from_fn_ptr(set)),
            false,
        );
        self.prototype.insert_property(name, descriptor);
        self
    }

    /// A `[LegacyUnforgeable]` read-only attribute: each object has it as an accessor property of
    /// its own that cannot be changed. [`wrap`](crate::wrap) and the constructor define it, for objects of
    /// derived interfaces, too.
    ///
    /// <https://webidl.spec.whatwg.org/#LegacyUnforgeable>
    pub fn unforgeable(&mut self, name: &'static str, get: NativeFunctionPointer) -> &mut Self {
        let name = js_string!(name);
        let get = function(
            self.context.realm(),
            JsString::concat(js_str!("get "), name.as_str()),
            0,
            NativeFunction::from_fn_ptr(get),
        );
        self.attributes.push((name.clone(), get.clone()));
        self.unforgeable.push((name, get));
        self
    }

    /// A static operation.
    pub fn static_method(
        &mut self,
        name: &'static str,
        length: usize,
        f: NativeFunctionPointer,
    ) -> &mut Self {
        self.native_static(name, length, NativeFunction::from_fn_ptr(f))
    }

    /// A static operation that returns a promise: what it throws rejects that promise.
    pub fn static_promise_method(
        &mut self,
        name: &'static str,
        length: usize,
        f: NativeFunctionPointer,
    ) -> &mut Self {
        self.native_static(name, length, promise::returning(f))
    }

    /// A static operation that a native function with captures performs.
    pub fn native_static(
        &mut self,
        name: &'static str,
        length: usize,
        f: NativeFunction,
    ) -> &mut Self {
        define_operation(self.context.realm(), &self.constructor, name, length, f);
        self
    }

    /// A static read-only attribute.
    pub fn static_getter(&mut self, name: &'static str, get: NativeFunctionPointer) -> &mut Self {
        let get = NativeFunction::from_fn_ptr(get);
        define_attribute(self.context.realm(), &self.constructor, name, get, None);
        self
    }

    /// A constant: enumerable, on the interface object and on the prototype object.
    pub fn constant(&mut self, name: &'static str, value: impl Into<JsValue>) -> &mut Self {
        let name = js_string!(name);
        let descriptor = PropertyDescriptor::builder()
            .value(value.into())
            .writable(false)
            .enumerable(true)
            .configurable(false)
            .build();
        self.constructor
            .insert_property(name.clone(), descriptor.clone());
        self.prototype.insert_property(name, descriptor);
        self
    }

    /// A stringifier: the operation `toString`.
    pub fn stringifier(&mut self, f: NativeFunctionPointer) -> &mut Self {
        self.method("toString", 0, f)
    }

    /// The interface object, for what the other methods do not cover.
    pub fn constructor(&self) -> &JsObject {
        &self.constructor
    }

    /// The interface prototype object, for what the other methods do not cover.
    pub fn prototype(&self) -> &JsObject {
        &self.prototype
    }

    /// The context that the interface is registered in.
    pub fn context(&mut self) -> &mut Context {
        self.context
    }
}
