//! Sending an `XMLHttpRequest`, and what comes of it.

use std::{cell::RefCell, time::Duration};

use boa_engine::{
    Context, JsArgs, JsObject, JsResult, JsString, JsValue,
    context::time::JsInstant,
    job::{Job, NativeAsyncJob, NativeJob, TimeoutJob},
    js_string,
};
use taipan_web::events::{ProgressEvent, dispatch, fire, has_listeners};
use taipan_webidl::{convert, this_object, wrap};
use tokio_util::sync::CancellationToken;

use super::{Received, State, Xhr, XmlHttpRequest, invalid_state, synchronous};
use crate::{
    environment,
    net::{FetchError, NativeResponse, Request as NativeRequest, ResponseFuture},
    request::{Outgoing, Request},
};

/// How often `progress` is fired at most.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(50);

/// Fires `readystatechange`.
pub(super) fn fire_ready_state_change(this: &Xhr, context: &mut Context) -> JsResult<()> {
    fire(&this.clone().upcast(), "readystatechange", context).map(drop)
}

/// <https://xhr.spec.whatwg.org/#concept-event-fire-progress>
pub(super) fn fire_progress(
    target: &JsObject,
    kind: &str,
    loaded: u64,
    total: Option<u64>,
    context: &mut Context,
) -> JsResult<()> {
    let computable = total.is_some_and(|total| total > 0);
    let event = ProgressEvent::create(kind, computable, loaded, total.unwrap_or(0), context);
    dispatch(target, &event.upcast(), context)?;
    Ok(())
}

/// Breaks off what was sent, if anything was; nothing of it is told to anybody any more.
pub(super) fn terminate(this: &Xhr, context: &mut Context) {
    let (cancel, timer) = {
        let mut this = this.borrow_mut();
        let this = this.data_mut();
        this.generation += 1;
        (this.cancel.take(), this.timer.take())
    };
    if let Some(cancel) = cancel {
        cancel.cancel();
    }
    if let Some(timer) = timer {
        timer.cancel(context);
    }
}

/// Sets how long what is sent may take in all, and what was sent already may.
///
/// <https://xhr.spec.whatwg.org/#the-timeout-attribute>
pub(super) fn set_timeout(this: &Xhr, timeout: u32, context: &mut Context) {
    let (timer, started, exchange) = {
        let mut borrowed = this.borrow_mut();
        let data = borrowed.data_mut();
        data.timeout = timeout;
        let exchange = Exchange {
            xhr: this.clone(),
            generation: data.generation,
        };
        (data.timer.take(), data.started, exchange)
    };
    if let Some(timer) = timer {
        timer.cancel(context);
    }
    if let Some(started) = started
        && exchange.is_current()
    {
        exchange.start_timer(started, timeout, context);
    }
}

/// One sending.
#[derive(Clone)]
struct Exchange {
    xhr: Xhr,
    generation: u64,
}

/// <https://xhr.spec.whatwg.org/#dom-xmlhttprequest-send>
pub(super) fn send(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<XmlHttpRequest>(this)?;
    let require_open = |context: &mut Context| {
        let is_open = {
            let this = this.borrow();
            this.data().state == State::Opened && !this.data().sent
        };
        if is_open {
            return Ok(());
        }
        let message = "the request is not open, or was sent already";
        Err(invalid_state(message, context))
    };
    require_open(context)?;
    let method = this.borrow().data().request.method.clone();
    let body = args.get_or_undefined(0);
    let has_body = !body.is_null_or_undefined() && !matches!(method.as_str(), "GET" | "HEAD");
    let request = request(&this, has_body.then_some(body), context)?;
    // What became a string may have done anything on the way.
    require_open(context)?;
    let outgoing = Request::send(&request, None, context)?;
    if this.borrow().data().synchronous {
        return synchronous::send(&this, outgoing, context);
    }

    let upload = this.borrow().data().upload.clone().upcast();
    let listens = [
        "loadstart",
        "progress",
        "abort",
        "error",
        "load",
        "timeout",
        "loadend",
    ]
    .iter()
    .any(|kind| has_listeners(&upload, kind, context));
    let length = match &outgoing {
        Outgoing::Request(request) => request.body.as_ref().map(|body| body.length().unwrap_or(0)),
        Outgoing::Response(_) => None,
    };
    let cancel = CancellationToken::new();
    let exchange = {
        let mut borrowed = this.borrow_mut();
        let data = borrowed.data_mut();
        data.sent = true;
        data.generation += 1;
        data.cancel = Some(cancel.clone());
        data.upload_length = length.filter(|_| listens);
        data.started = None;
        Exchange {
            xhr: this.clone(),
            generation: data.generation,
        }
    };
    fire_progress(&this.clone().upcast(), "loadstart", 0, None, context)?;
    let length = this.borrow().data().upload_length;
    if let Some(length) = length
        && exchange.is_current()
    {
        fire_progress(&upload, "loadstart", 0, Some(length), context)?;
    }
    if !exchange.is_current() {
        return Ok(JsValue::undefined());
    }
    let started = context.clock().now();
    let timeout = {
        let mut this = this.borrow_mut();
        this.data_mut().started = Some(started);
        this.data().timeout
    };
    exchange.start_timer(started, timeout, context);
    exchange.start(outgoing, cancel, context)?;
    Ok(JsValue::undefined())
}

