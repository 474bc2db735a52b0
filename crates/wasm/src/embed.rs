//! The objects of the JavaScript API for programs in Rust.
//!
//! Everything here takes and gives the objects that scripts see: a `WebAssembly.Module`, an instance, a memory. What is
//! not such an object is refused with a `TypeError`. The crate `taipan` has types around these functions.
//!
//! ```
//! use boa_engine::{Context, JsValue};
//! use taipan_wasm::embed;
//!
//! let mut context = Context::default();
//! taipan_wasm::register(&mut context, &taipan_wasm::Options::default())?;
//! // (module (memory (export "m") 1))
//! let bytes = b"\0asm\x01\0\0\0\x05\x03\x01\0\x01\x07\x05\x01\x01m\x02\0";
//! let module = embed::compile(bytes, &mut context)?;
//! let instance = embed::instantiate(&module, &JsValue::undefined(), &mut context)?;
//! let exports = embed::exports(&instance)?;
//! let memory = exports.get(boa_engine::js_string!("m"), &mut context)?.as_object().unwrap();
//! embed::with_memory(&memory, |bytes| bytes[7] = 42, &mut context)?;
//! assert_eq!(embed::memory_pages(&memory)?, 1);
//! # Ok::<(), boa_engine::JsError>(())
//! ```

use std::sync::Arc;

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeObject,
    js_string, object::ObjectInitializer, property::Attribute,
};
use boa_gc::Gc;
use taipan_webidl::{Interface, wrap};

pub use taipan_compile::{
    CompileError, CompileErrorKind, ExportInfo, ExternKind, ExternType, FuncType, GlobalType,
    HeapType, ImportInfo, MemoryType, ModuleInfo, RefType, TableType, ValType,
};

use crate::{
    agent::Agent,
    global::{self, Global},
    instance::{Instance, Linking},
    memory::{self, Memory, MemoryInner},
    module::Module,
    promising,
    suspending::Suspending,
    table::{self, Table},
    values::{AddressType, u64_to_address_value},
};

/// What errors name as their origin.
const COMPILE: &str = "Module::new";
const INSTANTIATE: &str = "Module::instantiate";

/// The object of an interface.
fn of<T: Interface + NativeObject>(object: &JsObject) -> JsResult<JsObject<T>> {
    object.clone().downcast::<T>().map_err(|_| {
        let message = format!("the object is no {}", T::TAG);
        JsError::from(JsNativeError::typ().with_message(message))
    })
}

/// The engine that the modules of a context are translated for.
///
/// # Errors
/// If `WebAssembly` is not registered in the context.
pub fn engine(context: &Context) -> JsResult<wasmi::Engine> {
    Ok(Agent::of(context)?.engine.clone())
}

/// Compiles bytes on this thread, to a new `WebAssembly.Module`.
///
/// # Errors
/// A `CompileError`.
pub fn compile(bytes: &[u8], context: &mut Context) -> JsResult<JsObject> {
    let module = Module::compile(bytes, Default::default(), COMPILE, context)?;
    Ok(module.into_object(context).upcast())
}

/// What is known of a `WebAssembly.Module`.
///
/// # Errors
/// A `TypeError` if the object is none.
pub fn module_info(module: &JsObject) -> JsResult<Arc<ModuleInfo>> {
    Ok(of::<Module>(module)?.borrow().data().info())
}

/// Instantiates a `WebAssembly.Module` on this thread, to a new `WebAssembly.Instance`.
///
/// # Errors
/// What `new WebAssembly.Instance(module, importObject)` throws.
pub fn instantiate(
    module: &JsObject,
    import_object: &JsValue,
    context: &mut Context,
) -> JsResult<JsObject> {
    let module = of::<Module>(module)?;
    let linking = Linking::read(&module, import_object, INSTANTIATE, context)?;
    let instance = linking.instantiate(context)?;
    Ok(wrap(instance, context).upcast())
}

/// The exports object of a `WebAssembly.Instance`.
///
/// # Errors
/// A `TypeError` if the object is none.
pub fn exports(instance: &JsObject) -> JsResult<JsObject> {
    Ok(of::<Instance>(instance)?.borrow().data().exports.clone())
}

/// The type of a function, if it is one that WebAssembly exports.
///
/// # Errors
/// An error of the engine itself.
pub fn function_type(function: &JsValue, context: &mut Context) -> JsResult<Option<Arc<FuncType>>> {
    let agent = Agent::of(context)?;
    let function = agent.exported_function(function, context)?;
    Ok(function.map(|function| Arc::clone(&function.ty)))
}

