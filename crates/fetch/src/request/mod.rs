//! The `Request` interface.

mod init;
mod native;

use boa_engine::{Context, JsArgs, JsData, JsObject, JsResult, JsString, JsValue, js_string};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use data_url::mime::Mime;
use taipan_web::{
    abort::{AbortSignal, dependent},
    blob::url_store,
};
use taipan_webidl::{Interface, InterfaceBuilder, convert, implementation, this_object, wrap};
use url::{Origin, Url};

use crate::{
    body::{self, Body, Extracted, HasBody, already_used, extract},
    environment::parse_url,
    header_list::HeaderList,
    headers::{Guard, Headers},
};

use init::{Nullable, RequestInit, type_error};
pub(crate) use native::Outgoing;

/// <https://fetch.spec.whatwg.org/#concept-request-referrer>
#[derive(Debug, Clone)]
enum Referrer {
    None,
    /// Whatever the script's own URL is.
    Client,
    Url(Url),
}

/// The parts of a request that no collector needs to see.
///
/// <https://fetch.spec.whatwg.org/#concept-request>
#[derive(Debug, Clone)]
struct Parts {
    method: String,
    url: Url,
    /// What the URL of a blob stood for when the request was made.
    blob: Option<(Bytes, String)>,
    referrer: Referrer,
    referrer_policy: &'static str,
    mode: &'static str,
    credentials: &'static str,
    cache: &'static str,
    redirect: &'static str,
    integrity: JsString,
    keepalive: bool,
}

impl Parts {
    fn new(url: Url, context: &Context) -> Self {
        Self {
            method: "GET".to_owned(),
            blob: (url.scheme() == "blob")
                .then(|| url_store::resolve(url.as_str(), context))
                .flatten(),
            url,
            referrer: Referrer::Client,
            referrer_policy: "",
            mode: "cors",
            credentials: "same-origin",
            cache: "default",
            redirect: "follow",
            integrity: js_string!(),
            keepalive: false,
        }
    }
}

/// A `Request` object's state.
///
/// <https://fetch.spec.whatwg.org/#request-class>
#[derive(Debug, Trace, Finalize, JsData)]
pub(crate) struct Request {
    #[unsafe_ignore_trace]
    parts: Parts,
    headers: JsObject<Headers>,
    body: Body,
    /// The signal that its own follows.
    followed: Option<JsObject<AbortSignal>>,
    /// Its own signal, once a script has asked for it.
    signal: Option<JsObject<AbortSignal>>,
}

