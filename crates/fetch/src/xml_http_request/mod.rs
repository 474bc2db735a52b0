//! The `XMLHttpRequest` interface.
//!
//! Only what pages and generated code need that are older than `fetch`, so [`register`](crate::register) leaves it out.
//! Requests are asynchronous, unless who registers the interface has a way to wait in the middle of a script.
//!
//! Spec: <https://xhr.spec.whatwg.org/>

mod response;
mod sending;
mod synchronous;
mod upload;

use std::{rc::Rc, time::Duration};

use boa_engine::{
    Context, JsArgs, JsData, JsError, JsObject, JsResult, JsString, JsValue,
    context::{intrinsics::StandardConstructor, time::JsInstant},
    job::CancellationToken as TimerToken,
};
use boa_gc::{Finalize, Trace};
use futures_util::future::LocalBoxFuture;
use taipan_web::events::{EventTarget, event_handler};
use taipan_webidl::{
    DomException, Inherits, Interface, InterfaceBuilder, convert, expose, inherit, this_object,
};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{
    environment,
    header_list::{HeaderList, is_token},
};
use response::{Received, ResponseType};
pub use upload::XmlHttpRequestUpload;

/// Makes a document of HTML, for `responseType = "document"`.
pub type ParseDocument = fn(&str, &mut Context) -> JsResult<JsValue>;

/// How waiting in the middle of a script has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// What was waited for is ready.
    Ready,
    /// It took longer than it may.
    TimedOut,
    /// The script is to be stopped.
    Stopped,
}

/// Waits in the middle of a script: blocks the thread until the future is ready, or as much time has passed.
///
/// The future is woken by other threads; nothing else may happen on this one meanwhile.
pub type Wait = Rc<dyn for<'a> Fn(LocalBoxFuture<'a, ()>, Option<Duration>) -> Waited>;

/// What `XMLHttpRequest` can do beyond asynchronous requests of text and bytes.
#[derive(Clone, Default)]
pub struct XmlHttpRequestOptions {
    /// Makes the document of `responseType = "document"`; without it a response is no document to scripts.
    pub parse_document: Option<ParseDocument>,
    /// Waits for synchronous requests, which workers may make; without it there are none.
    pub wait: Option<Wait>,
}

impl std::fmt::Debug for XmlHttpRequestOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("XmlHttpRequestOptions")
            .field("parse_document", &self.parse_document.is_some())
            .field("wait", &self.wait.is_some())
            .finish()
    }
}

/// The options of the current context.
fn options(context: &Context) -> XmlHttpRequestOptions {
    let options = context.get_data::<Rc<XmlHttpRequestOptions>>();
    options
        .map(|options| (**options).clone())
        .unwrap_or_default()
}

/// Defines `XMLHttpRequest` and `XMLHttpRequestUpload` on the global object of the current realm, in which
/// [`register`](crate::register) was called before.
///
/// ```
/// use boa_engine::{Context, Source, js_string};
///
/// let mut context = Context::default();
/// taipan_fetch::register(&mut context, taipan_fetch::FetchOptions::default())?;
/// taipan_fetch::register_xml_http_request(taipan_fetch::XmlHttpRequestOptions::default(), &mut context);
/// context.eval(Source::from_bytes(
///     "const request = new XMLHttpRequest();
///      request.onload = () => result = request.responseText;
///      request.open('GET', 'data:,hello');
///      request.send()",
/// ))?;
/// context.run_jobs()?;
/// let result = context.global_object().get(js_string!("result"), &mut context)?;
/// assert_eq!(result, js_string!("hello").into());
/// # Ok::<(), boa_engine::JsError>(())
/// ```
pub fn register_xml_http_request(options: XmlHttpRequestOptions, context: &mut Context) {
    let global = context.global_object();
    context.insert_data(Rc::new(options));
    expose::<XmlHttpRequestEventTarget>(&global, context);
    expose::<XmlHttpRequestUpload>(&global, context);
    expose::<XmlHttpRequest>(&global, context);
}

/// <https://xhr.spec.whatwg.org/#xmlhttprequesteventtarget>
#[derive(Debug, Trace, Finalize, JsData)]
struct XmlHttpRequestEventTarget;

impl Interface for XmlHttpRequestEventTarget {
    const NAME: &'static str = "XMLHttpRequestEventTarget";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        for name in [
            "onloadstart",
            "onprogress",
            "onabort",
            "onerror",
            "onload",
            "ontimeout",
            "onloadend",
        ] {
            event_handler(interface, name);
        }
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        Some(taipan_webidl::register::<EventTarget>(context))
    }
}

