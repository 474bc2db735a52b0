//! Host functions: JavaScript callables that WebAssembly code calls.
//!
//! <https://webassembly.github.io/spec/js-api/#create-a-host-function>

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use boa_engine::{Context, JsError, JsNativeError, JsObject, JsResult, JsSymbol, JsValue};
use boa_gc::{Gc, WeakGc};
use smallvec::SmallVec;
use taipan_compile::FuncType;
use taipan_webidl::{convert, gc_stress};
use wasmi::{AsContextMut, Caller, Func, StoreContextMut, Val};

use crate::{
    agent::Agent,
    cell::{Callable, Cell},
    errors::Pending,
    exceptions::is_aware,
    limiter::StoreData,
    suspending,
    typed_call::{self, Results},
    values,
};

/// What the agent knows of a host function; the store holds its number alone.
pub(crate) struct HostFunction {
    /// What it calls, unless it is a builtin. The cell keeps it.
    callable: Option<WeakGc<Callable>>,
    /// The instance that imports it.
    cell: WeakGc<Cell>,
    ty: Arc<FuncType>,
    /// Whether values of its type cannot pass between WebAssembly and JavaScript.
    is_impassable: bool,
    /// Whether its caller is suspended until the promise that it returns is settled.
    suspends: bool,
}

impl HostFunction {
    /// Whether the instance that imports it is alive.
    pub(crate) fn is_alive(&self) -> bool {
        self.cell.is_upgradable()
    }

    /// Notes a host function, and returns its number.
    fn register(self, agent: &Agent) -> usize {
        let mut functions = agent.host_functions.borrow_mut();
        functions.push(Some(self));
        functions.len() - 1
    }
}

/// Notes a function that calls no JavaScript and is imported by the instance of `cell`; returns its
/// number.
pub(crate) fn register_builtin(agent: &Agent, cell: &WeakGc<Cell>, ty: &Arc<FuncType>) -> usize {
    HostFunction {
        callable: None,
        cell: cell.clone(),
        ty: Arc::clone(ty),
        is_impassable: false,
        suspends: false,
    }
    .register(agent)
}

/// The cell of the instance that imports the function with this number.
pub(crate) fn cell(agent: &Agent, id: usize) -> Option<Gc<Cell>> {
    (agent.host_functions.borrow().get(id)).and_then(|function| function.as_ref()?.cell.upgrade())
}

/// Creates a host function from a callable that the instance of `cell` imports as its function
/// `index`. If it `suspends`, the callable is that of a `WebAssembly.Suspending`.
///
/// # Errors
/// A `TypeError` if the engine has no such function type.
pub(crate) fn create(
    agent: &Agent,
    cell: &Gc<Cell>,
    weak_cell: &WeakGc<Cell>,
    callable: JsObject,
    ty: &Arc<FuncType>,
    index: u32,
    suspends: bool,
) -> JsResult<Func> {
    let engine_type = ty.to_wasmi().ok_or_else(|| {
        JsNativeError::typ().with_message(format!("a function of type {ty} cannot be imported"))
    })?;
    let callable = Gc::new(Callable(callable));
    cell.keep_callable(&callable);
    let id = HostFunction {
        callable: Some(WeakGc::new(&callable)),
        cell: weak_cell.clone(),
        ty: Arc::clone(ty),
        is_impassable: values::is_impassable(ty),
        suspends,
    }
    .register(agent);
    if suspends {
        let func = suspending::shim(agent, id, ty)?;
        agent.own_host_function(func, weak_cell.clone(), ty, index);
        return Ok(func);
    }
    let func = agent
        .store
        .with(|mut store: StoreContextMut<'_, StoreData>| {
            typed_call::host(id, ty, store.as_context_mut()).unwrap_or_else(|| {
                Func::new(store, engine_type, move |caller, params, results| {
                    protect(caller, Some(id), |agent, context| {
                        run(agent, id, params, results, context)
                    })
                })
            })
        });
    agent.own_host_function(func, weak_cell.clone(), ty, index);
    Ok(func)
}

