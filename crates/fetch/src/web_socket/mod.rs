//! The `WebSocket` interface.

mod connection;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use boa_engine::{
    Context, JsArgs, JsData, JsObject, JsResult, JsSymbol, JsValue,
    context::intrinsics::StandardConstructor, js_string,
};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use taipan_web::{
    blob::Blob,
    events::{EventTarget, event_handler},
};
use taipan_webidl::{
    BufferSource, DomException, Inherits, Interface, InterfaceBuilder,
    convert::{self, IntegerMode},
    implementation, inherit, this_object,
};
use tokio::sync::mpsc;
use url::{Origin, Url};

use crate::{
    environment,
    header_list::is_token,
    net::web_socket::{Command, Event, Opening},
};

/// <https://websockets.spec.whatwg.org/#dom-websocket-readystate>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum ReadyState {
    Connecting = 0,
    Open = 1,
    Closing = 2,
    Closed = 3,
}

/// <https://websockets.spec.whatwg.org/#binarytype>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BinaryType {
    Blob,
    ArrayBuffer,
}

/// The longest reason of a closing handshake, in bytes.
const MAX_REASON: usize = 123;

/// What the object and its connection both know.
#[derive(Debug)]
struct State {
    url: Url,
    ready: Cell<ReadyState>,
    buffered: Cell<u64>,
    binary_type: Cell<BinaryType>,
    protocol: RefCell<String>,
    commands: mpsc::UnboundedSender<Command>,
    /// Until the connection's job takes it.
    events: RefCell<Option<mpsc::Receiver<Event>>>,
}

impl State {
    /// Hands a command to the connection, if that is there still.
    fn command(&self, command: Command) {
        // It tells of its end itself.
        let _ = self.commands.send(command);
    }
}

/// A connection on which messages go to and fro.
///
/// <https://websockets.spec.whatwg.org/#the-websocket-interface>
#[derive(Debug, Trace, Finalize, JsData)]
pub(crate) struct WebSocket {
    target: JsObject<EventTarget>,
    #[unsafe_ignore_trace]
    state: Rc<State>,
}

impl Inherits<EventTarget> for WebSocket {
    fn base(&self) -> &JsObject<EventTarget> {
        &self.target
    }
}

fn state(this: &JsValue) -> JsResult<Rc<State>> {
    Ok(Rc::clone(
        &this_object::<WebSocket>(this)?.borrow().data().state,
    ))
}

fn exception<T>(name: &str, message: &str, context: &mut Context) -> JsResult<T> {
    Err(DomException::new(name, message).into_error(context))
}