impl HasBody for Request {
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

impl Request {
    /// <https://fetch.spec.whatwg.org/#dom-request>
    pub(crate) fn create(input: &JsValue, init: &JsValue, context: &mut Context) -> JsResult<Self> {
        let original = input
            .as_object()
            .and_then(|input| implementation::<Self>(&input));
        let text = match &original {
            Some(_) => None,
            None => Some(convert::usv_string(input, context)?),
        };
        let init = RequestInit::convert(init, context)?;

        // Steps 5, 6 and 12.
        let (mut parts, list, mut followed) = match (&original, &text) {
            (Some(original), _) => {
                let original = original.borrow();
                let original = original.data();
                let list = original.headers.borrow().data().list().clone();
                let signal = original.signal.as_ref().or(original.followed.as_ref());
                (original.parts.clone(), list, signal.cloned())
            }
            (None, text) => {
                let url = parse_url(text.as_deref().unwrap_or_default(), context)?;
                if !url.username().is_empty() || url.password().is_some() {
                    return Err(type_error(
                        "a URL that contains a user name or a password is not allowed; use an \
                         Authorization header",
                    ));
                }
                (Parts::new(url, context), HeaderList::default(), None)
            }
        };
        // Steps 13 to 26.
        parts.apply(&init, context)?;
        // Step 27.
        match &init.signal {
            Nullable::Absent => {}
            Nullable::Null => followed = None,
            Nullable::Value(signal) => followed = Some(signal.clone()),
        }

        // Steps 31 to 33.
        let guard = if parts.mode == "no-cors" {
            if !matches!(parts.method.as_str(), "GET" | "HEAD" | "POST") {
                return Err(type_error(&format!(
                    "the method {} is not allowed with the mode \"no-cors\"",
                    parts.method
                )));
            }
            Guard::RequestNoCors
        } else {
            Guard::Request
        };
        let mut headers = Headers::new(HeaderList::default(), guard);
        match &init.headers {
            Some(init) => headers.fill(init)?,
            None if guard == Guard::RequestNoCors && !init.is_empty => {
                for (name, value) in list.fields() {
                    headers.append(name.as_bytes(), value)?;
                }
            }
            None => *headers.list_mut() = list,
        }

        // Steps 34 to 37.
        let has_input_body = original
            .as_ref()
            .is_some_and(|original| !original.borrow().data().body.is_null());
        let init_body = match init.body {
            Nullable::Value(body) => Some(body),
            Nullable::Absent | Nullable::Null => None,
        };
        if (init_body.is_some() || has_input_body)
            && matches!(parts.method.as_str(), "GET" | "HEAD")
        {
            return Err(type_error(&format!(
                "a request with the method {} cannot have a body",
                parts.method
            )));
        }
        let body = match (init_body, &original) {
            (Some(init_body), _) => {
                let Extracted { body, content_type } =
                    extract(&init_body, parts.keepalive, context)?;
                if let Some(content_type) = content_type
                    && !headers.list().contains("content-type")
                {
                    headers.append(b"Content-Type", content_type.as_bytes())?;
                }
                // Step 39.
                if body.is_stream() {
                    if !init.duplex {
                        return Err(type_error("a stream as the body needs `duplex: 'half'`"));
                    }
                    parts.allow_stream()?;
                }
                body
            }
            (None, Some(original)) => {
                let (is_stream, is_unusable) = {
                    let original = original.borrow();
                    let body = &original.data().body;
                    (body.is_stream(), body.is_unusable())
                };
                if is_stream {
                    parts.allow_stream()?;
                }
                // Step 41.
                if is_unusable {
                    return Err(already_used());
                }
                body::take_over(original, context)?
            }
            (None, None) => Body::null(),
        };
        Ok(Self {
            parts,
            headers: wrap(headers, context),
            body,
            followed,
            signal: None,
        })
    }

    pub(crate) fn is_head(&self) -> bool {
        self.parts.method == "HEAD"
    }

    /// The signal that aborts it, if there is one.
    pub(crate) fn abort_signal(&self) -> Option<&JsObject<AbortSignal>> {
        self.signal.as_ref().or(self.followed.as_ref())
    }
}

impl Parts {
    /// Steps 13 to 26 of the constructor.
    fn apply(&mut self, init: &RequestInit, context: &Context) -> JsResult<()> {
        if !init.is_empty {
            if self.mode == "navigate" {
                self.mode = "same-origin";
            }
            self.referrer = Referrer::Client;
            self.referrer_policy = "";
        }
        if let Some(referrer) = &init.referrer {
            self.referrer = referrer_of(referrer, context)?;
        }
        if let Some(policy) = init.referrer_policy {
            self.referrer_policy = policy;
        }
        if init.mode == Some("navigate") {
            return Err(type_error("the mode cannot be \"navigate\""));
        }
        self.mode = init.mode.unwrap_or(self.mode);
        self.credentials = init.credentials.unwrap_or(self.credentials);
        self.cache = init.cache.unwrap_or(self.cache);
        if self.cache == "only-if-cached" && self.mode != "same-origin" {
            return Err(type_error(
                "the cache mode \"only-if-cached\" needs the mode \"same-origin\"",
            ));
        }
        self.redirect = init.redirect.unwrap_or(self.redirect);
        if let Some(integrity) = &init.integrity {
            self.integrity = integrity.clone();
        }
        self.keepalive = init.keepalive.unwrap_or(self.keepalive);
        if let Some(method) = &init.method {
            self.method.clone_from(method);
        }
        Ok(())
    }

