//! Steps that are performed later.

use boa_engine::{
    Context, JsResult, JsValue,
    job::{Job, PromiseJob},
};
use boa_gc::{Finalize, Trace};

/// How a promise was settled.
pub(in crate::streams) type Settlement = Result<JsValue, JsValue>;

/// Steps to perform once a promise is settled. The collector sees what they captured.
pub(in crate::streams) trait Steps: Trace {
    /// Performs them.
    fn run(self: Box<Self>, settlement: Settlement, context: &mut Context) -> JsResult<()>;
}

#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct Closure<C: Trace> {
    captures: C,
    #[unsafe_ignore_trace]
    run: fn(C, Settlement, &mut Context) -> JsResult<()>,
}

impl<C: Trace> Steps for Closure<C> {
    fn run(self: Box<Self>, settlement: Settlement, context: &mut Context) -> JsResult<()> {
        (self.run)(self.captures, settlement, context)
    }
}

/// Steps made of a function and what it is to be given.
pub(in crate::streams) fn steps<C: Trace + 'static>(
    captures: C,
    run: fn(C, Settlement, &mut Context) -> JsResult<()>,
) -> Box<dyn Steps> {
    Box::new(Closure { captures, run })
}

/// <https://html.spec.whatwg.org/multipage/webappapis.html#queue-a-microtask>
pub(in crate::streams) fn microtask(
    steps: Box<dyn Steps>,
    settlement: Settlement,
    context: &mut Context,
) {
    let realm = context.realm().clone();
    let job = PromiseJob::with_realm(
        move |context| {
            steps.run(settlement, context)?;
            Ok(JsValue::undefined())
        },
        realm,
    );
    context.enqueue_job(Job::PromiseJob(job));
}