/// The request as `fetch` would have it.
fn request(
    this: &Xhr,
    body: Option<&JsValue>,
    context: &mut Context,
) -> JsResult<JsObject<Request>> {
    let init = JsObject::with_null_proto();
    let (url, method, headers, credentials) = {
        let this = this.borrow();
        let this = this.data();
        let url = this.request.url.as_ref().map(ToString::to_string);
        let headers: Vec<_> = this
            .request
            .headers
            .fields()
            .map(|(name, value)| (JsString::from(name), convert::byte_string_value(value)))
            .collect();
        let method = this.request.method.clone();
        (
            url.unwrap_or_default(),
            method,
            headers,
            this.with_credentials,
        )
    };
    let headers: Vec<JsValue> = headers
        .into_iter()
        .map(|(name, value)| convert::array([name.into(), value.into()], context).into())
        .collect();
    let headers = convert::array(headers, context);
    let credentials = match credentials {
        true => js_string!("include"),
        false => js_string!("same-origin"),
    };
    init.create_data_property_or_throw(js_string!("method"), js_string!(method), context)?;
    init.create_data_property_or_throw(js_string!("headers"), headers, context)?;
    init.create_data_property_or_throw(js_string!("credentials"), credentials, context)?;
    if let Some(body) = body {
        init.create_data_property_or_throw(js_string!("body"), body.clone(), context)?;
    }
    let url = JsValue::from(JsString::from(url));
    let request = Request::create(&url, &init.into(), context)?;
    Ok(wrap(request, context))
}

impl Exchange {
    /// Whether it is still the one that matters.
    fn is_current(&self) -> bool {
        let this = self.xhr.borrow();
        this.data().generation == self.generation && this.data().sent
    }

    fn target(&self) -> JsObject {
        self.xhr.clone().upcast()
    }

    fn upload_target(&self) -> JsObject {
        self.xhr.borrow().data().upload.clone().upcast()
    }

    /// Has it end so many milliseconds after it was started, if that is not 0.
    fn start_timer(&self, started: JsInstant, timeout: u32, context: &mut Context) {
        if timeout == 0 {
            return;
        }
        let passed = (context.clock().now() - started).as_millis();
        let left = u64::from(timeout).saturating_sub(passed);
        let this = self.clone();
        let realm = context.realm().clone();
        let job = NativeJob::with_realm(
            move |context| {
                if this.is_current() {
                    this.fail("timeout", context)?;
                }
                Ok(JsValue::undefined())
            },
            realm,
        );
        let job = TimeoutJob::new(job, left);
        let timer = job.cancellation_token().clone();
        self.xhr.borrow_mut().data_mut().timer = Some(timer);
        context.enqueue_job(Job::TimeoutJob(job));
    }

    /// What has ended takes no more time. The timer of what was sent since is another one's.
    fn stop_timer(&self, context: &mut Context) {
        let timer = {
            let mut this = self.xhr.borrow_mut();
            let this = this.data_mut();
            match this.generation == self.generation {
                true => this.timer.take(),
                false => None,
            }
        };
        if let Some(timer) = timer {
            timer.cancel(context);
        }
    }

    /// Sends it, and goes on in a job of its own.
    fn start(
        self,
        outgoing: Outgoing,
        cancel: CancellationToken,
        context: &mut Context,
    ) -> JsResult<()> {
        let answer = Answer::to(outgoing, cancel.clone(), context)?;
        let job = async move |context: &RefCell<&mut Context>| {
            let done = tokio::select! {
                biased;
                () = cancel.cancelled() => Ok(Ok(())),
                done = self.exchange(answer, context) => done,
            };
            let context = &mut context.borrow_mut();
            self.stop_timer(context);
            if let Err(_network_error) = done?
                && self.is_current()
            {
                self.fail("error", context)?;
            }
            Ok(JsValue::undefined())
        };
        let job = NativeAsyncJob::with_realm(job, context.realm().clone());
        context.enqueue_job(Job::AsyncJob(job));
        Ok(())
    }

    /// Receives the response.
    ///
    /// <https://xhr.spec.whatwg.org/#handle-response-end-of-body>
    async fn exchange(
        &self,
        answer: Answer,
        context: &RefCell<&mut Context>,
    ) -> JsResult<Result<(), FetchError>> {
        let mut response = match answer.response().await {
            Ok(response) => response,
            Err(error) => return Ok(Err(error)),
        };
        let total = response.body_mut().size_hint();
        {
            let context = &mut context.borrow_mut();
            self.uploaded(context)?;
            if !self.is_current() {
                return Ok(Ok(()));
            }
            self.xhr.borrow_mut().data_mut().received = Received::from_header(&response);
            if !self.enter(State::HeadersReceived, context)? {
                return Ok(Ok(()));
            }
        }
        let mut loaded = 0;
        let mut last_progress: Option<JsInstant> = None;
        loop {
            let chunk = match response.body_mut().chunk().await {
                Ok(chunk) => chunk,
                Err(error) => return Ok(Err(error)),
            };
            let Some(chunk) = chunk else { break };
            let context = &mut context.borrow_mut();
            self.xhr
                .borrow_mut()
                .data_mut()
                .received
                .bytes
                .extend_from_slice(&chunk);
            loaded += chunk.len() as u64;
            let now = context.clock().now();
            let is_early = last_progress.is_some_and(|last| {
                (now - last).as_millis() < PROGRESS_INTERVAL.as_millis() as u64
            });
            if is_early {
                continue;
            }
            last_progress = Some(now);
            if !self.enter(State::Loading, context)? {
                return Ok(Ok(()));
            }
            fire_progress(&self.target(), "progress", loaded, total, context)?;
            if !self.is_current() {
                return Ok(Ok(()));
            }
        }
        self.finish(loaded, total, &mut context.borrow_mut())?;
        Ok(Ok(()))
    }

