//! What fetches an event stream, again and again.

use std::{cell::RefCell, rc::Rc, time::Duration};

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsValue,
    job::{Job, NativeAsyncJob},
};
use http::{
    HeaderName, HeaderValue,
    header::{ACCEPT, CACHE_CONTROL, PRAGMA},
};
use taipan_web::events::{self, MessageEvent};
use tokio::sync::oneshot;
use url::{Origin, Url};

use super::{EventSource, ReadyState, State, parser::Parser};
use crate::{
    environment,
    header_list::HeaderList,
    net::{Client, FetchErrorKind, NativeResponse, Request},
};

/// How long to wait before a stream that has ended is asked for again, unless the stream says otherwise.
const RECONNECTION_TIME: Duration = Duration::from_secs(3);

/// The longest time that is waited; the clock cannot add just anything.
const LONGEST_RECONNECTION_TIME: Duration = Duration::from_secs(60 * 60 * 24 * 365);

/// Whether there will be another stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Reconnect,
    Stop,
}

/// Begins to fetch.
pub(super) fn start(source: &JsObject<EventSource>, context: &mut Context) -> JsResult<()> {
    let (url, state) = {
        let source = source.borrow();
        let source = source.data();
        (source.url.clone(), Rc::clone(&source.state))
    };
    let base = taipan_web::base_url(context);
    let connection = Connection {
        object: source.clone().upcast(),
        client: environment::client(context)?,
        url,
        origin: base.as_ref().map(Url::origin).filter(Origin::is_tuple),
        referrer: base,
        state,
        reconnection_time: RECONNECTION_TIME,
        last_event_id: String::new(),
    };
    let realm = context.realm().clone();
    let job = async move |context: &RefCell<&mut Context>| {
        connection.run(context).await?;
        Ok(JsValue::undefined())
    };
    context.enqueue_job(Job::AsyncJob(NativeAsyncJob::with_realm(job, realm)));
    Ok(())
}

/// A source that is not closed. It keeps its object alive.
struct Connection {
    object: JsObject,
    client: Client,
    url: Url,
    origin: Option<Origin>,
    referrer: Option<Url>,
    state: Rc<State>,
    reconnection_time: Duration,
    last_event_id: String,
}

impl Connection {
    /// Fetches until the source is closed.
    async fn run(mut self, context: &RefCell<&mut Context>) -> JsResult<()> {
        let state = Rc::clone(&self.state);
        loop {
            let next = tokio::select! {
                biased;
                () = state.closed.notified() => return Ok(()),
                next = self.fetch(context) => next?,
            };
            let announced = match next {
                Next::Stop => self.fail(&mut context.borrow_mut())?,
                Next::Reconnect => self.reestablish(&mut context.borrow_mut())?,
            };
            if next == Next::Stop || !announced {
                return Ok(());
            }
            tokio::select! {
                biased;
                () = state.closed.notified() => return Ok(()),
                () = self.wait() => {}
            }
        }
    }

    /// The request that asks for the stream.
    ///
    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource>, steps 8 to 12
    fn request(&self) -> Request {
        let mut request = Request::get(self.url.clone());
        let headers = &mut request.headers;
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        for name in [CACHE_CONTROL, PRAGMA] {
            headers.insert(name, HeaderValue::from_static("no-cache"));
        }
        if !self.last_event_id.is_empty()
            && let Ok(id) = HeaderValue::from_bytes(self.last_event_id.as_bytes())
        {
            headers.insert(HeaderName::from_static("last-event-id"), id);
        }
        request.endless = true;
        request.cors = true;
        request.origin.clone_from(&self.origin);
        request.referrer.clone_from(&self.referrer);
        request
    }

    /// Fetches the stream once and dispatches what is in it.
    async fn fetch(&mut self, context: &RefCell<&mut Context>) -> JsResult<Next> {
        let mut response = match self.client.fetch(self.request()).await {
            Ok(response) => response,
            Err(error) => {
                return Ok(match error.kind() {
                    // Trying again would come to the same.
                    FetchErrorKind::Request
                    | FetchErrorKind::Denied
                    | FetchErrorKind::NotCapable
                    | FetchErrorKind::Data => Next::Stop,
                    _ => Next::Reconnect,
                });
            }
        };
        if response.status() != 200 || !is_event_stream(&response) {
            return Ok(Next::Stop);
        }
        let origin = response.url().origin().ascii_serialization();
        self.announce(&mut context.borrow_mut())?;
        let mut parser = Parser::new(self.last_event_id.clone());
        // A body that breaks off is as one that ends.
        while let Ok(Some(chunk)) = response.body_mut().chunk().await {
            self.interpret(&chunk, &mut parser, &origin, &mut context.borrow_mut())?;
        }
        Ok(Next::Reconnect)
    }

    fn interpret(
        &mut self,
        mut bytes: &[u8],
        parser: &mut Parser,
        origin: &str,
        context: &mut Context,
    ) -> JsResult<()> {
        loop {
            let (message, rest) = parser.next(bytes);
            parser.last_event_id().clone_into(&mut self.last_event_id);
            if let Some(time) = parser.take_reconnection_time() {
                self.reconnection_time = time.min(LONGEST_RECONNECTION_TIME);
            }
            let Some(message) = message else {
                return Ok(());
            };
            bytes = rest;
            if self.state.ready.get() == ReadyState::Closed {
                return Ok(());
            }
            let kind = match message.kind.as_str() {
                "" => "message",
                kind => kind,
            };
            let data = JsString::from(message.data);
            let event = MessageEvent::create_with_id(
                kind,
                data.into(),
                origin,
                parser.last_event_id(),
                Vec::new(),
                context,
            )?;
            events::dispatch(&self.object, &event.upcast(), context)?;
        }
    }

    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#announce-the-connection>
    fn announce(&self, context: &mut Context) -> JsResult<bool> {
        self.change(ReadyState::Open, "open", context)
    }

    /// The first part of <https://html.spec.whatwg.org/multipage/server-sent-events.html#reestablish-the-connection>
    fn reestablish(&self, context: &mut Context) -> JsResult<bool> {
        self.change(ReadyState::Connecting, "error", context)
    }

    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#fail-the-connection>
    fn fail(&self, context: &mut Context) -> JsResult<bool> {
        self.change(ReadyState::Closed, "error", context)
    }

    /// Changes the state of a source that is not closed and fires an event. Says whether it is not closed still.
    fn change(&self, to: ReadyState, event: &str, context: &mut Context) -> JsResult<bool> {
        if self.state.ready.get() == ReadyState::Closed {
            return Ok(false);
        }
        self.state.ready.set(to);
        events::fire(&self.object, event, context)?;
        Ok(self.state.ready.get() != ReadyState::Closed)
    }

    /// Waits for the time that is to pass before the next attempt.
    async fn wait(&self) {
        let (sender, receiver) = oneshot::channel::<()>();
        let time = self.reconnection_time;
        // No executor with a clock is assumed here; the client's thread has one.
        let spawned = self.client.spawn(async move {
            tokio::time::sleep(time).await;
            // Nobody waits any more if the source was closed.
            let _ = sender.send(());
        });
        if spawned.is_ok() {
            // An error means that the thread has stopped, of which the next attempt will tell.
            let _ = receiver.await;
        }
    }
}

/// Whether the type of a response is that of event streams.
fn is_event_stream(response: &NativeResponse) -> bool {
    HeaderList::from(response.headers())
        .mime_type()
        .is_some_and(|kind| kind.matches("text", "event-stream"))
}