/// What `WebAssembly.promising` makes of a function that WebAssembly exports.
///
/// # Errors
/// A `TypeError` if the function is not exported by WebAssembly.
pub fn promising(function: &JsValue, context: &mut Context) -> JsResult<JsObject> {
    let promising = promising::promising(
        &JsValue::undefined(),
        std::slice::from_ref(function),
        context,
    )?;
    promising
        .as_object()
        .ok_or_else(|| JsNativeError::typ().with_message("no function").into())
}

/// A new `WebAssembly.Suspending` of a function that returns promises.
///
/// # Errors
/// A `TypeError` if it is not callable.
pub fn suspending(function: &JsValue, context: &mut Context) -> JsResult<JsObject> {
    let suspending = Suspending::construct(std::slice::from_ref(function), context)?;
    Ok(wrap(suspending, context).upcast())
}

fn shared() -> JsError {
    JsNativeError::typ()
        .with_message("the WebAssembly.Memory is shared")
        .into()
}

/// What an object stands for that is a memory which code of WebAssembly may use.
fn unshared(memory: &JsObject) -> JsResult<Gc<MemoryInner>> {
    match of::<Memory>(memory)?.borrow().data() {
        Memory::Unshared(inner) => Ok(inner.clone()),
        Memory::Shared(_) => Err(shared()),
    }
}

/// A number in a descriptor.
fn number(
    descriptor: &JsObject,
    name: JsString,
    value: u64,
    context: &mut Context,
) -> JsResult<()> {
    descriptor
        .create_data_property_or_throw(name, JsValue::from(value as f64), context)
        .map(drop)
}

/// A new `WebAssembly.Memory` of so many pages of 64 KiB.
///
/// # Errors
/// A `RangeError` if it cannot be allocated.
pub fn memory(initial: u64, maximum: Option<u64>, context: &mut Context) -> JsResult<JsObject> {
    let descriptor = ObjectInitializer::new(context).build();
    number(&descriptor, js_string!("initial"), initial, context)?;
    if let Some(maximum) = maximum {
        number(&descriptor, js_string!("maximum"), maximum, context)?;
    }
    let memory = Memory::construct(&[descriptor.into()], context)?;
    match &memory {
        Memory::Unshared(inner) => Ok(memory::object(inner, context)),
        Memory::Shared(_) => Err(shared()),
    }
}

/// The type of a `WebAssembly.Memory`, as it was made.
///
/// # Errors
/// A `TypeError` if the object is none.
pub fn memory_type(memory: &JsObject) -> JsResult<MemoryType> {
    Ok(unshared(memory)?.ty)
}

/// How many pages a `WebAssembly.Memory` has.
///
/// # Errors
/// A `TypeError` if the object is none.
pub fn memory_pages(memory: &JsObject) -> JsResult<u64> {
    let inner = unshared(memory)?;
    let agent = inner.agent.get()?;
    Ok(inner.size(&agent))
}

/// Lends the bytes of a `WebAssembly.Memory` to `f`.
///
/// While they are lent no script and no WebAssembly code can run: that would take the context, which is lent, too.
///
/// # Errors
/// A `TypeError` if the object is none, or is one of another context.
pub fn with_memory<R>(
    memory: &JsObject,
    f: impl FnOnce(&mut [u8]) -> R,
    context: &mut Context,
) -> JsResult<R> {
    let inner = unshared(memory)?;
    let agent = Agent::of(context)?;
    if !inner.agent.is(&agent) {
        return Err(JsNativeError::typ()
            .with_message("the WebAssembly.Memory belongs to another context")
            .into());
    }
    Ok(agent.store.with(|store| f(inner.memory.data_mut(store))))
}

/// Grows a `WebAssembly.Memory` by pages, and gives how many there were before.
///
/// # Errors
/// A `RangeError` if it cannot grow.
pub fn grow_memory(memory: &JsObject, delta: u64, context: &mut Context) -> JsResult<u64> {
    let inner = unshared(memory)?;
    let agent = inner.agent.get()?;
    inner.grow(&agent, delta, "WebAssembly.Memory", context)
}

/// The name that descriptors have for a type.
fn type_name(ty: ValType) -> JsResult<JsString> {
    Ok(match ty {
        ValType::I32 => js_string!("i32"),
        ValType::I64 => js_string!("i64"),
        ValType::F32 => js_string!("f32"),
        ValType::F64 => js_string!("f64"),
        ValType::V128 => js_string!("v128"),
        ValType::Ref(RefType::EXTERNREF) => js_string!("externref"),
        ValType::Ref(RefType::FUNCREF) => js_string!("anyfunc"),
        ValType::Ref(ty) => {
            return Err(JsNativeError::typ()
                .with_message(format!("JavaScript has no name for the type {ty}"))
                .into());
        }
    })
}