    /// Tells that the body of the request was sent.
    fn uploaded(&self, context: &mut Context) -> JsResult<()> {
        if !self.is_current() {
            return Ok(());
        }
        let Some(length) = self.xhr.borrow_mut().data_mut().upload_length.take() else {
            return Ok(());
        };
        let upload = self.upload_target();
        for kind in ["progress", "load", "loadend"] {
            if self.is_current() {
                fire_progress(&upload, kind, length, Some(length), context)?;
            }
        }
        Ok(())
    }

    /// Goes on to a state, and says whether a listener has let it live.
    fn enter(&self, state: State, context: &mut Context) -> JsResult<bool> {
        self.xhr.borrow_mut().data_mut().state = state;
        fire_ready_state_change(&self.xhr, context)?;
        Ok(self.is_current())
    }

    fn finish(&self, loaded: u64, total: Option<u64>, context: &mut Context) -> JsResult<()> {
        fire_progress(&self.target(), "progress", loaded, total, context)?;
        if !self.is_current() {
            return Ok(());
        }
        {
            let mut this = self.xhr.borrow_mut();
            let this = this.data_mut();
            this.state = State::Done;
            this.sent = false;
            this.cancel = None;
        }
        let is_same = || self.xhr.borrow().data().generation == self.generation;
        fire_ready_state_change(&self.xhr, context)?;
        for kind in ["load", "loadend"] {
            if is_same() {
                fire_progress(&self.target(), kind, loaded, total, context)?;
            }
        }
        Ok(())
    }

    /// Ends it without a response.
    ///
    /// <https://xhr.spec.whatwg.org/#request-error-steps>
    fn fail(&self, kind: &str, context: &mut Context) -> JsResult<()> {
        let (cancel, upload) = {
            let mut this = self.xhr.borrow_mut();
            let this = this.data_mut();
            this.state = State::Done;
            this.sent = false;
            this.received = Received::default();
            this.response_object = None;
            (this.cancel.take(), this.upload_length.take())
        };
        if let Some(cancel) = cancel {
            cancel.cancel();
        }
        let is_same = || self.xhr.borrow().data().generation == self.generation;
        fire_ready_state_change(&self.xhr, context)?;
        if upload.is_some() {
            let upload = self.upload_target();
            for kind in [kind, "loadend"] {
                if is_same() {
                    fire_progress(&upload, kind, 0, None, context)?;
                }
            }
        }
        for kind in [kind, "loadend"] {
            if is_same() {
                fire_progress(&self.target(), kind, 0, None, context)?;
            }
        }
        Ok(())
    }
}

/// What a request is answered with.
pub(super) enum Answer {
    There(NativeResponse),
    Awaited(ResponseFuture),
}

impl Answer {
    /// Sends what is to be sent.
    pub(super) fn to(
        outgoing: Outgoing,
        cancel: CancellationToken,
        context: &mut Context,
    ) -> JsResult<Self> {
        let client = environment::client(context)?;
        Ok(match outgoing {
            Outgoing::Response(response) => Self::There(*response),
            Outgoing::Request(request) => {
                let mut request: NativeRequest = *request;
                request.abort = Some(cancel);
                Self::Awaited(client.fetch(request))
            }
        })
    }

    /// The header of the response.
    pub(super) async fn response(self) -> Result<NativeResponse, FetchError> {
        match self {
            Self::There(response) => Ok(response),
            Self::Awaited(response) => response.await,
        }
    }
}

/// <https://xhr.spec.whatwg.org/#dom-xmlhttprequest-abort>
pub(super) fn abort(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<XmlHttpRequest>(this)?;
    terminate(&this, context);
    let (state, sent, generation) = {
        let this = this.borrow();
        (this.data().state, this.data().sent, this.data().generation)
    };
    let is_under_way =
        matches!(state, State::HeadersReceived | State::Loading) || state == State::Opened && sent;
    if is_under_way {
        let exchange = Exchange {
            xhr: this.clone(),
            generation,
        };
        exchange.fail("abort", context)?;
    }
    let mut this = this.borrow_mut();
    if this.data().state == State::Done {
        this.data_mut().state = State::Unsent;
        this.data_mut().received = Received::default();
    }
    Ok(JsValue::undefined())
}
