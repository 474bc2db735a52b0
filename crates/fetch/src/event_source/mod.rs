//! The `EventSource` interface.

mod connection;
mod parser;

use std::{cell::Cell, rc::Rc};

use boa_engine::{
    Context, JsArgs, JsData, JsObject, JsResult, JsValue, context::intrinsics::StandardConstructor,
    js_string,
};
use boa_gc::{Finalize, Trace};
use taipan_web::events::{EventTarget, event_handler};
use taipan_webidl::{
    Dictionary, DomException, Inherits, Interface, InterfaceBuilder, convert, inherit, this_object,
};
use tokio::sync::Notify;
use url::Url;

use crate::environment;

/// <https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource-readystate>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum ReadyState {
    Connecting = 0,
    Open = 1,
    Closed = 2,
}

/// What the object and its connection both know.
#[derive(Debug)]
struct State {
    ready: Cell<ReadyState>,
    /// Told when the script closes the source.
    closed: Notify,
}

/// A stream of events from a server.
///
/// <https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface>
#[derive(Debug, Trace, Finalize, JsData)]
pub(crate) struct EventSource {
    target: JsObject<EventTarget>,
    #[unsafe_ignore_trace]
    url: Url,
    with_credentials: bool,
    #[unsafe_ignore_trace]
    state: Rc<State>,
}

impl Inherits<EventTarget> for EventSource {
    fn base(&self) -> &JsObject<EventTarget> {
        &self.target
    }
}

fn read(this: &JsValue, read: impl FnOnce(&EventSource) -> JsValue) -> JsResult<JsValue> {
    Ok(read(this_object::<EventSource>(this)?.borrow().data()))
}

impl Interface for EventSource {
    const NAME: &'static str = "EventSource";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .constant("CONNECTING", ReadyState::Connecting as i32)
            .constant("OPEN", ReadyState::Open as i32)
            .constant("CLOSED", ReadyState::Closed as i32)
            .getter("url", |this, _, _| {
                read(this, |source| js_string!(source.url.as_str()).into())
            })
            .getter("withCredentials", |this, _, _| {
                read(this, |source| source.with_credentials.into())
            })
            .getter("readyState", |this, _, _| {
                read(this, |source| (source.state.ready.get() as i32).into())
            })
            .method("close", 0, |this, _, _| {
                let this = this_object::<Self>(this)?;
                let state = Rc::clone(&this.borrow().data().state);
                state.ready.set(ReadyState::Closed);
                state.closed.notify_one();
                Ok(JsValue::undefined())
            });
        for name in ["onopen", "onmessage", "onerror"] {
            event_handler(interface, name);
        }
    }

    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let url = convert::required::<Self>(args, 0, 1)?;
        let url = convert::usv_string(url, context)?;
        let init = Dictionary::new(args.get_or_undefined(1), "EventSourceInit")?;
        let with_credentials = init
            .get("withCredentials", context)?
            .is_some_and(|value| value.to_boolean());
        let url = match environment::parse_url(&url, context) {
            Ok(url) => url,
            Err(_) => {
                let message = format!("EventSource: invalid URL \"{url}\"");
                return Err(DomException::new("SyntaxError", &message).into_error(context));
            }
        };
        if matches!(url.scheme(), "http" | "https") {
            environment::check_net(&url, context)?;
        }
        Ok(Self {
            target: EventTarget::new_base(context),
            url,
            with_credentials,
            state: Rc::new(State {
                ready: Cell::new(ReadyState::Connecting),
                closed: Notify::new(),
            }),
        })
    }

    fn constructed(object: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        connection::start(object, context)
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, EventTarget>(context)
    }
}