    /// Step 39.2 of the constructor.
    fn allow_stream(&self) -> JsResult<()> {
        if matches!(self.mode, "same-origin" | "cors") {
            return Ok(());
        }
        Err(type_error(&format!(
            "a stream as the body is not possible with the mode \"{}\"",
            self.mode
        )))
    }
}

/// Step 14 of the constructor.
///
/// A script that came from a server can only name URLs of that server, as in a browser. Others have no origin to be
/// true to.
fn referrer_of(text: &str, context: &Context) -> JsResult<Referrer> {
    if text.is_empty() {
        return Ok(Referrer::None);
    }
    let url = parse_url(text, context)?;
    if url.scheme() == "about" && url.path() == "client" {
        return Ok(Referrer::Client);
    }
    match taipan_web::base_url(context).map(|base| base.origin()) {
        Some(origin @ Origin::Tuple(..)) if origin != url.origin() => Ok(Referrer::Client),
        _ => Ok(Referrer::Url(url)),
    }
}

impl Interface for Request {
    const NAME: &'static str = "Request";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        fn text(this: &JsValue, part: impl FnOnce(&Parts) -> JsString) -> JsResult<JsValue> {
            let this = this_object::<Request>(this)?;
            let text = part(&this.borrow().data().parts);
            Ok(text.into())
        }
        interface
            .getter("method", |this, _, _| {
                text(this, |parts| js_string!(parts.method.as_str()))
            })
            .getter("url", |this, _, _| {
                text(this, |parts| js_string!(parts.url.as_str()))
            })
            .getter("headers", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let headers = this.borrow().data().headers.clone();
                Ok(headers.upcast().into())
            })
            // Only what a document loads has one.
            .getter("destination", |this, _, _| text(this, |_| js_string!()))
            .getter("referrer", |this, _, _| {
                text(this, |parts| match &parts.referrer {
                    Referrer::None => js_string!(),
                    Referrer::Client => js_string!("about:client"),
                    Referrer::Url(url) => js_string!(url.as_str()),
                })
            })
            .getter("referrerPolicy", |this, _, _| {
                text(this, |parts| js_string!(parts.referrer_policy))
            })
            .getter("mode", |this, _, _| {
                text(this, |parts| js_string!(parts.mode))
            })
            .getter("credentials", |this, _, _| {
                text(this, |parts| js_string!(parts.credentials))
            })
            .getter("cache", |this, _, _| {
                text(this, |parts| js_string!(parts.cache))
            })
            .getter("redirect", |this, _, _| {
                text(this, |parts| js_string!(parts.redirect))
            })
            .getter("integrity", |this, _, _| {
                text(this, |parts| parts.integrity.clone())
            })
            .getter("keepalive", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let keepalive = this.borrow().data().parts.keepalive;
                Ok(keepalive.into())
            })
            // Both are about pages, which there are none of.
            .getter("isReloadNavigation", |this, _, _| {
                this_object::<Self>(this).map(|_| false.into())
            })
            .getter("isHistoryNavigation", |this, _, _| {
                this_object::<Self>(this).map(|_| false.into())
            })
            .getter("signal", signal)
            .getter("duplex", |this, _, _| text(this, |_| js_string!("half")));
        body::members::<Self>(interface);
        interface.method("clone", 0, clone);
    }

    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let input = convert::required::<Self>(args, 0, 1)?;
        Self::create(input, args.get_or_undefined(1), context)
    }
}

/// <https://fetch.spec.whatwg.org/#dom-request-signal>
///
/// The constructor makes it, says the standard; nobody can tell that it is made when it is asked for.
fn signal(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Request>(this)?;
    let followed = {
        let this = this.borrow();
        if let Some(signal) = &this.data().signal {
            return Ok(signal.clone().upcast().into());
        }
        this.data().followed.clone()
    };
    let signal = dependent(followed.as_slice(), context);
    this.borrow_mut().data_mut().signal = Some(signal.clone());
    Ok(signal.upcast().into())
}

/// <https://fetch.spec.whatwg.org/#dom-request-clone>
fn clone(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Request>(this)?;
    let body = body::clone(&this, context)?;
    let (parts, list, guard, followed) = {
        let this = this.borrow();
        let this = this.data();
        let headers = this.headers.borrow();
        (
            this.parts.clone(),
            headers.data().list().clone(),
            headers.data().guard(),
            this.abort_signal().cloned(),
        )
    };
    let copy = Request {
        parts,
        headers: Headers::create(list, guard, context),
        body,
        followed,
        signal: None,
    };
    Ok(wrap(copy, context).upcast().into())
}
