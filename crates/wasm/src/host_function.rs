//! Host functions: JavaScript callables that WebAssembly code calls.
//!
//! <https://webassembly.github.io/spec/js-api/#create-a-host-function>

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
    sync::Arc,
};

use boa_engine::{Context, JsNativeError, JsObject, JsResult, JsSymbol, JsValue};
use boa_gc::{Gc, WeakGc};
use smallvec::SmallVec;
use taipan_compile::FuncType;
use taipan_webidl::convert;
use wasmi::{Caller, Func, StoreContextMut, Val};

use crate::{agent::Agent, cell::Cell, errors::Pending, limiter::StoreData, values};

/// What the agent knows of a host function; the store holds its number alone.
pub(crate) struct HostFunction {
    /// The instance that imports it, whose cell has the callable.
    cell: WeakGc<Cell>,
    /// The callable's number there.
    callable: usize,
    ty: Arc<FuncType>,
    /// Whether values of its type cannot pass between WebAssembly and JavaScript.
    has_v128: bool,
}

/// Creates a host function from a callable that the instance of `cell` imports as its function
/// `index`.
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
) -> JsResult<Func> {
    let engine_type = ty.to_wasmi().ok_or_else(|| {
        JsNativeError::typ().with_message(format!("a function of type {ty} cannot be imported"))
    })?;
    let callable = cell.add_callable(callable);
    let id = {
        let mut functions = agent.host_functions.borrow_mut();
        functions.push(Rc::new(HostFunction {
            cell: weak_cell.clone(),
            callable,
            ty: Arc::clone(ty),
            has_v128: values::has_v128(ty),
        }));
        functions.len() - 1
    };
    let func = agent.store.with(|store: StoreContextMut<'_, StoreData>| {
        Func::new(store, engine_type, move |caller, params, results| {
            enter(caller, id, params, results)
        })
    });
    agent.own_host_function(func, weak_cell.clone(), ty, index);
    Ok(func)
}

/// Called by WebAssembly code. An exception or a panic must not unwind through its frames: it is
/// left with the agent, and an error passes in its place.
fn enter(
    caller: Caller<'_, StoreData>,
    id: usize,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), wasmi::Error> {
    let Some(agent) = caller.data().agent.upgrade() else {
        return Err(wasmi::Error::new("the JavaScript context is gone"));
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        agent.store.lend(caller, || {
            agent
                .context
                .with(|context| run(&agent, id, params, results, context))
        })
    }));
    match outcome {
        Ok(Some(Ok(()))) => return Ok(()),
        Ok(Some(Err(error))) => *agent.pending.borrow_mut() = Some(error),
        Ok(None) => return Err(wasmi::Error::new("no JavaScript context is at hand")),
        Err(payload) => *agent.panic.borrow_mut() = Some(payload),
    }
    Err(wasmi::Error::host(Pending))
}

/// <https://webassembly.github.io/spec/js-api/#run-a-host-function>
fn run(
    agent: &Agent,
    id: usize,
    params: &[Val],
    results: &mut [Val],
    context: &mut Context,
) -> JsResult<()> {
    agent.refresh_views()?;
    let function = agent.host_functions.borrow().get(id).cloned();
    let gone = || JsNativeError::error().with_message("an import of an instance that is gone");
    let function = function.ok_or_else(gone)?;
    let cell = function.cell.upgrade().ok_or_else(gone)?;
    let callable = cell.callable(function.callable).ok_or_else(gone)?;
    let ty = &*function.ty;
    if function.has_v128 {
        return Err(values::v128_error());
    }
    let mut args: SmallVec<[JsValue; 6]> = SmallVec::with_capacity(params.len());
    for param in params {
        args.push(values::to_js_value(agent, param, context)?);
    }
    let value = callable.call(&JsValue::undefined(), &args, context)?;
    match &*ty.results {
        [] => {}
        [ty] => {
            results[0] = values::to_webassembly_value(agent, &value, *ty, &cell, context)?;
        }
        types => {
            let returned = iterate(&value, context)?;
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
