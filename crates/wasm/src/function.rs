//! `WebAssembly.Function`: functions of WebAssembly as a class, made of any function.
//!
//! <https://github.com/WebAssembly/js-types>
//!
//! Its instances are Exported Functions. One that is made of a JavaScript function is a host
//! function, with a cell of its own that keeps the function.

use std::sync::Arc;

use boa_engine::{
    Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsSymbol, JsValue, NativeFunction,
    js_string, object::ConstructorBuilder, property::PropertyDescriptor,
};
use boa_gc::{Finalize, Trace, WeakGc};
use taipan_compile::FuncType;
use taipan_webidl::{Dictionary, convert};

use crate::{agent::Agent, exported_function, host_function, type_reflection, value_type};

const NAME: &str = "WebAssembly.Function";

/// The prototype of all functions of WebAssembly, kept with its realm.
#[derive(Trace, Finalize, JsData)]
struct Prototype(JsObject);

/// `WebAssembly.Function.prototype` of the current realm, if it has type reflection.
pub(crate) fn prototype(context: &Context) -> Option<JsObject> {
    let host_defined = context.realm().host_defined();
    let Prototype(prototype) = host_defined.get::<Prototype>()?;
    Some(prototype.clone())
}

/// Defines the class.
///
/// # Errors
/// An error of the engine itself.
pub(crate) fn define(namespace: &JsObject, context: &mut Context) -> JsResult<()> {
    let parent = context.intrinsics().constructors().function().clone();
    let mut builder = ConstructorBuilder::new(context, NativeFunction::from_fn_ptr(construct));
    builder.name("Function").length(2);
    builder.inherit(parent.prototype());
    builder.custom_prototype(parent.constructor());
    let interface = builder.build();
    let prototype = interface.prototype();
    type_reflection::method_type(&prototype, reflect, context);
    prototype.insert_property(
        JsSymbol::to_string_tag(),
        PropertyDescriptor::builder()
            .value(js_string!(NAME))
            .writable(false)
            .enumerable(false)
            .configurable(true),
    );
    namespace.define_property_or_throw(
        js_string!("Function"),
        PropertyDescriptor::builder()
            .value(interface.constructor())
            .writable(true)
            .enumerable(false)
            .configurable(true),
        context,
    )?;
    let realm = context.realm().clone();
    realm.host_defined_mut().insert(Prototype(prototype));
    Ok(())
}

fn type_error(message: impl Into<String>) -> JsError {
    JsNativeError::typ().with_message(message.into()).into()
}

fn read_type(value: &JsValue, agent: &Agent, context: &mut Context) -> JsResult<FuncType> {
    let descriptor = Dictionary::new(value, "FunctionType")?;
    let types = |member: &'static str, context: &mut Context| {
        let types = descriptor.get_required(member, context)?;
        let value_type = |value: &JsValue, context: &mut Context| {
            value_type::value_type(value, member, agent, context)
        };
        convert::sequence(&types, member, value_type, context)
    };
    let params = types("parameters", context)?.into();
    Ok(FuncType::new(params, types("results", context)?.into()))
}

/// A function of WebAssembly that calls the given one. One that is of WebAssembly already must have
/// the type, and is what comes out.
fn construct(new_target: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(new_target) = new_target.as_object() else {
        return Err(type_error(format!("{NAME}: the constructor needs new")));
    };
    let agent = Agent::of(context)?;
    let ty = read_type(convert::required_by(args, 0, 2, NAME)?, &agent, context)?;
    let value = convert::required_by(args, 1, 2, NAME)?;
    let Some(callable) = value.as_callable() else {
        return Err(type_error(format!(
            "{NAME}: the second argument must be a function"
        )));
    };
    if let Some(function) = agent.exported_function(value, context)? {
        if *function.ty == ty {
            return Ok(value.clone());
        }
        return Err(type_error(format!(
            "{NAME}: the function has type {}, not {ty}",
            function.ty
        )));
    }
    let cell = agent.new_cell();
    let weak_cell = WeakGc::new(&cell);
    let ty = Arc::new(ty);
    let func = host_function::create(&agent, &cell, &weak_cell, callable, &ty, 0, false)?;
    let object = exported_function::object(&agent, func, None, context)?;
    if let Some(prototype) = new_target
        .get(js_string!("prototype"), context)?
        .as_object()
    {
        object.set_prototype(Some(prototype));
    }
    Ok(object.into())
}

/// The type of a function of WebAssembly.
fn reflect(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let agent = Agent::of(context)?;
    let Some(function) = agent.exported_function(this, context)? else {
        return Err(type_error(format!(
            "Illegal invocation: the receiver is not a {NAME}"
        )));
    };
    Ok(type_reflection::function_type(&function.ty, context)?.into())
}