/// Runs JavaScript for WebAssembly code. An exception or a panic must not unwind through its
/// frames: it is left with the agent, and an error passes in its place.
///
/// If the caller looks for exceptions, it gets the exception instead, and `id` says by which of the
/// host functions it came.
#[inline]
pub(crate) fn protect<R: Default>(
    mut caller: Caller<'_, StoreData>,
    id: Option<usize>,
    f: impl FnOnce(&Agent, &mut Context) -> JsResult<R>,
) -> Result<R, wasmi::Error> {
    let Some(agent) = caller.data().agent.upgrade() else {
        return Err(wasmi::Error::new("the JavaScript context is gone"));
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        agent.store.lend(&mut caller, || {
            let result = agent.context.with(|context| f(&agent, context));
            result.unwrap_or_else(|| {
                Err(JsNativeError::error()
                    .with_message("no JavaScript context is at hand")
                    .into())
            })
        })
    }));
    match outcome {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => throw(&agent, caller, id, error).map(|()| R::default()),
        Err(payload) => {
            *agent.panic.borrow_mut() = Some(payload);
            Err(wasmi::Error::host(Pending))
        }
    }
}

/// Runs a function that calls no JavaScript. A panic must not unwind through frames of WebAssembly
/// code.
#[inline]
pub(crate) fn builtin<R>(
    mut caller: Caller<'_, StoreData>,
    f: impl FnOnce(&Agent, StoreContextMut<'_, StoreData>) -> Result<R, wasmi::Error>,
) -> Result<R, wasmi::Error> {
    let Some(agent) = caller.data().agent.upgrade() else {
        return Err(wasmi::Error::new("the JavaScript context is gone"));
    };
    match catch_unwind(AssertUnwindSafe(|| f(&agent, caller.as_context_mut()))) {
        Ok(result) => result,
        Err(payload) => {
            *agent.panic.borrow_mut() = Some(payload);
            Err(wasmi::Error::host(Pending))
        }
    }
}

/// Has an exception go on through WebAssembly frames.
#[cold]
fn throw(
    agent: &Agent,
    mut caller: Caller<'_, StoreData>,
    id: Option<usize>,
    error: JsError,
) -> Result<(), wasmi::Error> {
    let caller_is_aware = is_aware(&caller);
    let cell = id.and_then(|id| {
        let functions = agent.host_functions.borrow();
        let function = functions.get(id)?.as_ref()?;
        let cell = function.cell.upgrade()?;
        // What calls a function that suspends is its shim, which passes on whatever comes.
        (caller_is_aware || (function.suspends && cell.is_aware())).then_some(cell)
    });
    let error = match cell {
        None => error,
        Some(cell) => {
            let raised = agent.store.lend(&mut caller, || {
                agent
                    .context
                    .with(|context| agent.raise(error, &cell, context))
            });
            match raised {
                Some(Ok(())) => return Ok(()),
                Some(Err(error)) => error,
                None => gone(),
            }
        }
    };
    *agent.pending.borrow_mut() = Some(error);
    Err(wasmi::Error::host(Pending))
}

#[cold]
fn gone() -> JsError {
    JsNativeError::error()
        .with_message("an import of an instance that is gone")
        .into()
}

/// Calls the callable.
#[inline]
fn call(agent: &Agent, id: usize, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    agent.cross()?;
    agent.refresh_views(context)?;
    gc_stress::boundary();
    let callable = agent
        .host_functions
        .borrow()
        .get(id)
        .and_then(|function| function.as_ref()?.callable.as_ref()?.upgrade())
        .ok_or_else(gone)?;
    let result = callable.0.call(&JsValue::undefined(), args, context);
    gc_stress::boundary();
    result
}

/// [`run`] for a signature that is known at compile time and has no references.
#[inline]
pub(crate) fn enter_typed<R: Results>(
    caller: Caller<'_, StoreData>,
    id: usize,
    args: &[JsValue],
) -> Result<R, wasmi::Error> {
    protect(caller, Some(id), |agent, context| {
        let value = call(agent, id, args, context)?;
        R::from_js(&value, context)
    })
}

/// <https://webassembly.github.io/spec/js-api/#run-a-host-function>
fn run(
    agent: &Agent,
    id: usize,
    params: &[Val],
    results: &mut [Val],
    context: &mut Context,
) -> JsResult<()> {
    let value = call_with(agent, id, params, context)?;
    write_results(agent, id, &value, results, context)
}

fn function_type(agent: &Agent, id: usize) -> Option<Arc<FuncType>> {
    let functions = agent.host_functions.borrow();
    Some(Arc::clone(&functions.get(id)?.as_ref()?.ty))
}

/// Calls the callable with values of WebAssembly.
///
/// # Errors
/// What it throws, and a `TypeError` if values of its type cannot pass.
pub(crate) fn call_with(
    agent: &Agent,
    id: usize,
    params: &[Val],
    context: &mut Context,
) -> JsResult<JsValue> {
    let is_impassable = agent
        .host_functions
        .borrow()
        .get(id)
        .and_then(|function| Some(function.as_ref()?.is_impassable))
        .ok_or_else(gone)?;
    if is_impassable {
        return Err(values::impassable_error());
    }
    let mut args: SmallVec<[JsValue; 6]> = SmallVec::with_capacity(params.len());
    for param in params {
        args.push(values::to_js_value(agent, param, context)?);
    }
    call(agent, id, &args, context)
}

/// What the function with this number returns to WebAssembly code if its result is `value`.
///
/// # Errors
/// Whatever the coercion throws.
pub(crate) fn results(
    agent: &Agent,
    id: usize,
    value: &JsValue,
    context: &mut Context,
) -> JsResult<Vec<Val>> {
    let mut results = default_results(agent, id);
    write_results(agent, id, value, &mut results, context)?;
    Ok(results)
}

/// What the function with this number returns in the place of results.
pub(crate) fn default_results(agent: &Agent, id: usize) -> Vec<Val> {
    let ty = function_type(agent, id).and_then(|ty| ty.to_wasmi());
    ty.map_or_else(Vec::new, |ty| {
        let results = ty.results().iter();
        results.map(|&ty| Val::default_for_ty(ty)).collect()
    })
}

fn write_results(
    agent: &Agent,
    id: usize,
    value: &JsValue,
    results: &mut [Val],
    context: &mut Context,
) -> JsResult<()> {
    let ty = function_type(agent, id).ok_or_else(gone)?;
    let cell = cell(agent, id).ok_or_else(gone)?;
    match &*ty.results {
        [] => {}
        [ty] => {
            results[0] = values::to_webassembly_value(agent, value, *ty, &cell, context)?;
        }
        types => {
            let returned = iterate(value, context)?;
            if returned.len() != types.len() {
                return Err(JsNativeError::typ()
                    .with_message(format!(
                        "the imported function must return {} values, but returned {}",
                        types.len(),
                        returned.len()
                    ))
                    .into());
            }
            for ((result, value), ty) in results.iter_mut().zip(&returned).zip(types) {
                *result = values::to_webassembly_value(agent, value, *ty, &cell, context)?;
            }
        }
    }
    Ok(())
}

/// The values of an iterable that a function with several results returned.
fn iterate(value: &JsValue, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let not_iterable = || {
        JsNativeError::typ()
            .with_message("an imported function with several results must return an iterable")
    };
    if value.is_null_or_undefined() {
        return Err(not_iterable().into());
    }
    let object = value.to_object(context)?;
    let method =
        convert::get_method(&object, JsSymbol::iterator(), context)?.ok_or_else(not_iterable)?;
    convert::iterate(&object, &method, |value, _| Ok(value.clone()), context)
}
