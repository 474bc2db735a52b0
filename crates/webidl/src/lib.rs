//! [Web IDL](https://webidl.spec.whatwg.org/) bindings for the Boa JavaScript engine.
//!
//! This crate knows no API of its own (but `DOMException`, which Web IDL defines). It gives what
//! every interface of the web platform needs:
//!
//! - [`Interface`], [`InterfaceBuilder`] and [`NamespaceBuilder`]: interface and namespace objects
//!   with the property attributes, `length`, `name` and `@@toStringTag` that Web IDL asks for;
//!   subclassing through `new.target`; brand checks;
//! - [`Inherits`]: inheritance between interfaces;
//! - [`convert`]: conversions of JavaScript values to IDL types;
//! - [`Dictionary`], [`sequence`](convert::sequence), [`record`](convert::record);
//! - [`BufferSource`], [`ArrayBufferView`]: views and buffers, and how they are transferred;
//! - [`promise`]: promise helpers;
//! - [`iterable`]: pair iterators;
//! - [`DomException`].
//!
//! ```
//! use boa_engine::{Context, JsData, JsResult, JsValue, Source, js_string};
//! use boa_gc::{Finalize, Trace};
//! use taipan_webidl::{Interface, InterfaceBuilder, convert, expose, this_object};
//!
//! #[derive(Trace, Finalize, JsData)]
//! struct Point { x: f64 }
//!
//! impl Interface for Point {
//!     const NAME: &'static str = "Point";
//!     const LENGTH: usize = 1;
//!     fn members(interface: &mut InterfaceBuilder<'_>) {
//!         interface.getter("x", |this, _, _| Ok(this_object::<Point>(this)?.borrow().data().x.into()));
//!     }
//!     fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
//!         Ok(Point { x: convert::unrestricted_double(convert::required::<Self>(args, 0, 1)?, context)? })
//!     }
//! }
//!
//! let mut context = Context::default();
//! let global = context.global_object();
//! expose::<Point>(&global, &mut context);
//! let x = context.eval(Source::from_bytes("new Point(3).x"))?;
//! assert_eq!(x.as_number(), Some(3.0));
//! # Ok::<(), boa_engine::JsError>(())
//! ```
#![forbid(unsafe_code)]

mod array_buffer_view;
pub mod buffer_source;
pub mod convert;
mod detach;
mod dictionary;
mod dom_exception;
mod external_memory;
pub mod gc_stress;
mod interface;
mod interface_builder;
pub mod iterable;
mod namespace;
pub mod ordered;
pub mod promise;
mod realm;

pub use array_buffer_view::{ArrayBufferView, ViewKind};
pub use buffer_source::BufferSource;
pub use dictionary::Dictionary;
pub use dom_exception::DomException;
pub use interface::{
    Description, Inherits, Interface, describe, expose, implementation, inherit, interface_object,
    is, prototype_from_new_target, register, this_object, wrap,
};
pub use interface_builder::InterfaceBuilder;
pub use namespace::NamespaceBuilder;
pub use realm::in_realm;

use boa_engine::{
    JsObject, JsString, JsValue, NativeFunction, js_str,
    object::{FunctionObjectBuilder, builtins::JsFunction},
    property::PropertyDescriptor,
    realm::Realm,
};

/// A native function object with its `name` and `length`, not a constructor.
fn function(
    realm: &Realm,
    name: impl Into<JsString>,
    length: usize,
    f: NativeFunction,
) -> JsFunction {
    FunctionObjectBuilder::new(realm, gc_stress::bounded(f))
        .name(name)
        .length(length)
        .constructor(false)
        .build()
}

/// The attributes of an operation: writable, enumerable, configurable.
fn operation_descriptor(f: JsFunction) -> PropertyDescriptor {
    PropertyDescriptor::builder()
        .value(f)
        .writable(true)
        .enumerable(true)
        .configurable(true)
        .build()
}

/// An accessor property: configurable, and enumerable if it is an attribute.
fn accessor_descriptor(
    realm: &Realm,
    name: &JsString,
    get: NativeFunction,
    set: Option<NativeFunction>,
    enumerable: bool,
) -> PropertyDescriptor {
    let prefixed = |prefix| JsString::concat(prefix, name.as_str());
    let get = function(realm, prefixed(js_str!("get ")), 0, get);
    let set = set.map(|set| function(realm, prefixed(js_str!("set ")), 1, set));
    PropertyDescriptor::builder()
        .get(get)
        .maybe_set(set)
        .enumerable(enumerable)
        .configurable(true)
        .build()
}

/// Defines an operation on `target`.
fn define_operation(
    realm: &Realm,
    target: &JsObject,
    name: &'static str,
    length: usize,
    f: NativeFunction,
) {
    let name = JsString::from(name);
    let f = function(realm, name.clone(), length, f);
    target.insert_property(name, operation_descriptor(f));
}

/// Defines an attribute on `target`, and returns its name and getter.
fn define_attribute(
    realm: &Realm,
    target: &JsObject,
    name: &'static str,
    get: NativeFunction,
    set: Option<NativeFunction>,
) -> Option<(JsString, JsFunction)> {
    let name = JsString::from(name);
    let descriptor = accessor_descriptor(realm, &name, get, set, true);
    let getter = descriptor.get().and_then(JsValue::as_object);
    target.insert_property(name.clone(), descriptor);
    Some((name, JsFunction::from_object(getter?)?))
}

/// The attributes of a data property that Web IDL does not enumerate: interface objects, symbols.
fn hidden_descriptor(value: impl Into<JsValue>) -> PropertyDescriptor {
    PropertyDescriptor::builder()
        .value(value.into())
        .writable(true)
        .enumerable(false)
        .configurable(true)
        .build()
}

/// The attributes of `@@toStringTag`: configurable alone.
fn to_string_tag_descriptor(name: impl Into<JsString>) -> PropertyDescriptor {
    PropertyDescriptor::builder()
        .value(name.into())
        .writable(false)
        .enumerable(false)
        .configurable(true)
        .build()
}
