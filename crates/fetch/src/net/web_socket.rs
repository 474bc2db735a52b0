//! WebSocket connections. They live on the client's thread; the other side has two channels.
//!
//! <https://websockets.spec.whatwg.org/> and RFC 6455

use std::{future::pending, io, time::Duration};

use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use http::{
    HeaderName, HeaderValue, Uri,
    header::{
        AUTHORIZATION, CONNECTION, HOST, ORIGIN, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
        SEC_WEBSOCKET_VERSION, UPGRADE, USER_AGENT,
    },
};
use hyper_util::rt::TokioIo;
use taipan_web::permissions::Permissions;
use tokio::sync::mpsc;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{
        self, Message, Utf8Bytes,
        handshake::client::generate_key,
        protocol::{CloseFrame, WebSocketConfig, frame::coding::CloseCode},
    },
};
use tower_service::Service;
use url::Url;

use super::{
    cap::Cap,
    client::{Client, ClientOptions},
    connect::{BoxError, Connector},
    http::{basic_authorization, request_uri},
    ports::is_bad_port,
};

/// How many messages may wait for the script. Those that come then wait in the socket.
const WAITING_MESSAGES: usize = 16;

/// How long the other end may take to end a connection that is being closed.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest message that is received.
const MAX_MESSAGE: usize = 512 << 20;

/// The status of a closing handshake in which no status was told.
pub(crate) const NO_STATUS: u16 = 1005;

/// The status of a connection that ended without a closing handshake.
pub(crate) const ABNORMAL: u16 = 1006;

/// What a connection is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    /// A URL of the scheme `ws` or `wss`.
    pub(crate) url: Url,
    /// The subprotocols, the most wanted one first.
    pub(crate) protocols: Vec<String>,
    /// The origin of the script, if it has one.
    pub(crate) origin: Option<String>,
}

/// What to do with a connection.
#[derive(Debug)]
pub(crate) enum Command {
    /// Send a text.
    Text(String),
    /// Send bytes.
    Binary(Bytes),
    /// Start the closing handshake, with a status and a reason or without.
    Close(Option<(u16, String)>),
    /// Give up, without a closing handshake.
    Fail,
}

/// What becomes of a connection.
#[derive(Debug)]
pub(crate) enum Event {
    /// It is established.
    Open {
        /// The subprotocol that the server has chosen, or nothing.
        protocol: String,
    },
    /// A text has come.
    Text(Utf8Bytes),
    /// Bytes have come.
    Binary(Bytes),
    /// So many bytes were sent.
    Sent(usize),
    /// The other end has started the closing handshake, or has answered it.
    Closing,
    /// It is over.
    Closed(End),
}

/// How a connection ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct End {
    /// Whether it failed, rather than ended.
    pub(crate) failed: bool,
    /// The status that the other end has told, [`NO_STATUS`] or [`ABNORMAL`].
    pub(crate) code: u16,
    /// The reason that it has told.
    pub(crate) reason: String,
}

impl End {
    /// The connection failed.
    pub(crate) fn failed() -> Self {
        Self {
            failed: true,
            code: ABNORMAL,
            reason: String::new(),
        }
    }

    /// Whether the closing handshake was completed.
    pub(crate) fn is_clean(&self) -> bool {
        self.code != ABNORMAL
    }
}

/// Both ends of a connection's channels, as its user has them.
#[derive(Debug)]
pub(crate) struct Connection {
    /// Where commands go.
    pub(crate) commands: mpsc::UnboundedSender<Command>,
    /// Where events come from. The connection is dropped with this.
    pub(crate) events: mpsc::Receiver<Event>,
}

impl Client {
    /// Begins to make a connection. The client must outlive it.
    pub(crate) fn web_socket(&self, opening: Opening) -> Connection {
        let (commands, received) = mpsc::unbounded_channel();
        let (sender, events) = mpsc::channel(WAITING_MESSAGES);
        let options = self.options().clone();
        let permissions = self.permissions().clone();
        let connections = self.connections().clone();
        // If the thread cannot be started the channel is closed, which is a connection that failed.
        let _ = self.spawn(run(
            options,
            permissions,
            connections,
            opening,
            received,
            sender,
        ));
        Connection { commands, events }
    }
}

async fn run(
    options: ClientOptions,
    permissions: Permissions,
    connections: Cap,
    opening: Opening,
    mut commands: mpsc::UnboundedReceiver<Command>,
    events: mpsc::Sender<Event>,
) {
    let established = tokio::select! {
        biased;
        () = events.closed() => return,
        // Nothing can be sent yet.
        _ = commands.recv() => None,
        established = establish(&options, &permissions, &connections, &opening) => established.ok(),
    };
    let end = match established {
        Some((socket, protocol)) => {
            // The receiver may have gone; what follows ends then at once.
            let _ = events.send(Event::Open { protocol }).await;
            let (sink, stream) = socket.split();
            tokio::select! {
                end = read(stream, &events) => end,
                end = write(sink, commands, &events) => end,
                () = events.closed() => return,
            }
        }
        None => End::failed(),
    };
    let _ = events.send(Event::Closed(end)).await;
}

type Socket = WebSocketStream<TokioIo<<Connector as Service<Uri>>::Response>>;

