//! `WebAssembly.promising`, and the activations of the functions that it makes.
//!
//! <https://github.com/WebAssembly/js-promise-integration>
//!
//! An activation is one call of such a function. It has a stack of its own: while it waits for a
//! promise, others run. What it needs to go on is held by the reactions to that promise alone, so
//! an activation that waits for a promise which can never be settled is garbage.
//!
//! Where the embedder wants it, an activation gives way to the event loop when its time slice is
//! over. It rests in the middle of what it does, where it would get fuel otherwise.

use std::{
    cell::{Cell as StdCell, RefCell},
    rc::Rc,
    time::Instant,
};

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue, NativeFunction,
    builtins::promise::ResolvingFunctions,
    job::{GenericJob, Job},
    js_string,
    object::{FunctionObjectBuilder, builtins::JsPromise},
};
use boa_gc::{Finalize, Gc, Trace};
use taipan_webidl::{convert, promise};
use wasmi::{
    AsContextMut, ResumableCall, ResumableCallHostTrap, ResumableCallOutOfFuel, StoreContextMut,
    Val,
};

use crate::{
    agent::Agent,
    exported_function::{self, ExportedFunction},
    host_function,
    limiter::StoreData,
    suspending::Suspend,
    values,
};

/// <https://webassembly.github.io/js-promise-integration/js-api/#dom-webassembly-promising>
pub(crate) fn promising(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "WebAssembly.promising()";
    let value = convert::required_by(args, 0, 1, WHAT)?;
    let agent = Agent::of(context)?;
    let Some(function) = agent.exported_function(value, context)? else {
        return Err(JsNativeError::typ()
            .with_message(format!(
                "{WHAT}: the argument must be a function exported by WebAssembly"
            ))
            .into());
    };
    let name = match value.as_object() {
        Some(object) => object.get(js_string!("name"), context)?,
        None => JsValue::undefined(),
    };
    let length = function.ty.params.len();
    let steps = NativeFunction::from_copy_closure_with_captures(
        |_, args, function: &Gc<ExportedFunction>, context| start(function, args, context),
        function,
    );
    let object: JsObject = FunctionObjectBuilder::new(context.realm(), steps)
        .name(name.as_string().unwrap_or_default())
        .length(length)
        .constructor(false)
        .build()
        .into();
    Ok(object.into())
}

/// A call under way.
#[derive(Trace, Finalize)]
struct Activation {
    function: Gc<ExportedFunction>,
    functions: ResolvingFunctions,
}

/// An activation that waits for a promise.
#[derive(Trace, Finalize)]
struct Suspended {
    activation: Gc<Activation>,
    /// Taken when the promise is settled.
    #[unsafe_ignore_trace]
    call: RefCell<Option<ResumableCallHostTrap>>,
    /// The number of the host function that suspended it.
    #[unsafe_ignore_trace]
    import: usize,
    /// While it exists its stack may have references.
    #[unsafe_ignore_trace]
    _count: Count,
}

/// Counts what is suspended.
struct Count(Rc<StdCell<usize>>);