/// A new `WebAssembly.Global`.
///
/// # Errors
/// A `TypeError` if there is none of the type, or `value` is not of it.
pub fn global(ty: GlobalType, value: JsValue, context: &mut Context) -> JsResult<JsObject> {
    let content = type_name(ty.content)?;
    let descriptor = ObjectInitializer::new(context)
        .property(js_string!("value"), content, Attribute::all())
        .property(js_string!("mutable"), ty.mutable, Attribute::all())
        .build();
    let global = Global::construct(&[descriptor.into(), value], context)?;
    Ok(global::object(&global.0, context))
}

/// The type of a `WebAssembly.Global`.
///
/// # Errors
/// A `TypeError` if the object is none.
pub fn global_type(global: &JsObject) -> JsResult<GlobalType> {
    Ok(of::<Global>(global)?.borrow().data().0.ty)
}

/// The value of a `WebAssembly.Global`.
///
/// # Errors
/// A `TypeError` if it is of a type that JavaScript has no values of.
pub fn global_value(global: &JsObject, context: &mut Context) -> JsResult<JsValue> {
    global::value(&global.clone().into(), &[], context)
}

/// Sets the value of a `WebAssembly.Global`.
///
/// # Errors
/// A `TypeError` if it is immutable, or the value is not of its type.
pub fn set_global_value(global: &JsObject, value: JsValue, context: &mut Context) -> JsResult<()> {
    global::set_value(&global.clone().into(), &[value], context).map(drop)
}

/// A new `WebAssembly.Table` of references to functions or to values of script.
///
/// # Errors
/// A `RangeError` if it cannot be allocated, a `TypeError` if `init` is not of the type.
pub fn table(
    element: RefType,
    initial: u64,
    maximum: Option<u64>,
    init: JsValue,
    context: &mut Context,
) -> JsResult<JsObject> {
    let element = type_name(ValType::Ref(element))?;
    let descriptor = ObjectInitializer::new(context)
        .property(js_string!("element"), element, Attribute::all())
        .build();
    number(&descriptor, js_string!("initial"), initial, context)?;
    if let Some(maximum) = maximum {
        number(&descriptor, js_string!("maximum"), maximum, context)?;
    }
    let table = Table::construct(&[descriptor.into(), init], context)?;
    Ok(table::object(&table.0, context))
}

/// The type of a `WebAssembly.Table`, as it was made.
///
/// # Errors
/// A `TypeError` if the object is none.
pub fn table_type(table: &JsObject) -> JsResult<TableType> {
    Ok(of::<Table>(table)?.borrow().data().0.ty)
}

/// How many elements a `WebAssembly.Table` has.
///
/// # Errors
/// A `TypeError` if the object is none.
pub fn table_length(table: &JsObject) -> JsResult<u64> {
    let inner = of::<Table>(table)?.borrow().data().0.clone();
    let agent = inner.agent.get()?;
    Ok(inner.size(&agent))
}

/// A number of elements, as the methods of the table take it.
fn address(table: &JsObject, value: u64) -> JsResult<JsValue> {
    let address = AddressType::from_is_64(table_type(table)?.table64);
    Ok(u64_to_address_value(value, address))
}

/// An element of a `WebAssembly.Table`.
///
/// # Errors
/// A `RangeError` if there is none at the index.
pub fn table_element(table: &JsObject, index: u64, context: &mut Context) -> JsResult<JsValue> {
    let index = address(table, index)?;
    table::get(&table.clone().into(), &[index], context)
}

/// Sets an element of a `WebAssembly.Table`.
///
/// # Errors
/// A `RangeError` if there is none at the index, a `TypeError` if the value is not of the table's type.
pub fn set_table_element(
    table: &JsObject,
    index: u64,
    value: JsValue,
    context: &mut Context,
) -> JsResult<()> {
    let index = address(table, index)?;
    table::set(&table.clone().into(), &[index, value], context).map(drop)
}

/// Grows a `WebAssembly.Table`, and gives how many elements there were before.
///
/// # Errors
/// A `RangeError` if it cannot grow, a `TypeError` if the value is not of the table's type.
pub fn grow_table(
    table: &JsObject,
    delta: u64,
    value: JsValue,
    context: &mut Context,
) -> JsResult<u64> {
    let before = table_length(table)?;
    let delta = address(table, delta)?;
    table::grow(&table.clone().into(), &[delta, value], context)?;
    Ok(before)
}
