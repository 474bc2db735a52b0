//! Tasks of the event loop.

use boa_engine::{
    Context, JsResult, JsValue,
    job::{GenericJob, Job},
    realm::Realm,
};

/// <https://html.spec.whatwg.org/multipage/webappapis.html#queue-a-task>
pub(crate) fn queue(
    realm: Realm,
    context: &mut Context,
    steps: impl FnOnce(&mut Context) -> JsResult<()> + 'static,
) {
    let job = GenericJob::new(
        move |context| {
            steps(context)?;
            Ok(JsValue::undefined())
        },
        realm,
    );
    context.enqueue_job(Job::GenericJob(job));
}