impl Count {
    fn new(counter: &Rc<StdCell<usize>>) -> Self {
        counter.set(counter.get() + 1);
        Self(Rc::clone(counter))
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// How far a call has come.
enum Progress {
    Finished,
    Suspended(ResumableCallHostTrap),
    /// Its time slice is over.
    Yielded(ResumableCallOutOfFuel),
}

/// Calls a function, and returns the promise of its result.
fn start(
    function: &Gc<ExportedFunction>,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let agent = function.agent.get()?;
    let (promise, functions) = JsPromise::new_pending(context);
    let activation = Gc::new(Activation {
        function: function.clone(),
        functions,
    });
    agent.passing(|| {
        let inputs = if function.is_impassable {
            Err(values::impassable_error())
        } else {
            exported_function::inputs(function, &agent, args, context)
        };
        match inputs {
            Ok(inputs) => {
                let func = function.func;
                advance(&agent, &activation, context, |store, outputs| {
                    func.call_resumable(store, &inputs, outputs)
                })
            }
            Err(error) => promise::reject(&activation.functions, error, context),
        }
    })?;
    Ok(promise.into())
}

/// Has an activation go on, and settles its promise if it comes to its end.
fn advance(
    agent: &Rc<Agent>,
    activation: &Gc<Activation>,
    context: &mut Context,
    go_on: impl FnOnce(
        StoreContextMut<'_, StoreData>,
        &mut [Val],
    ) -> Result<ResumableCall, wasmi::Error>,
) -> JsResult<()> {
    let results = activation.function.ty.results.iter();
    let mut outputs: Vec<Val> = results.map(|_| Val::I32(0)).collect();
    let started = agent.time_slice.map(|slice| (Instant::now(), slice));
    let progress = agent.enter_resumable(context, |mut store| {
        let mut call = go_on(store.as_context_mut(), &mut outputs)?;
        loop {
            call = match call {
                ResumableCall::Finished => return Ok(Progress::Finished),
                ResumableCall::HostTrap(trap) => {
                    return if trap.host_error().downcast_ref::<Suspend>().is_some() {
                        Ok(Progress::Suspended(trap))
                    } else {
                        Err(trap.into_host_error())
                    };
                }
                ResumableCall::OutOfFuel(rest) => {
                    let is_over =
                        started.is_some_and(|(started, slice)| started.elapsed() >= slice);
                    // Nothing else may run while an exception is on its way.
                    if is_over && !agent.has_exception_in(&store) {
                        return Ok(Progress::Yielded(rest));
                    }
                    agent.refuel(&mut store, rest.required_fuel())?;
                    rest.resume(&mut store, &mut outputs)?
                }
            }
        }
    });
    let functions = &activation.functions;
    match progress {
        Ok(Progress::Finished) => {
            let result = exported_function::output(agent, &outputs, context);
            promise::settle(functions, result, context)
        }
        Ok(Progress::Suspended(call)) => wait(agent, activation, call, context),
        Ok(Progress::Yielded(call)) => {
            give_way(agent, activation, call, context);
            Ok(())
        }
        Err(error) => promise::reject(functions, error, context),
    }
}

/// Has an activation go on when what else there is to do has had its turn.
fn give_way(
    agent: &Agent,
    activation: &Gc<Activation>,
    call: ResumableCallOutOfFuel,
    context: &mut Context,
) {
    let activation = activation.clone();
    let count = Count::new(&agent.suspended);
    let realm = context.realm().clone();
    let job = GenericJob::new(
        move |context| {
            let agent = activation.function.agent.get()?;
            // Until here references were on the stack of the call alone.
            let _count = count;
            agent.passing(|| {
                advance(&agent, &activation, context, |mut store, outputs| {
                    agent.refuel(&mut store, call.required_fuel())?;
                    call.resume(store, outputs)
                })
            })?;
            Ok(JsValue::undefined())
        },
        realm,
    );
    context.enqueue_job(Job::GenericJob(job));
}

/// Has an activation wait for the promise that it was suspended for.
fn wait(
    agent: &Agent,
    activation: &Gc<Activation>,
    call: ResumableCallHostTrap,
    context: &mut Context,
) -> JsResult<()> {
    let suspension = agent.suspension.borrow_mut().take();
    let Some(suspension) = suspension else {
        let error = JsNativeError::error().with_message("suspended for nothing");
        return promise::reject(&activation.functions, error.into(), context);
    };
    let suspended = Gc::new(Suspended {
        activation: activation.clone(),
        call: RefCell::new(Some(call)),
        import: suspension.import,
        _count: Count::new(&agent.suspended),
    });
    let reaction = |resume: fn(&Suspended, JsValue, &mut Context) -> JsResult<()>| {
        NativeFunction::from_copy_closure_with_captures(
            move |_, args, suspended: &Gc<Suspended>, context| {
                let value = args.first().cloned().unwrap_or_default();
                resume(suspended, value, context)?;
                Ok(JsValue::undefined())
            },
            suspended.clone(),
        )
    };
    promise::react(
        &suspension.promise,
        Some(reaction(fulfilled)),
        Some(reaction(rejected)),
        context,
    )?;
    Ok(())
}

/// Goes on with what the promise was fulfilled with as the result of the import.
fn fulfilled(suspended: &Suspended, value: JsValue, context: &mut Context) -> JsResult<()> {
    let agent = suspended.activation.function.agent.get()?;
    let Some(call) = suspended.call.borrow_mut().take() else {
        return Ok(());
    };
    agent.passing(
        || match host_function::results(&agent, suspended.import, &value, context) {
            Ok(inputs) => advance(&agent, &suspended.activation, context, |store, outputs| {
                call.resume(store, &inputs, outputs)
            }),
            Err(error) => throw(&agent, suspended, call, error, context),
        },
    )
}

/// Goes on with an exception, if there may be somebody who catches it.
fn rejected(suspended: &Suspended, reason: JsValue, context: &mut Context) -> JsResult<()> {
    let agent = suspended.activation.function.agent.get()?;
    let Some(call) = suspended.call.borrow_mut().take() else {
        return Ok(());
    };
    let error = boa_engine::JsError::from_opaque(reason);
    agent.passing(|| throw(&agent, suspended, call, error, context))
}

fn throw(
    agent: &Rc<Agent>,
    suspended: &Suspended,
    call: ResumableCallHostTrap,
    error: boa_engine::JsError,
    context: &mut Context,
) -> JsResult<()> {
    let cell = host_function::cell(agent, suspended.import).filter(|cell| cell.is_aware());
    let raised = match cell {
        Some(cell) => agent.raise(error, &cell, context),
        // Nobody can catch it before the promise's reactions do.
        None => Err(error),
    };
    match raised {
        Ok(()) => {
            let inputs = host_function::default_results(agent, suspended.import);
            advance(agent, &suspended.activation, context, |store, outputs| {
                call.resume(store, &inputs, outputs)
            })
        }
        Err(error) => promise::reject(&suspended.activation.functions, error, context),
    }
}