impl Interface for WebSocket {
    const NAME: &'static str = "WebSocket";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .constant("CONNECTING", ReadyState::Connecting as i32)
            .constant("OPEN", ReadyState::Open as i32)
            .constant("CLOSING", ReadyState::Closing as i32)
            .constant("CLOSED", ReadyState::Closed as i32)
            .getter("url", |this, _, _| {
                Ok(js_string!(state(this)?.url.as_str()).into())
            })
            .getter("readyState", |this, _, _| {
                Ok((state(this)?.ready.get() as i32).into())
            })
            .getter("bufferedAmount", |this, _, _| {
                Ok(state(this)?.buffered.get().into())
            })
            .getter("extensions", |this, _, _| {
                state(this)?;
                Ok(js_string!().into())
            })
            .getter("protocol", |this, _, _| {
                Ok(js_string!(state(this)?.protocol.borrow().as_str()).into())
            })
            .attribute(
                "binaryType",
                |this, _, _| {
                    Ok(match state(this)?.binary_type.get() {
                        BinaryType::Blob => js_string!("blob").into(),
                        BinaryType::ArrayBuffer => js_string!("arraybuffer").into(),
                    })
                },
                |this, args, context| {
                    let state = state(this)?;
                    let value = convert::dom_string(args.get_or_undefined(0), context)?;
                    // Other values change nothing.
                    if value == *"blob" {
                        state.binary_type.set(BinaryType::Blob);
                    } else if value == *"arraybuffer" {
                        state.binary_type.set(BinaryType::ArrayBuffer);
                    }
                    Ok(JsValue::undefined())
                },
            )
            .method("close", 0, close)
            .method("send", 1, send);
        for name in ["onopen", "onerror", "onclose", "onmessage"] {
            event_handler(interface, name);
        }
    }

    /// <https://websockets.spec.whatwg.org/#dom-websocket-websocket>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let url = convert::required::<Self>(args, 0, 1)?;
        let url = convert::usv_string(url, context)?;
        let protocols = match args.get_or_undefined(1) {
            protocols if protocols.is_undefined() => Vec::new(),
            protocols => protocol_list(protocols, context)?,
        };
        let url = match parse_url(&url, context) {
            Ok(url) => url,
            Err(reason) => {
                let message = format!("WebSocket: invalid URL \"{url}\": {reason}");
                return exception("SyntaxError", &message, context);
            }
        };
        let mut known = Vec::new();
        for protocol in &protocols {
            let lower = protocol.to_ascii_lowercase();
            if !is_token(protocol.as_bytes()) || known.contains(&lower) {
                let message = format!(
                    "WebSocket: the subprotocol \"{protocol}\" is given twice or is not a token"
                );
                return exception("SyntaxError", &message, context);
            }
            known.push(lower);
        }
        environment::check_net(&url, context)?;
        let base = taipan_web::base_url(context);
        let origin = base.map(|base| base.origin()).filter(Origin::is_tuple);
        let opening = Opening {
            url: url.clone(),
            protocols,
            origin: origin.map(|origin| origin.ascii_serialization()),
        };
        let connection = environment::client(context)?.web_socket(opening);
        Ok(Self {
            target: EventTarget::new_base(context),
            state: Rc::new(State {
                url,
                ready: Cell::new(ReadyState::Connecting),
                buffered: Cell::new(0),
                binary_type: Cell::new(BinaryType::Blob),
                protocol: RefCell::default(),
                commands: connection.commands,
                events: RefCell::new(Some(connection.events)),
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

/// A `(DOMString or sequence<DOMString>)`.
fn protocol_list(value: &JsValue, context: &mut Context) -> JsResult<Vec<String>> {
    let text = |value: &JsValue, context: &mut Context| {
        let text = convert::dom_string(value, context)?;
        // A lone surrogate is no token, and neither is what becomes of it.
        Ok(text.to_std_string_lossy())
    };
    if let Some(object) = value.as_object()
        && let Some(method) = convert::get_method(&object, JsSymbol::iterator(), context)?
    {
        return convert::iterate(&object, &method, text, context);
    }
    Ok(vec![text(value, context)?])
}

/// <https://websockets.spec.whatwg.org/#get-a-url-record>
fn parse_url(text: &str, context: &Context) -> Result<Url, &'static str> {
    let mut url = environment::parse_url(text, context).map_err(|_| "it cannot be parsed")?;
    let scheme = match url.scheme() {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        _ => return Err("its scheme is neither ws nor wss"),
    };
    url.set_scheme(scheme).map_err(|()| "its scheme")?;
    if url.fragment().is_some() {
        return Err("it has a fragment");
    }
    Ok(url)
}

/// <https://websockets.spec.whatwg.org/#dom-websocket-close>
fn close(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = state(this)?;
    let code = match args.get_or_undefined(0) {
        code if code.is_undefined() => None,
        code => {
            let code = convert::integer(code, 16, false, IntegerMode::Clamp, "", context)?;
            Some(code as u16)
        }
    };
    let reason = match args.get_or_undefined(1) {
        reason if reason.is_undefined() => String::new(),
        reason => convert::usv_string(reason, context)?,
    };
    if code.is_some_and(|code| code != 1000 && !(3000..=4999).contains(&code)) {
        let message = "WebSocket.close: the code is neither 1000 nor between 3000 and 4999";
        return exception("InvalidAccessError", message, context);
    }
    if reason.len() > MAX_REASON {
        let message = "WebSocket.close: the reason has more than 123 bytes";
        return exception("SyntaxError", message, context);
    }
    // https://websockets.spec.whatwg.org/#close-the-websocket
    let command = match state.ready.get() {
        ReadyState::Closing | ReadyState::Closed => return Ok(JsValue::undefined()),
        ReadyState::Connecting => Command::Fail,
        ReadyState::Open => Command::Close(match code {
            Some(code) => Some((code, reason)),
            // A reason needs a status.
            None if !reason.is_empty() => Some((1000, reason)),
            None => None,
        }),
    };
    state.ready.set(ReadyState::Closing);
    state.command(command);
    Ok(JsValue::undefined())
}

/// <https://websockets.spec.whatwg.org/#dom-websocket-send>
fn send(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = state(this)?;
    let data = convert::required_by(args, 0, 1, "WebSocket.send")?;
    let blob = data
        .as_object()
        .and_then(|object| implementation::<Blob>(&object));
    let (command, length) = if let Some(blob) = blob {
        let bytes = Blob::bytes(&blob);
        let length = bytes.len();
        (Command::Binary(bytes), length)
    } else if let Some(source) = BufferSource::try_new(data, context)? {
        let bytes = Bytes::from(source.to_vec());
        let length = bytes.len();
        (Command::Binary(bytes), length)
    } else {
        let text = convert::usv_string(data, context)?;
        let length = text.len();
        (Command::Text(text), length)
    };
    match state.ready.get() {
        ReadyState::Connecting => {
            let message = "WebSocket.send: the connection is not open yet";
            return exception("InvalidStateError", message, context);
        }
        ReadyState::Open => state.command(command),
        ReadyState::Closing | ReadyState::Closed => {}
    }
    state.buffered.set(state.buffered.get() + length as u64);
    Ok(JsValue::undefined())
}
