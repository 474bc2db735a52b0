//! The `Response` interface.

use boa_engine::{Context, JsData, JsNativeError, JsObject, JsResult, JsValue, js_string};
use boa_gc::{Finalize, Trace};
use data_url::mime::Mime;
use taipan_webidl::{Dictionary, Interface, InterfaceBuilder, convert, this_object, wrap};
use url::Url;

use crate::{
    abort::Abort,
    body::{self, Body, Extracted, HasBody, extract},
    environment::{self, parse_url},
    header_list::HeaderList,
    headers::{Guard, Headers, HeadersInit, headers_init},
    net::NativeResponse,
};

/// <https://fetch.spec.whatwg.org/#concept-response-type>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ResponseType {
    Basic,
    Cors,
    Default,
    Error,
}

impl ResponseType {
    fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Cors => "cors",
            Self::Default => "default",
            Self::Error => "error",
        }
    }
}

/// A `Response` object's state.
///
/// <https://fetch.spec.whatwg.org/#response-class>
#[derive(Debug, Trace, Finalize, JsData)]
pub(crate) struct Response {
    headers: JsObject<Headers>,
    #[unsafe_ignore_trace]
    kind: ResponseType,
    #[unsafe_ignore_trace]
    url: Option<Url>,
    redirected: bool,
    status: u16,
    #[unsafe_ignore_trace]
    status_text: Vec<u8>,
    body: Body,
}

impl HasBody for Response {
    fn body(&self) -> &Body {
        &self.body
    }

    fn body_mut(&mut self) -> &mut Body {
        &mut self.body
    }

    fn mime_type(&self) -> Option<Mime> {
        self.headers.borrow().data().list().mime_type()
    }
}

/// <https://fetch.spec.whatwg.org/#responseinit>
struct ResponseInit {
    headers: Option<HeadersInit>,
    status: u16,
    status_text: Vec<u8>,
}

impl ResponseInit {
    fn convert(value: Option<&JsValue>, context: &mut Context) -> JsResult<Self> {
        let undefined = JsValue::undefined();
        let init = Dictionary::new(value.unwrap_or(&undefined), "ResponseInit")?;
        let headers = match init.get("headers", context)? {
            Some(headers) => Some(headers_init(&headers, context)?),
            None => None,
        };
        let status = match init.get("status", context)? {
            Some(status) => convert::unsigned_short(&status, context)?,
            None => 200,
        };
        let status_text = match init.get("statusText", context)? {
            Some(text) => convert::byte_string(&text, "statusText", context)?,
            None => Vec::new(),
        };
        Ok(Self {
            headers,
            status,
            status_text,
        })
    }
}

/// <https://fetch.spec.whatwg.org/#null-body-status>
fn is_null_body_status(status: u16) -> bool {
    matches!(status, 101 | 103 | 204 | 205 | 304)
}

/// <https://httpwg.org/specs/rfc9112.html#status.line>
fn is_reason_phrase(text: &[u8]) -> bool {
    text.iter()
        .all(|byte| matches!(byte, b'\t' | b' '..=b'~' | 0x80..))
}

impl Response {
    /// The response of a fetch, in the current realm.
    pub(crate) fn from_native(
        response: NativeResponse,
        head: bool,
        abort: Option<Abort>,
        context: &mut Context,
    ) -> JsResult<JsObject<Self>> {
        let bodies = environment::unread_bodies(context)?;
        bodies.make_room();
        let headers = Headers::create(response.headers().into(), Guard::Immutable, context);
        let status = response.status();
        let value = Self {
            headers,
            kind: if response.is_cross_origin() {
                ResponseType::Cors
            } else {
                ResponseType::Basic
            },
            url: Some(response.url().clone()),
            redirected: response.redirected(),
            status,
            // It was decoded byte by byte, so every character is one.
            status_text: response.status_text().chars().map(|c| c as u8).collect(),
            body: if head || is_null_body_status(status) {
                Body::null()
            } else {
                Body::arriving(response.into_body(), abort, &bodies)
            },
        };
        Ok(wrap(value, context))
    }

    /// <https://fetch.spec.whatwg.org/#initialize-a-response>
    fn initialize(
        init: ResponseInit,
        body: Option<Extracted>,
        context: &mut Context,
    ) -> JsResult<Self> {
        // Step 1.
        if !(200..=599).contains(&init.status) {
            return Err(JsNativeError::range()
                .with_message(format!(
                    "Response: the status must be between 200 and 599, not {}",
                    init.status
                ))
                .into());
        }
        // Step 2.
        if !is_reason_phrase(&init.status_text) {
            return Err(JsNativeError::typ()
                .with_message("Response: statusText has a character that is not allowed there")
                .into());
        }
        // Step 5.
        let mut headers = Headers::new(HeaderList::default(), Guard::Response);
        if let Some(init) = &init.headers {
            headers.fill(init)?;
        }
        // Step 6.
        let body = match body {
            None => Body::null(),
            Some(_) if is_null_body_status(init.status) => {
                return Err(JsNativeError::typ()
                    .with_message(format!(
                        "Response: a response with status {} cannot have a body",
                        init.status
                    ))
                    .into());
            }
            Some(body) => {
                if let Some(content_type) = body.content_type
                    && !headers.list().contains("content-type")
                {
                    headers
                        .list_mut()
                        .append("Content-Type", content_type.into());
                }
                body.body
            }
        };
        Ok(Self {
            headers: wrap(headers, context),
            kind: ResponseType::Default,
            url: None,
            redirected: false,
            status: init.status,
            status_text: init.status_text,
            body,
        })
    }

