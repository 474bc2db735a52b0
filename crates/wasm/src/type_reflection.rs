//! Type reflection: objects that describe types, as constructors take them.
//!
//! <https://github.com/WebAssembly/js-types>
//!
//! It is there for who asks for it ([`Options::type_reflection`](crate::Options::type_reflection)):
//! what programs see by default is what the specification has.

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsValue, NativeFunction, js_string,
    native_function::NativeFunctionPointer, object::FunctionObjectBuilder,
    property::PropertyDescriptor,
};
use taipan_compile::{ExternType, FuncType, GlobalType, MemoryType, TableType, ValType};
use taipan_webidl::{Interface, convert};

use crate::{
    function,
    global::{self, Global},
    memory::{self, Memory},
    table::{self, Table},
    tag::{self, Tag},
    value_type,
    values::{AddressType, u64_to_address_value},
};

/// Defines what type reflection adds to the namespace.
///
/// # Errors
/// An error of the engine itself.
pub(crate) fn install(namespace: &JsObject, context: &mut Context) -> JsResult<()> {
    define_type::<Memory>(memory::reflect, context);
    define_type::<Table>(table::reflect, context);
    define_type::<Global>(global::reflect, context);
    define_type::<Tag>(tag::reflect, context);
    function::define(namespace, context)
}

fn define_type<T: Interface>(steps: NativeFunctionPointer, context: &mut Context) {
    let prototype = taipan_webidl::register::<T>(context).prototype();
    method_type(&prototype, steps, context);
}

/// Defines the method `type` on a prototype.
pub(crate) fn method_type(
    prototype: &JsObject,
    steps: NativeFunctionPointer,
    context: &mut Context,
) {
    let function = FunctionObjectBuilder::new(context.realm(), NativeFunction::from_fn_ptr(steps))
        .name(js_string!("type"))
        .length(0)
        .constructor(false)
        .build();
    prototype.insert_property(
        js_string!("type"),
        PropertyDescriptor::builder()
            .value(function)
            .writable(true)
            .enumerable(true)
            .configurable(true),
    );
}

/// A dictionary of these members, in their order, without those that are missing.
fn dictionary(
    members: impl IntoIterator<Item = (&'static str, Option<JsValue>)>,
    context: &mut Context,
) -> JsResult<JsObject> {
    let object = JsObject::with_object_proto(context.intrinsics());
    for (name, value) in members {
        if let Some(value) = value {
            object.create_data_property_or_throw(js_string!(name), value, context)?;
        }
    }
    Ok(object)
}

fn name(ty: ValType) -> JsValue {
    JsString::from(value_type::name(ty)).into()
}

fn address_name(address: AddressType) -> JsValue {
    match address {
        AddressType::I32 => js_string!("i32").into(),
        AddressType::I64 => js_string!("i64").into(),
    }
}

/// A `MemoryType` for a memory of `size` pages.
pub(crate) fn memory_type(ty: &MemoryType, size: u64, context: &mut Context) -> JsResult<JsObject> {
    let address = AddressType::from_is_64(ty.memory64);
    let members = [
        ("address", Some(address_name(address))),
        (
            "maximum",
            ty.maximum.map(|pages| u64_to_address_value(pages, address)),
        ),
        ("minimum", Some(u64_to_address_value(size, address))),
        ("shared", Some(ty.shared.into())),
    ];
    dictionary(members, context)
}

/// A `TableType` for a table of `size` elements.
pub(crate) fn table_type(ty: &TableType, size: u64, context: &mut Context) -> JsResult<JsObject> {
    let address = AddressType::from_is_64(ty.table64);
    let maximum = ty.maximum;
    let members = [
        ("address", Some(address_name(address))),
        ("element", Some(name(ValType::Ref(ty.element)))),
        (
            "maximum",
            maximum.map(|elements| u64_to_address_value(elements, address)),
        ),
        ("minimum", Some(u64_to_address_value(size, address))),
    ];
    dictionary(members, context)
}

/// A `GlobalType`.
pub(crate) fn global_type(ty: &GlobalType, context: &mut Context) -> JsResult<JsObject> {
    let members = [
        ("mutable", Some(ty.mutable.into())),
        ("value", Some(name(ty.content))),
    ];
    dictionary(members, context)
}

fn names(types: &[ValType], context: &mut Context) -> JsValue {
    convert::array(types.iter().map(|ty| name(*ty)), context).into()
}

/// A `FunctionType`.
pub(crate) fn function_type(ty: &FuncType, context: &mut Context) -> JsResult<JsObject> {
    let members = [
        ("parameters", Some(names(&ty.params, context))),
        ("results", Some(names(&ty.results, context))),
    ];
    dictionary(members, context)
}

/// A `TagType`.
pub(crate) fn tag_type(ty: &FuncType, context: &mut Context) -> JsResult<JsObject> {
    let members = [("parameters", Some(names(&ty.params, context)))];
    dictionary(members, context)
}

/// The member `type` of the descriptor of an import or export.
pub(crate) fn extern_type(ty: &ExternType, context: &mut Context) -> JsResult<JsObject> {
    match ty {
        ExternType::Func(ty) => function_type(ty, context),
        ExternType::Table(ty) => table_type(ty, ty.minimum, context),
        ExternType::Memory(ty) => memory_type(ty, ty.minimum, context),
        ExternType::Global(ty) => global_type(ty, context),
        ExternType::Tag(ty) => tag_type(ty, context),
        _ => dictionary([], context),
    }
}
