//! What the interfaces need of the context and the realm they were registered in.

use std::{cell::RefCell, rc::Rc};

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsValue,
    job::{Job, NativeAsyncJob},
    js_string,
    object::builtins::JsPromise,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{ordered, promise};
use url::Url;

use crate::{abort::Reasons, body::UnreadBodies, net::Client};

/// The client of a context.
struct ContextClient(Client);

/// The unread bodies of a context.
struct ContextBodies(Rc<UnreadBodies>);

/// Why fetches of a context were aborted.
struct ContextReasons(Rc<Reasons>);

/// `%JSON.stringify%` as it was before any script could change it.
#[derive(Trace, Finalize, JsData)]
struct JsonStringify(JsObject);

/// Remembers what [`client`], [`unread_bodies`] and [`json_stringify`] give.
pub(crate) fn register(client: Client, context: &mut Context) -> JsResult<()> {
    context.insert_data(ContextClient(client));
    // Another realm of the context may be registered later.
    if !context.has_data::<ContextBodies>() {
        context.insert_data(ContextBodies(UnreadBodies::new()));
        context.insert_data(ContextReasons(Rc::default()));
    }
    let json = context.intrinsics().objects().json();
    let Some(stringify) = json.get(js_string!("stringify"), context)?.as_callable() else {
        return Err(JsNativeError::typ()
            .with_message("the JSON object was changed before fetch was registered")
            .into());
    };
    let mut host_defined = context.realm().host_defined_mut();
    host_defined.insert(JsonStringify(stringify));
    Ok(())
}

/// The client of the context.
pub(crate) fn client(context: &Context) -> JsResult<Client> {
    match context.get_data::<ContextClient>() {
        Some(client) => Ok(client.0.clone()),
        None => Err(not_registered()),
    }
}

/// Fails unless scripts of the context may ask the server of a URL.
pub(crate) fn check_net(url: &Url, context: &mut Context) -> JsResult<()> {
    let checked = client(context)?.permissions().check_net(url);
    checked.map_err(|refusal| refusal.into_js(context))
}

/// The unread bodies of the context.
pub(crate) fn unread_bodies(context: &Context) -> JsResult<Rc<UnreadBodies>> {
    match context.get_data::<ContextBodies>() {
        Some(bodies) => Ok(Rc::clone(&bodies.0)),
        None => Err(not_registered()),
    }
}

/// Why fetches of the context were aborted.
pub(crate) fn abort_reasons(context: &Context) -> JsResult<Rc<Reasons>> {
    match context.get_data::<ContextReasons>() {
        Some(reasons) => Ok(Rc::clone(&reasons.0)),
        None => Err(not_registered()),
    }
}

/// `%JSON.stringify%`
pub(crate) fn json_stringify(value: JsValue, context: &mut Context) -> JsResult<JsValue> {
    let stringify = match context.realm().host_defined().get::<JsonStringify>() {
        Some(known) => known.0.clone(),
        None => return Err(not_registered()),
    };
    stringify.call(&JsValue::undefined(), &[value], context)
}

fn not_registered() -> boa_engine::JsError {
    JsNativeError::typ()
        .with_message("fetch is not registered in this context")
        .into()
}

/// A promise that is settled with what `then` makes of the outcome of `future`, in a job of its own.
///
/// The future is awaited on the thread of the context, so it should wait for work rather than do it.
pub(crate) fn promise_of<T: 'static>(
    future: impl Future<Output = T> + 'static,
    then: impl FnOnce(T, &mut Context) -> JsResult<JsValue> + 'static,
    context: &mut Context,
) -> JsPromise {
    let (promise, functions) = JsPromise::new_pending(context);
    when_done(
        future,
        move |outcome, context| {
            let result = then(outcome, context);
            promise::settle(&functions, result, context)
        },
        context,
    );
    promise
}

/// Runs `then` with the outcome of `future`, in a job of its own.
///
/// The future is awaited on the thread of the context, so it should wait for work rather than do it.
pub(crate) fn when_done<T: 'static>(
    future: impl Future<Output = T> + 'static,
    then: impl FnOnce(T, &mut Context) -> JsResult<()> + 'static,
    context: &mut Context,
) {
    let realm = context.realm().clone();
    let future = ordered::in_order(future, context);
    let job = async move |context: &RefCell<&mut Context>| {
        let outcome = future.await;
        // Not before: nothing may be borrowed while a job waits.
        let context = &mut context.borrow_mut();
        then(outcome, context)?;
        Ok(JsValue::undefined())
    };
    context.enqueue_job(Job::AsyncJob(NativeAsyncJob::with_realm(job, realm)));
}

/// Parses a URL against the API base URL, by the parser of `new URL`: what a script has checked there
/// is what is fetched.
///
/// # Errors
///
/// A `TypeError` that says which URL, and why.
pub(crate) fn parse_url(text: &str, context: &Context) -> JsResult<Url> {
    taipan_web::parse_url(text, context)
        .map_err(|reason| JsNativeError::typ().with_message(reason).into())
}
