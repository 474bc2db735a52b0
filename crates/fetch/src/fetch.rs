//! The `fetch` function.

use boa_engine::{
    Context, JsArgs, JsObject, JsResult, JsValue, NativeFunction,
    builtins::promise::ResolvingFunctions,
    js_string,
    object::{FunctionObjectBuilder, builtins::JsPromise},
    property::PropertyDescriptor,
};
use taipan_web::abort::AbortSignal;
use taipan_webidl::{convert, promise, wrap};

use crate::{
    abort::{Abort, Fetches},
    body::{self, network_error},
    environment,
    net::{FetchError, NativeResponse},
    request::{Outgoing, Request},
    response::Response,
};

/// Defines `fetch` on the global object.
pub(crate) fn register(context: &mut Context) {
    let fetch = NativeFunction::from_fn_ptr(|_, args, context| match fetch(args, context) {
        Ok(promise) => Ok(promise),
        // An operation that returns a promise never throws.
        Err(error) => Ok(promise::rejected(error, context)?.into()),
    });
    let function = FunctionObjectBuilder::new(context.realm(), fetch)
        .name(js_string!("fetch"))
        .length(1)
        .constructor(false)
        .build();
    context.global_object().insert_property(
        js_string!("fetch"),
        PropertyDescriptor::builder()
            .value(function)
            .writable(true)
            .enumerable(true)
            .configurable(true),
    );
}

/// <https://fetch.spec.whatwg.org/#dom-global-fetch>
///
/// With `redirect: 'manual'` the promise is fulfilled with the redirect itself, status, `Location` and body
/// included, and its `type` is `basic`: as in Node.js and Deno. The standard filters it down to an opaque response
/// with the status 0, which protects one site of a browser from another; here a script may read every response.
fn fetch(args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let input = convert::required_by(args, 0, 1, "fetch")?;
    let request = Request::create(input, args.get_or_undefined(1), context)?;
    let signal = request.abort_signal().cloned();
    let head = request.is_head();
    let request = wrap(request, context);
    // Step 4.
    if let Some(signal) = &signal
        && AbortSignal::is_aborted(signal)
    {
        let reason = AbortSignal::reason(signal);
        body::cancel(&request, &reason, context)?;
        return Ok(promise::rejected(boa_engine::JsError::from_opaque(reason), context)?.into());
    }
    let (promise, functions) = JsPromise::new_pending(context);
    let aborts = match &signal {
        Some(signal) => Some(Abort::add(signal, functions.clone(), context)?),
        None => None,
    };
    let abort = aborts.as_ref().map(|(abort, _)| abort);
    let outgoing = match Request::send(&request, abort, context)? {
        Outgoing::Request(outgoing) => outgoing,
        Outgoing::Response(response) => {
            settle(&functions, Ok(*response), head, None, context)?;
            return Ok(promise.into());
        }
    };
    // The request is on its way from here on, whenever the jobs are run.
    let client = environment::client(context)?;
    if client.is_full() {
        // Responses that nobody has any more hold what this one needs.
        boa_gc::force_collect();
    }
    let response = client.fetch(*outgoing);
    let Some((abort, fetches)) = aborts else {
        environment::when_done(
            response,
            move |result, context| settle(&functions, result, head, None, context),
            context,
        );
        return Ok(promise.into());
    };
    let aborted = abort.aborted();
    let response = async move {
        tokio::select! {
            biased;
            // The promise has been rejected by then.
            () = aborted => None,
            response = response => Some(response),
        }
    };
    environment::when_done(
        response,
        move |result, context| abortable(result, abort, &fetches, head, context),
        context,
    );
    Ok(promise.into())
}

fn abortable(
    result: Option<Result<NativeResponse, FetchError>>,
    abort: Abort,
    fetches: &JsObject<Fetches>,
    head: bool,
    context: &mut Context,
) -> JsResult<()> {
    match (result, abort.take_promise(fetches)) {
        (Some(result), Some(functions)) => settle(&functions, result, head, Some(abort), context),
        _ => Ok(()),
    }
}

/// Step 12.
fn settle(
    functions: &ResolvingFunctions,
    result: Result<NativeResponse, FetchError>,
    head: bool,
    abort: Option<Abort>,
    context: &mut Context,
) -> JsResult<()> {
    let result = match result {
        Ok(response) => Response::from_native(response, head, abort, context)
            .map(|response| response.upcast().into()),
        Err(error) => Err(network_error(&error, context)),
    };
    promise::settle(functions, result, context)
}