/// <https://xhr.spec.whatwg.org/#dom-xmlhttprequest-readystate>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Unsent = 0,
    Opened = 1,
    HeadersReceived = 2,
    Loading = 3,
    Done = 4,
}

/// A request by the older interface.
///
/// <https://xhr.spec.whatwg.org/#interface-xmlhttprequest>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct XmlHttpRequest {
    target: JsObject<EventTarget>,
    upload: JsObject<XmlHttpRequestUpload>,
    #[unsafe_ignore_trace]
    state: State,
    #[unsafe_ignore_trace]
    request: RequestToBe,
    synchronous: bool,
    /// Whether it was sent and is not over.
    sent: bool,
    /// Counts what was sent: what comes of an older one is dropped.
    generation: u64,
    /// Breaks off what was sent.
    #[unsafe_ignore_trace]
    cancel: Option<CancellationToken>,
    timeout: u32,
    /// When it was sent.
    #[unsafe_ignore_trace]
    started: Option<JsInstant>,
    /// Ends what was sent when that takes too long.
    #[unsafe_ignore_trace]
    timer: Option<TimerToken>,
    /// How many bytes are being sent, if anybody is to be told.
    upload_length: Option<u64>,
    with_credentials: bool,
    #[unsafe_ignore_trace]
    response_type: ResponseType,
    #[unsafe_ignore_trace]
    override_mime_type: Option<String>,
    #[unsafe_ignore_trace]
    received: Received,
    /// The response as an object, once a script has asked for it.
    response_object: Option<JsValue>,
}

/// What `open` and `setRequestHeader` have said.
#[derive(Debug, Default)]
struct RequestToBe {
    method: String,
    url: Option<Url>,
    headers: HeaderList,
}

impl Inherits<EventTarget> for XmlHttpRequest {
    fn base(&self) -> &JsObject<EventTarget> {
        &self.target
    }
}

/// An object of the interface, as a native function sees it.
type Xhr = JsObject<XmlHttpRequest>;

fn invalid_state(message: &str, context: &mut Context) -> JsError {
    DomException::new("InvalidStateError", message).into_error(context)
}

/// Reads from the request that `this` is.
fn read(this: &JsValue, read: impl FnOnce(&XmlHttpRequest) -> JsValue) -> JsResult<JsValue> {
    Ok(read(this_object::<XmlHttpRequest>(this)?.borrow().data()))
}

impl Interface for XmlHttpRequest {
    const NAME: &'static str = "XMLHttpRequest";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        event_handler(interface, "onreadystatechange");
        for (name, state) in [
            ("UNSENT", State::Unsent),
            ("OPENED", State::Opened),
            ("HEADERS_RECEIVED", State::HeadersReceived),
            ("LOADING", State::Loading),
            ("DONE", State::Done),
        ] {
            interface.constant(name, state as i32);
        }
        interface
            .getter("readyState", |this, _, _| {
                read(this, |this| JsValue::from(this.state as i32))
            })
            .method("open", 2, open)
            .method("setRequestHeader", 2, set_request_header)
            .attribute(
                "timeout",
                |this, _, _| read(this, |this| this.timeout.into()),
                |this, args, context| {
                    let this = this_object::<Self>(this)?;
                    let timeout = convert::unsigned_long(args.get_or_undefined(0), context)?;
                    sending::set_timeout(&this, timeout, context);
                    Ok(JsValue::undefined())
                },
            )
            .attribute(
                "withCredentials",
                |this, _, _| read(this, |this| this.with_credentials.into()),
                |this, args, context| {
                    let this = this_object::<Self>(this)?;
                    let value = args.get_or_undefined(0).to_boolean();
                    let may_change = {
                        let this = this.borrow();
                        this.data().state <= State::Opened && !this.data().sent
                    };
                    if !may_change {
                        return Err(invalid_state("the request was sent already", context));
                    }
                    this.borrow_mut().data_mut().with_credentials = value;
                    Ok(JsValue::undefined())
                },
            )
            .getter("upload", |this, _, _| {
                read(this, |this| this.upload.clone().upcast().into())
            })
            .method("send", 0, sending::send)
            .method("abort", 0, sending::abort);
        response::members(interface);
    }

    /// <https://xhr.spec.whatwg.org/#dom-xmlhttprequest>
    fn construct(_: &[JsValue], context: &mut Context) -> JsResult<Self> {
        Ok(Self {
            target: EventTarget::new_base(context),
            upload: XmlHttpRequestUpload::create(context),
            state: State::Unsent,
            request: RequestToBe::default(),
            synchronous: false,
            sent: false,
            generation: 0,
            cancel: None,
            timeout: 0,
            started: None,
            timer: None,
            upload_length: None,
            with_credentials: false,
            response_type: ResponseType::default(),
            override_mime_type: None,
            received: Received::default(),
            response_object: None,
        })
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        // Its objects are targets at once, and have the prototype of the interface between.
        inherit::<Self, EventTarget>(context);
        Some(taipan_webidl::register::<XmlHttpRequestEventTarget>(
            context,
        ))
    }
}

