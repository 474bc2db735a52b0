//! `WebAssembly.Suspending`, and the host functions that are made of it.
//!
//! <https://github.com/WebAssembly/js-promise-integration>

use std::{fmt, sync::Arc};

use boa_engine::{
    Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsValue,
    object::builtins::JsPromise,
};
use boa_gc::{Finalize, Trace};
use taipan_compile::FuncType;
use taipan_webidl::{Interface, InterfaceBuilder, convert};
use wasmi::{AsContextMut, Caller, Extern, Func, Val};

use crate::{
    agent::Agent,
    errors::{self, Class},
    host_function::{self, protect},
    limiter::StoreData,
};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub(crate) struct Suspending {
    function: JsObject,
}

impl Suspending {
    /// The function of the `Suspending` that `value` is, if it is one.
    pub(crate) fn function(value: &JsValue) -> Option<JsObject> {
        let object = value.as_object()?;
        Some(object.downcast_ref::<Self>()?.function.clone())
    }
}

impl Interface for Suspending {
    const NAME: &'static str = "Suspending";
    const TAG: &'static str = "WebAssembly.Suspending";
    const LENGTH: usize = 1;

    fn members(_: &mut InterfaceBuilder<'_>) {}

    fn construct(args: &[JsValue], _: &mut Context) -> JsResult<Self> {
        let value = convert::required::<Self>(args, 0, 1)?;
        match value.as_callable() {
            Some(function) => Ok(Self { function }),
            None => Err(JsNativeError::typ()
                .with_message("WebAssembly.Suspending(): the argument must be a function")
                .into()),
        }
    }
}

/// What an activation that has just been suspended waits for.
pub(crate) struct Suspension {
    pub(crate) promise: JsPromise,
    /// The number of the host function whose result it is.
    pub(crate) import: usize,
}

/// What a host function returns through WebAssembly frames in order to have them suspended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Suspend;

impl fmt::Display for Suspend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("suspended")
    }
}

impl wasmi::errors::HostError for Suspend {}

/// The function for the engine: the host function with this number, behind a shim.
///
/// # Errors
/// An error of the engine itself.
pub(crate) fn shim(agent: &Agent, id: usize, ty: &Arc<FuncType>) -> JsResult<Func> {
    let failed = |error: wasmi::Error| -> JsError {
        JsNativeError::error()
            .with_message(format!("a function of type {ty} cannot suspend: {error}"))
            .into()
    };
    let engine_type = ty.to_wasmi().ok_or_else(|| {
        JsNativeError::typ().with_message(format!("a function of type {ty} cannot be imported"))
    })?;
    let known = agent.shims.borrow().get(ty).cloned();
    let module = match known {
        Some(module) => module,
        None => {
            let bytes = taipan_compile::shim(ty);
            let module = wasmi::Module::new(&agent.engine, &bytes).map_err(failed)?;
            agent
                .shims
                .borrow_mut()
                .insert(Arc::clone(ty), module.clone());
            module
        }
    };
    agent.store.with(|mut store| {
        let function = Func::new(
            store.as_context_mut(),
            engine_type,
            move |caller, params, _| suspend(caller, id, params),
        );
        let instance =
            wasmi::Instance::new(store.as_context_mut(), &module, &[Extern::Func(function)])
                .map_err(failed)?;
        match instance.get_export(&store, "f") {
            Some(Extern::Func(func)) => Ok(func),
            _ => Err(failed(wasmi::Error::new("the shim has no export"))),
        }
    })
}

/// Runs the JavaScript function, and has the activation wait for what it returns.
fn suspend(caller: Caller<'_, StoreData>, id: usize, params: &[Val]) -> Result<(), wasmi::Error> {
    let suspended = protect(caller, Some(id), |agent, context| {
        let value = host_function::call_with(agent, id, params, context)?;
        let promise = JsPromise::resolve(value, context)?;
        if !agent.may_suspend.get() {
            return Err(errors::new(
                Class::Suspend,
                "only frames of a function that WebAssembly.promising() was given can be suspended",
                context,
            ));
        }
        *agent.suspension.borrow_mut() = Some(Suspension {
            promise,
            import: id,
        });
        Ok(true)
    })?;
    if suspended {
        Err(wasmi::Error::host(Suspend))
    } else {
        // An exception is pending.
        Ok(())
    }
}
