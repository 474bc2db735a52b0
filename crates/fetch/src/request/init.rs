//! The dictionary `RequestInit`.

use boa_engine::{Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue};
use taipan_web::{
    abort::AbortSignal, blob::Blob, form_data::FormData, streams::ReadableStream,
    url::UrlSearchParams,
};
use taipan_webidl::{BufferSource, Dictionary, convert, implementation};

use crate::{
    header_list::is_token,
    headers::{HeadersInit, headers_init},
    net::ReferrerPolicy,
};

/// <https://fetch.spec.whatwg.org/#requestmode>
const MODES: [&str; 4] = ["navigate", "same-origin", "no-cors", "cors"];
/// <https://fetch.spec.whatwg.org/#requestcredentials>
const CREDENTIALS: [&str; 3] = ["omit", "same-origin", "include"];
/// <https://fetch.spec.whatwg.org/#requestcache>
const CACHES: [&str; 6] = [
    "default",
    "no-store",
    "reload",
    "no-cache",
    "force-cache",
    "only-if-cached",
];
/// <https://fetch.spec.whatwg.org/#requestredirect>
const REDIRECTS: [&str; 3] = ["follow", "error", "manual"];
/// <https://fetch.spec.whatwg.org/#requestpriority>
const PRIORITIES: [&str; 3] = ["high", "low", "auto"];

/// A member that `null` is a value of.
#[derive(Debug, Default)]
pub(super) enum Nullable<T> {
    #[default]
    Absent,
    Null,
    Value(T),
}

/// <https://fetch.spec.whatwg.org/#requestinit>
#[derive(Debug, Default)]
pub(super) struct RequestInit {
    pub(super) body: Nullable<JsValue>,
    pub(super) cache: Option<&'static str>,
    pub(super) credentials: Option<&'static str>,
    pub(super) duplex: bool,
    pub(super) headers: Option<HeadersInit>,
    pub(super) integrity: Option<JsString>,
    pub(super) keepalive: Option<bool>,
    pub(super) method: Option<String>,
    pub(super) mode: Option<&'static str>,
    pub(super) redirect: Option<&'static str>,
    pub(super) referrer: Option<String>,
    /// An empty one is the default.
    pub(super) referrer_policy: Option<&'static str>,
    pub(super) signal: Nullable<JsObject<AbortSignal>>,
    /// Whether any member was there.
    pub(super) is_empty: bool,
}

impl RequestInit {
    pub(super) fn convert(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        let dictionary = Dictionary::new(value, "RequestInit")?;
        let mut init = Self {
            is_empty: true,
            ..Self::default()
        };
        let enumeration = |name: &'static str,
                           values: &[&'static str],
                           empty: &mut bool,
                           context: &mut Context|
         -> JsResult<Option<&'static str>> {
            let Some(value) = dictionary.get(name, context)? else {
                return Ok(None);
            };
            *empty = false;
            convert::enumeration(&value, values, name, context).map(Some)
        };
        let empty = &mut init.is_empty;
        if let Some(body) = dictionary.get("body", context)? {
            *empty = false;
            init.body = if body.is_null() {
                Nullable::Null
            } else {
                Nullable::Value(body_init(body, context)?)
            };
        }
        init.cache = enumeration("cache", &CACHES, empty, context)?;
        init.credentials = enumeration("credentials", &CREDENTIALS, empty, context)?;
        init.duplex = enumeration("duplex", &["half"], empty, context)?.is_some();
        if let Some(headers) = dictionary.get("headers", context)? {
            *empty = false;
            init.headers = Some(headers_init(&headers, context)?);
        }
        if let Some(integrity) = dictionary.get("integrity", context)? {
            *empty = false;
            init.integrity = Some(convert::dom_string(&integrity, context)?);
        }
        if let Some(keepalive) = dictionary.get("keepalive", context)? {
            *empty = false;
            init.keepalive = Some(keepalive.to_boolean());
        }
        if let Some(method) = dictionary.get("method", context)? {
            *empty = false;
            init.method = Some(method_of(&method, context)?);
        }
        init.mode = enumeration("mode", &MODES, empty, context)?;
        // It is a hint, and there is nothing to be told.
        enumeration("priority", &PRIORITIES, empty, context)?;
        init.redirect = enumeration("redirect", &REDIRECTS, empty, context)?;
        if let Some(referrer) = dictionary.get("referrer", context)? {
            *empty = false;
            init.referrer = Some(convert::usv_string(&referrer, context)?);
        }
        let mut policies = vec![""];
        policies.extend(ReferrerPolicy::NAMES);
        init.referrer_policy = enumeration("referrerPolicy", &policies, empty, context)?;
        if let Some(signal) = dictionary.get("signal", context)? {
            *empty = false;
            init.signal = if signal.is_null() {
                Nullable::Null
            } else {
                let object = signal.as_object();
                match object.and_then(|object| implementation::<AbortSignal>(&object)) {
                    Some(signal) => Nullable::Value(signal),
                    None => return Err(type_error("the signal is not an AbortSignal")),
                }
            };
        }
        if let Some(window) = dictionary.get("window", context)? {
            *empty = false;
            if !window.is_null() {
                return Err(type_error("the window can only be null"));
            }
        }
        Ok(init)
    }
}

/// A `BodyInit`: one of the objects that are in its union type, or a string.
fn body_init(value: JsValue, context: &mut Context) -> JsResult<JsValue> {
    if let Some(object) = value.as_object()
        && (implementation::<ReadableStream>(&object).is_some()
            || implementation::<Blob>(&object).is_some()
            || implementation::<FormData>(&object).is_some()
            || implementation::<UrlSearchParams>(&object).is_some()
            || BufferSource::try_new(&value, context)?.is_some())
    {
        return Ok(value);
    }
    Ok(value.to_string(context)?.into())
}

/// <https://fetch.spec.whatwg.org/#concept-method>
fn method_of(value: &JsValue, context: &mut Context) -> JsResult<String> {
    let bytes = convert::byte_string(value, "a method", context)?;
    let method = String::from_utf8_lossy(&bytes).into_owned();
    if !is_token(&bytes) {
        return Err(type_error(&format!("\"{method}\" is not a valid method")));
    }
    let upper = method.to_ascii_uppercase();
    match upper.as_str() {
        // <https://fetch.spec.whatwg.org/#forbidden-method>
        "CONNECT" | "TRACE" | "TRACK" => {
            Err(type_error(&format!("the method {method} is not allowed")))
        }
        // Only these are normalised; "patch" stays what it is.
        "DELETE" | "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" => Ok(upper),
        _ => Ok(method),
    }
}

pub(super) fn type_error(message: &str) -> JsError {
    JsNativeError::typ()
        .with_message(format!("Request: {message}"))
        .into()
}