/// Methods that are written in upper case, however a script writes them.
const NORMALIZED: [&str; 6] = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];

/// <https://xhr.spec.whatwg.org/#dom-xmlhttprequest-open>
fn open(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<XmlHttpRequest>(this)?;
    convert::required::<XmlHttpRequest>(args, 1, 2)?;
    let method = convert::byte_string(args.get_or_undefined(0), "the method", context)?;
    let url = convert::usv_string(args.get_or_undefined(1), context)?;
    let is_async = args.len() < 3 || args.get_or_undefined(2).to_boolean();
    if !is_token(&method) {
        let method = String::from_utf8_lossy(&method);
        let message = format!("\"{method}\" is not a method");
        return Err(DomException::new("SyntaxError", &message).into_error(context));
    }
    let method = String::from_utf8_lossy(&method).into_owned();
    let is_forbidden = |name: &&str| method.eq_ignore_ascii_case(name);
    if ["CONNECT", "TRACE", "TRACK"].iter().any(is_forbidden) {
        let message = format!("the method \"{method}\" is not allowed");
        return Err(DomException::new("SecurityError", &message).into_error(context));
    }
    let normalized = NORMALIZED
        .iter()
        .find(|name| name.eq_ignore_ascii_case(&method));
    let method = normalized.map_or(method.clone(), |name| (*name).to_owned());
    let mut url = match environment::parse_url(&url, context) {
        Ok(url) => url,
        Err(error) => {
            let message = error.to_string();
            return Err(DomException::new("SyntaxError", &message).into_error(context));
        }
    };
    let part = |index: usize| {
        args.get(index)
            .filter(|value| !value.is_null_or_undefined())
    };
    if let Some(user) = part(3) {
        let user = convert::usv_string(user, context)?;
        // A URL without a host has no user, which is what the standard wants, too.
        let _ = url.set_username(&user);
    }
    if let Some(password) = part(4) {
        let password = convert::usv_string(password, context)?;
        let _ = url.set_password(Some(&password));
    }
    if !is_async && options(context).wait.is_none() {
        let message = "synchronous requests are for workers only";
        return Err(DomException::new("InvalidAccessError", message).into_error(context));
    }
    sending::terminate(&this, context);
    let was_opened = {
        let mut this = this.borrow_mut();
        let this = this.data_mut();
        this.request = RequestToBe {
            method,
            url: Some(url),
            headers: HeaderList::default(),
        };
        this.synchronous = !is_async;
        this.sent = false;
        this.received = Received::default();
        this.response_object = None;
        std::mem::replace(&mut this.state, State::Opened) == State::Opened
    };
    if !was_opened {
        sending::fire_ready_state_change(&this, context)?;
    }
    Ok(JsValue::undefined())
}

/// <https://xhr.spec.whatwg.org/#dom-xmlhttprequest-setrequestheader>
///
/// No name is forbidden, as none is to `fetch`.
fn set_request_header(
    this: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let this = this_object::<XmlHttpRequest>(this)?;
    convert::required::<XmlHttpRequest>(args, 1, 2)?;
    let name = convert::byte_string(args.get_or_undefined(0), "the name", context)?;
    let value = convert::byte_string(args.get_or_undefined(1), "the value", context)?;
    let may_change = {
        let this = this.borrow();
        this.data().state == State::Opened && !this.data().sent
    };
    if !may_change {
        let message = "the request is not open, or was sent already";
        return Err(invalid_state(message, context));
    }
    let value = value.trim_ascii().to_vec();
    let is_value = !value.iter().any(|byte| matches!(byte, 0 | b'\n' | b'\r'));
    if !is_token(&name) || !is_value {
        let message = "the name or the value is not one of a header";
        return Err(DomException::new("SyntaxError", message).into_error(context));
    }
    let name = String::from_utf8_lossy(&name);
    let mut this = this.borrow_mut();
    let headers = &mut this.data_mut().request.headers;
    match headers.get(&name) {
        Some(known) => headers.set(&name, [known.as_slice(), &value].join(&b", "[..])),
        None => headers.append(&name, value),
    }
    Ok(JsValue::undefined())
}

/// A string of bytes, each a code unit.
fn byte_string(bytes: &[u8]) -> JsString {
    convert::byte_string_value(bytes)
}