    /// <https://fetch.spec.whatwg.org/#ok-status>
    pub(crate) fn is_ok(&self) -> bool {
        (200..=299).contains(&self.status)
    }

    #[cfg(feature = "wasm")]
    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    #[cfg(feature = "wasm")]
    pub(crate) fn status_text(&self) -> &[u8] {
        &self.status_text
    }

    /// The URL as scripts see it: without fragment, empty if there is none.
    ///
    /// <https://fetch.spec.whatwg.org/#dom-response-url>
    pub(crate) fn url(&self) -> String {
        match &self.url {
            Some(url) => {
                let mut url = url.clone();
                url.set_fragment(None);
                url.into()
            }
            None => String::new(),
        }
    }

    /// The combined value of `Content-Type`.
    pub(crate) fn content_type(&self) -> Option<Vec<u8>> {
        self.headers.borrow().data().list().get("content-type")
    }
}

impl Interface for Response {
    const NAME: &'static str = "Response";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .static_method("error", 0, error)
            .static_method("redirect", 1, redirect)
            .static_method("json", 1, json_response)
            .getter("type", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let kind = this.borrow().data().kind;
                Ok(js_string!(kind.as_str()).into())
            })
            .getter("url", |this, _, _| {
                let url = this_object::<Self>(this)?.borrow().data().url();
                Ok(js_string!(url.as_str()).into())
            })
            .getter("redirected", |this, _, _| {
                Ok(this_object::<Self>(this)?.borrow().data().redirected.into())
            })
            .getter("status", |this, _, _| {
                Ok(this_object::<Self>(this)?.borrow().data().status.into())
            })
            .getter("ok", |this, _, _| {
                Ok(this_object::<Self>(this)?.borrow().data().is_ok().into())
            })
            .getter("statusText", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let text = convert::byte_string_value(&this.borrow().data().status_text);
                Ok(text.into())
            })
            .getter("headers", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let headers = this.borrow().data().headers.clone();
                Ok(headers.upcast().into())
            });
        body::members::<Self>(interface);
        interface.method("clone", 0, clone);
    }

    /// <https://fetch.spec.whatwg.org/#dom-response>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let body = match args.first() {
            Some(body) if !body.is_null_or_undefined() => Some(extract(body, false, context)?),
            _ => None,
        };
        let init = ResponseInit::convert(args.get(1), context)?;
        Self::initialize(init, body, context)
    }
}

/// <https://fetch.spec.whatwg.org/#dom-response-clone>
fn clone(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Response>(this)?;
    let body = body::clone(&this, context)?;
    let (list, guard) = {
        let this = this.borrow();
        let headers = this.data().headers.borrow();
        (headers.data().list().clone(), headers.data().guard())
    };
    let headers = Headers::create(list, guard, context);
    let copy = {
        let this = this.borrow();
        let this = this.data();
        Response {
            headers,
            kind: this.kind,
            url: this.url.clone(),
            redirected: this.redirected,
            status: this.status,
            status_text: this.status_text.clone(),
            body,
        }
    };
    Ok(wrap(copy, context).upcast().into())
}

/// <https://fetch.spec.whatwg.org/#dom-response-error>
fn error(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let response = Response {
        headers: Headers::create(HeaderList::default(), Guard::Immutable, context),
        kind: ResponseType::Error,
        url: None,
        redirected: false,
        status: 0,
        status_text: Vec::new(),
        body: Body::null(),
    };
    Ok(wrap(response, context).upcast().into())
}

/// <https://fetch.spec.whatwg.org/#dom-response-redirect>
fn redirect(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let url = convert::required_by(args, 0, 1, "Response.redirect")?;
    let url = convert::usv_string(url, context)?;
    let status = match args.get(1) {
        Some(status) if !status.is_undefined() => convert::unsigned_short(status, context)?,
        _ => 302,
    };
    let url = parse_url(&url, context)?;
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return Err(JsNativeError::range()
            .with_message(format!(
                "Response.redirect: {status} is not a redirect status"
            ))
            .into());
    }
    let mut list = HeaderList::default();
    list.append("Location", String::from(url).into_bytes());
    let response = Response {
        headers: Headers::create(list, Guard::Immutable, context),
        kind: ResponseType::Default,
        url: None,
        redirected: false,
        status,
        status_text: Vec::new(),
        body: Body::null(),
    };
    Ok(wrap(response, context).upcast().into())
}

/// <https://fetch.spec.whatwg.org/#dom-response-json>
fn json_response(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let data = convert::required_by(args, 0, 1, "Response.json")?;
    let init = ResponseInit::convert(args.get(1), context)?;
    let text = environment::json_stringify(data.clone(), context)?;
    let Some(text) = text.as_string() else {
        return Err(JsNativeError::typ()
            .with_message("Response.json: the value cannot be represented in JSON")
            .into());
    };
    let body = Extracted::new(text.to_std_string_lossy(), "application/json");
    let response = Response::initialize(init, Some(body), context)?;
    Ok(wrap(response, context).upcast().into())
}
