//! `CompileError`, `LinkError`, `RuntimeError` and `SuspendError`, and what becomes one of them.
//!
//! <https://webassembly.github.io/spec/js-api/#error-objects>,
//! <https://webassembly.github.io/spec/js-api/#errors>

use std::fmt;

use boa_engine::{
    Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction,
    js_string,
    native_function::NativeFunctionPointer,
    object::ConstructorBuilder,
    property::{Attribute, PropertyDescriptor},
};
use boa_gc::{Finalize, Trace};
use wasmi::TrapCode;

use crate::agent::Agent;

/// The error classes of the namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Compile,
    Link,
    Runtime,
    Suspend,
}

impl Class {
    const ALL: [Self; 4] = [Self::Compile, Self::Link, Self::Runtime, Self::Suspend];

    fn name(self) -> &'static str {
        match self {
            Self::Compile => "CompileError",
            Self::Link => "LinkError",
            Self::Runtime => "RuntimeError",
            Self::Suspend => "SuspendError",
        }
    }

    fn constructor(self) -> NativeFunctionPointer {
        match self {
            Self::Compile => |this, args, context| construct(Self::Compile, this, args, context),
            Self::Link => |this, args, context| construct(Self::Link, this, args, context),
            Self::Runtime => |this, args, context| construct(Self::Runtime, this, args, context),
            Self::Suspend => |this, args, context| construct(Self::Suspend, this, args, context),
        }
    }
}

/// The constructors of a realm.
#[derive(Trace, Finalize, JsData)]
struct Constructors([JsObject; 4]);

/// Creates the error constructors of the current realm and defines them on the namespace.
pub(crate) fn define(namespace: &JsObject, context: &mut Context) {
    let error = context.intrinsics().constructors().error().clone();
    let constructors = Class::ALL.map(|class| {
        let mut builder =
            ConstructorBuilder::new(context, NativeFunction::from_fn_ptr(class.constructor()));
        builder
            .name(class.name())
            .length(1)
            .inherit(error.prototype())
            .custom_prototype(error.constructor());
        let attributes = Attribute::WRITABLE | Attribute::NON_ENUMERABLE | Attribute::CONFIGURABLE;
        builder
            .property(js_string!("name"), js_string!(class.name()), attributes)
            .property(js_string!("message"), js_string!(), attributes);
        let constructor = builder.build().constructor();
        namespace.insert_property(
            js_string!(class.name()),
            PropertyDescriptor::builder()
                .value(constructor.clone())
                .writable(true)
                .enumerable(false)
                .configurable(true),
        );
        constructor
    });
    context
        .realm()
        .host_defined_mut()
        .insert(Constructors(constructors));
}

fn class_constructor(class: Class, context: &Context) -> Option<JsObject> {
    context
        .realm()
        .host_defined()
        .get::<Constructors>()
        .map(|constructors| constructors.0[class as usize].clone())
}

/// A NativeError constructor: <https://tc39.es/ecma262/#sec-nativeerror>.
///
/// `%Error%` makes the object, with our constructor as `new.target`: the result has
/// `[[ErrorData]]`, a stack and `cause`.
fn construct(
    class: Class,
    new_target: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let new_target = match new_target.as_object() {
        Some(new_target) => Some(new_target),
        None => class_constructor(class, context),
    };
    let error = context.intrinsics().constructors().error().constructor();
    Ok(error.construct(args, new_target.as_ref(), context)?.into())
}

/// A new error of the class.
pub(crate) fn new(class: Class, message: impl Into<String>, context: &mut Context) -> JsError {
    let message = JsString::from(message.into());
    let result = match class_constructor(class, context) {
        Some(constructor) => constructor.construct(&[message.into()], Some(&constructor), context),
        None => Err(JsNativeError::error()
            .with_message("WebAssembly is not registered in this realm")
            .into()),
    };
    match result {
        Ok(error) => JsError::from_opaque(error.into()),
        Err(error) => error,
    }
}

/// The error for a module that was refused. `what` is the API that was called.
pub(crate) fn compile_error(
    what: &str,
    error: &taipan_compile::CompileError,
    context: &mut Context,
) -> JsError {
    new(Class::Compile, format!("{what}: {error}"), context)
}

/// The error of a call stack that is exhausted.
pub(crate) fn stack_overflow() -> JsError {
    JsNativeError::range()
        .with_message("Maximum call stack size exceeded")
        .into()
}

/// What a host function returns through WebAssembly frames when a JavaScript exception, or a
/// panic, is pending in the agent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pending;

impl fmt::Display for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an exception is pending")
    }
}

impl wasmi::errors::HostError for Pending {}

/// What a call into WebAssembly throws for an error of the engine.
pub(crate) fn from_call(agent: &Agent, error: wasmi::Error, context: &mut Context) -> JsError {
    if error.downcast_ref::<Pending>().is_some() {
        let pending = agent.pending.borrow_mut().take();
        if let Some(pending) = pending {
            return pending;
        }
    }
    if error.as_trap_code() == Some(TrapCode::StackOverflow) {
        return stack_overflow();
    }
    // Code is translated when it is first called.
    if is_too_large(&error) {
        let message = format!("the function is too large: {error}");
        return JsNativeError::range().with_message(message).into();
    }
    new(Class::Runtime, message(&error), context)
}

/// The conventional message of an error.
pub(crate) fn message(error: &wasmi::Error) -> String {
    let Some(code) = error.as_trap_code() else {
        return error.to_string();
    };
    match code {
        TrapCode::UnreachableCodeReached => "unreachable",
        TrapCode::MemoryOutOfBounds => "out of bounds memory access",
        TrapCode::TableOutOfBounds => "out of bounds table access",
        TrapCode::IndirectCallToNull => "uninitialized element",
        TrapCode::IntegerDivisionByZero => "integer divide by zero",
        TrapCode::IntegerOverflow => "integer overflow",
        TrapCode::BadConversionToInteger => "invalid conversion to integer",
        TrapCode::StackOverflow => "call stack exhausted",
        TrapCode::BadSignature => "indirect call type mismatch",
        TrapCode::OutOfFuel => "all fuel consumed",
        TrapCode::GrowthOperationLimited => "growth operation limited",
        TrapCode::OutOfSystemMemory => "out of memory",
    }
    .to_owned()
}

/// Whether the engine has no room for what code needs: locals, parameters, operands.
fn is_too_large(error: &wasmi::Error) -> bool {
    matches!(error.kind(), wasmi::errors::ErrorKind::Translation(_))
}