/// <https://websockets.spec.whatwg.org/#concept-websocket-establish>
async fn establish(
    options: &ClientOptions,
    permissions: &Permissions,
    connections: &Cap,
    opening: &Opening,
) -> Result<(Socket, String), BoxError> {
    let refused = |reason: &str| BoxError::from(io::Error::other(reason.to_owned()));
    permissions.check_net(&opening.url)?;
    if options.transport.is_some() {
        return Err(refused("there is no network"));
    }
    // As far as connections go it is HTTP.
    let mut url = opening.url.clone();
    let scheme = if url.scheme() == "wss" {
        "https"
    } else {
        "http"
    };
    url.set_scheme(scheme).map_err(|()| refused("the scheme"))?;
    if let Some(filter) = &options.url_filter {
        filter(&url).map_err(|reason| refused(&reason))?;
    }
    if url.port().is_some_and(is_bad_port) {
        return Err(refused("the port is a forbidden one"));
    }
    let authorization = basic_authorization(&url).map_err(|reason| refused(&reason))?;
    let target = request_uri(&url).map_err(|reason| refused(&reason))?;
    let stream = Connector::for_upgrades(options, permissions, connections)?
        .call(target)
        .await?;

    let host = match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => return Err(refused("there is no host")),
    };
    let mut request = http::Request::new(());
    *request.uri_mut() = without_credentials(&opening.url).parse()?;
    let headers = request.headers_mut();
    let mut add = |name: HeaderName, value: &str| -> Result<(), BoxError> {
        headers.insert(name, HeaderValue::from_str(value)?);
        Ok(())
    };
    add(HOST, &host)?;
    add(CONNECTION, "Upgrade")?;
    add(UPGRADE, "websocket")?;
    add(SEC_WEBSOCKET_VERSION, "13")?;
    add(SEC_WEBSOCKET_KEY, &generate_key())?;
    add(USER_AGENT, &options.user_agent)?;
    if let Some(origin) = &opening.origin {
        add(ORIGIN, origin)?;
    }
    if !opening.protocols.is_empty() {
        add(SEC_WEBSOCKET_PROTOCOL, &opening.protocols.join(", "))?;
    }
    if let Some(authorization) = authorization {
        request.headers_mut().insert(AUTHORIZATION, authorization);
    }

    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE));
    let handshake = client_async_with_config(request, TokioIo::new(stream), Some(config));
    let (socket, response) = tokio::time::timeout(options.connect_timeout, handshake).await??;
    let protocol = response.headers().get(SEC_WEBSOCKET_PROTOCOL);
    let protocol = protocol.and_then(|protocol| protocol.to_str().ok());
    Ok((socket, protocol.unwrap_or_default().to_owned()))
}

/// A URL without what servers must not see there: user name, password and fragment.
fn without_credentials(url: &Url) -> String {
    let mut url = url.clone();
    // These fail for URLs that cannot have any.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    url.into()
}

/// Hands on what comes, until the connection ends.
async fn read(
    mut stream: impl Stream<Item = tungstenite::Result<Message>> + Unpin,
    events: &mpsc::Sender<Event>,
) -> End {
    let mut end = None;
    loop {
        let next = match end {
            None => stream.next().await,
            // Nothing more is to come but the end.
            Some(_) => tokio::time::timeout(CLOSE_TIMEOUT, stream.next())
                .await
                .unwrap_or(None),
        };
        let event = match next {
            Some(Ok(Message::Text(text))) => Event::Text(text),
            Some(Ok(Message::Binary(bytes))) => Event::Binary(bytes),
            Some(Ok(Message::Close(frame))) => {
                end = Some(End {
                    failed: false,
                    code: frame.as_ref().map_or(NO_STATUS, |frame| frame.code.into()),
                    reason: frame.map_or_else(String::new, |frame| frame.reason.to_string()),
                });
                Event::Closing
            }
            // Pings are answered by themselves.
            Some(Ok(_)) => continue,
            Some(Err(_)) | None => return end.unwrap_or_else(End::failed),
        };
        if events.send(event).await.is_err() {
            return End::failed();
        }
    }
}

/// Sends what it is told to. It ends only if the other end does not answer the closing handshake.
async fn write(
    mut sink: impl Sink<Message, Error = tungstenite::Error> + Unpin,
    mut commands: mpsc::UnboundedReceiver<Command>,
    events: &mpsc::Sender<Event>,
) -> End {
    while let Some(command) = commands.recv().await {
        let (message, length) = match command {
            Command::Text(text) => {
                let length = text.len();
                (Message::text(text), length)
            }
            Command::Binary(bytes) => {
                let length = bytes.len();
                (Message::binary(bytes), length)
            }
            Command::Close(status) => {
                let frame = status.map(|(code, reason)| CloseFrame {
                    code: CloseCode::from(code),
                    reason: reason.into(),
                });
                // If it cannot be sent the reader knows.
                let _ = sink.send(Message::Close(frame)).await;
                tokio::time::sleep(CLOSE_TIMEOUT).await;
                return End::failed();
            }
            Command::Fail => return End::failed(),
        };
        if sink.send(message).await.is_err() {
            break;
        }
        if events.send(Event::Sent(length)).await.is_err() {
            break;
        }
    }
    // What is wrong, if anything is, the reader tells.
    pending().await
}
