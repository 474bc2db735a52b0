//! The `fetch` function.

use boa_engine::{
    Context, JsArgs, JsError, JsNativeError, JsObject, JsResult, JsValue, NativeFunction,
    js_string, object::FunctionObjectBuilder, property::PropertyDescriptor,
};
use http::Method;
use taipan_webidl::{Dictionary, convert, promise};
use url::Url;

use crate::{
    body::{Extracted, extract, network_error},
    environment,
    header_list::{HeaderList, is_token},
    headers::{Guard, Headers, headers_init},
    net::{RedirectMode, Request},
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
    let request = request(input, args.get_or_undefined(1), context)?;
    let head = request.method == Method::HEAD;
    // The request is on its way from here on, whenever the jobs are run.
    let response = environment::client(context)?.fetch(request);
    let promise = environment::promise_of(
        response,
        move |result, context| match result {
            Ok(response) => Ok(Response::from_native(response, head, context)?
                .upcast()
                .into()),
            Err(error) => Err(network_error(&error)),
        },
        context,
    );
    Ok(promise.into())
}

/// The parts of a request that `input` and `init` have in common.
#[derive(Default)]
struct Parts {
    body: Option<JsValue>,
    headers: Option<JsValue>,
    method: Option<JsValue>,
    redirect: Option<JsValue>,
}

impl Parts {
    /// Reads them in the order of a dictionary.
    fn get(object: &Dictionary, context: &mut Context) -> JsResult<Self> {
        Ok(Self {
            body: object.get("body", context)?,
            headers: object.get("headers", context)?,
            method: object.get("method", context)?,
            redirect: object.get("redirect", context)?,
        })
    }
}

/// Makes the native request.
///
/// <https://fetch.spec.whatwg.org/#dom-request>, as far as it concerns the network.
fn request(input: &JsValue, init: &JsValue, context: &mut Context) -> JsResult<Request> {
    let (url, base) = match input.as_object() {
        Some(object) => match request_url(&object, context)? {
            Some(url) => (
                url,
                Parts::get(&Dictionary::new(input, "Request")?, context)?,
            ),
            None => (convert::usv_string(input, context)?, Parts::default()),
        },
        None => (convert::usv_string(input, context)?, Parts::default()),
    };
    let init = Parts::get(&Dictionary::new(init, "RequestInit")?, context)?;

    // Steps 5.2 to 5.4.
    let url = parse_url(&url, context)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(type_error(
            "fetch: a URL that contains a user name or a password is not allowed; use an \
             Authorization header",
        ));
    }

    // Step 25.
    let method = match init.method.or(base.method) {
        Some(method) => method_of(&method, context)?,
        None => Method::GET,
    };

    let redirect = match init.redirect.or(base.redirect) {
        Some(redirect) => {
            let modes = ["follow", "error", "manual"];
            match convert::enumeration(&redirect, &modes, "fetch: redirect", context)? {
                "error" => RedirectMode::Error,
                "manual" => RedirectMode::Manual,
                _ => RedirectMode::Follow,
            }
        }
        None => RedirectMode::Follow,
    };

    // Step 33.
    let mut headers = Headers::new(HeaderList::default(), Guard::None);
    if let Some(init) = init.headers.or(base.headers) {
        headers.fill(&headers_init(&init, context)?)?;
    }

    // Steps 35 to 37.
    let body = match init.body.or(base.body).filter(|body| !body.is_null()) {
        Some(_) if method == Method::GET || method == Method::HEAD => {
            return Err(type_error(&format!(
                "fetch: a request with the method {method} cannot have a body"
            )));
        }
        Some(body) => {
            let Extracted {
                bytes,
                content_type,
            } = extract(&body, context)?;
            if let Some(content_type) = content_type
                && !headers.list().contains("content-type")
            {
                headers
                    .list_mut()
                    .append("Content-Type", content_type.into());
            }
            Some(bytes)
        }
        None => None,
    };

    let mut request = Request::get(url);
    request.method = method;
    request.headers = headers
        .list()
        .to_map()
        .map_err(|reason| type_error(&format!("fetch failed: {reason}")))?;
    request.body = body.map(Into::into);
    request.redirect = redirect;
    Ok(request)
}

/// The URL of an object that looks like a request; a `URL` object does not, it has an `href`.
fn request_url(object: &JsObject, context: &mut Context) -> JsResult<Option<String>> {
    let url = object.get(js_string!("url"), context)?;
    if url.is_undefined() {
        return Ok(None);
    }
    convert::usv_string(&url, context).map(Some)
}

/// <https://fetch.spec.whatwg.org/#concept-method>
fn method_of(value: &JsValue, context: &mut Context) -> JsResult<Method> {
    let bytes = convert::byte_string(value, "a method", context)?;
    let shown = String::from_utf8_lossy(&bytes).into_owned();
    if !is_token(&bytes) {
        return Err(type_error(&format!(
            "fetch: \"{shown}\" is not a valid method"
        )));
    }
    let upper = shown.to_ascii_uppercase();
    if matches!(upper.as_str(), "CONNECT" | "TRACE" | "TRACK") {
        return Err(type_error(&format!(
            "fetch: the method {shown} is not allowed"
        )));
    }
    // Only these are normalised; "patch" stays what it is.
    let name = match upper.as_str() {
        "DELETE" | "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" => upper,
        _ => shown,
    };
    Method::from_bytes(name.as_bytes())
        .map_err(|_| type_error(&format!("fetch: \"{name}\" is not a valid method")))
}

/// Parses a URL against the API base URL.
///
/// # Errors
///
/// A `TypeError` that says which URL, and why.
pub(crate) fn parse_url(text: &str, context: &Context) -> JsResult<Url> {
    let base = taipan_web::base_url(context);
    Url::options()
        .base_url(base.as_ref())
        .parse(text)
        .map_err(|error| {
            let base = match base {
                Some(base) => format!(" (relative to {base})"),
                None => String::new(),
            };
            type_error(&format!("invalid URL \"{text}\"{base}: {error}"))
        })
}

fn type_error(message: &str) -> JsError {
    JsNativeError::typ().with_message(message.to_owned()).into()
}
