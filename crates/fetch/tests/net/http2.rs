//! Servers that speak HTTP/2, and do not keep to it: every request ends with an error, in time.

use std::{
    io,
    time::{Duration, Instant},
};

use http::Method;
use taipan_fetch::net::{Client, ClientOptions, FetchError, Request};
use tokio::{
    io::{AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::server::TlsStream;

use crate::{
    common::within,
    tls::{AUTHORITY, serve},
};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PUSH_PROMISE: u8 = 5;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:status: 200`, from the static table.
const OK: &[u8] = &[0x88];

/// The first request of a client.
const STREAM: u32 = 1;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// What a server sends.
#[derive(Clone, Default)]
struct Script {
    /// First.
    once: Vec<u8>,
    /// And then again and again, if there is any; otherwise it says no more.
    for_ever: Vec<u8>,
}

impl Script {
    fn once(frames: &[Vec<u8>]) -> Self {
        Self {
            once: frames.concat(),
            for_ever: Vec::new(),
        }
    }

    fn then_for_ever(self, frame: Vec<u8>) -> Self {
        Self {
            for_ever: frame,
            ..self
        }
    }
}

async fn play(mut stream: TlsStream<TcpStream>, script: Script) {
    let (mut reader, mut writer) = tokio::io::split(&mut stream);
    // The client's preface and the request, as far as they come in one piece: it takes what it is given all the same.
    let mut received = vec![0; 64 << 10];
    let _ = reader.read(&mut received).await;
    let discard =
        async { while matches!(reader.read(&mut received).await, Ok(read) if read > 0) {} };
    tokio::select! {
        () = discard => {}
        _ = send(&mut writer, &script) => {}
    }
}

async fn send(writer: &mut (impl AsyncWrite + Unpin), script: &Script) -> io::Result<()> {
    writer.write_all(&frame(SETTINGS, 0, 0, &[])).await?;
    writer.write_all(&frame(SETTINGS, 1, 0, &[])).await?;
    tokio::time::sleep(Duration::from_millis(50)).await;
    writer.write_all(&script.once).await?;
    writer.flush().await?;
    if script.for_ever.is_empty() {
        return std::future::pending().await;
    }
    let many = script.for_ever.repeat(100);
    loop {
        writer.write_all(&many).await?;
        writer.flush().await?;
        tokio::task::yield_now().await;
    }
}

/// What comes of a request to such a server, and of its body.
async fn outcome(script: Script, method: Method) -> Result<usize, FetchError> {
    let server = serve(&["h2"], move |stream| play(stream, script.clone())).await;
    let client = Client::with_options(ClientOptions {
        extra_root_certificates: vec![AUTHORITY.to_vec()],
        idle_timeout: Some(Duration::from_secs(1)),
        total_timeout: Some(Duration::from_secs(4)),
        max_response_size: Some(1 << 20),
        ..ClientOptions::default()
    });
    let mut request = Request::get(server.url.parse().unwrap());
    if method == Method::POST {
        request.body = Some(bytes::Bytes::from(vec![b'x'; 4 << 20]).into());
    }
    request.method = method;
    let response = within(client.fetch(request)).await?;
    within(response.into_body().bytes())
        .await
        .map(|body| body.len())
}

async fn is_an_error(name: &str, script: Script) {
    let start = Instant::now();
    let result = outcome(script, Method::GET).await;
    assert!(result.is_err(), "{name}: {result:?}");
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{name}: {:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn frames_that_end_the_request() {
    let goaway = |code: u8| frame(GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, code]);
    for (name, frames) in [
        ("go away", vec![goaway(0)]),
        ("go away, and calm down", vec![goaway(11)]),
        ("reset", vec![frame(RST_STREAM, 0, STREAM, &[0, 0, 0, 2])]),
        ("refused", vec![frame(RST_STREAM, 0, STREAM, &[0, 0, 0, 7])]),
        (
            "reset within the body",
            vec![
                frame(HEADERS, END_HEADERS, STREAM, OK),
                frame(DATA, 0, STREAM, b"abc"),
                frame(RST_STREAM, 0, STREAM, &[0, 0, 0, 2]),
            ],
        ),
        (
            "go away within the body, and nothing more",
            vec![
                frame(HEADERS, END_HEADERS, STREAM, OK),
                frame(DATA, 0, STREAM, b"abc"),
                goaway(2),
            ],
        ),
        (
            "data before a header",
            vec![frame(DATA, END_STREAM, STREAM, b"abc")],
        ),
        ("data on no stream", vec![frame(DATA, 0, 0, b"abc")]),
        (
            "data on a stream that is not open",
            vec![frame(DATA, 0, 99, b"abc")],
        ),
        (
            "a header that cannot be read",
            vec![frame(HEADERS, END_HEADERS, STREAM, &[0xff; 40])],
        ),
        (
            "a header without a status",
            vec![frame(HEADERS, END_HEADERS | END_STREAM, STREAM, &[])],
        ),
        (
            "a window that is too large",
            vec![frame(WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff])],
        ),
        (
            "a window of nothing",
            vec![frame(WINDOW_UPDATE, 0, STREAM, &[0, 0, 0, 0])],
        ),
        (
            "settings of a wrong length",
            vec![frame(SETTINGS, 0, 0, &[0; 5])],
        ),
        (
            "settings with a wrong value",
            vec![frame(SETTINGS, 0, 0, &[0, 4, 0xff, 0xff, 0xff, 0xff])],
        ),
        (
            "a push that nobody allowed",
            vec![frame(
                PUSH_PROMISE,
                END_HEADERS,
                STREAM,
                &[0, 0, 0, 2, 0x82],
            )],
        ),
        (
            "a frame that is too long",
            vec![vec![0xff, 0xff, 0xff, DATA, 0, 0, 0, 0, 1]],
        ),
        (
            "not HTTP/2",
            vec![b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec()],
        ),
        (
            "a continuation of nothing",
            vec![frame(CONTINUATION, END_HEADERS, STREAM, OK)],
        ),
        (
            "more than the length says",
            vec![
                // `content-length: 2`, as a literal with a name of the static table.
                frame(HEADERS, END_HEADERS, STREAM, &[0x88, 0x0f, 0x0d, 1, b'2']),
                frame(DATA, END_STREAM, STREAM, b"abc"),
            ],
        ),
    ] {
        is_an_error(name, Script::once(&frames)).await;
    }
}

#[tokio::test]
async fn floods() {
    let open = || Script::once(&[frame(HEADERS, END_HEADERS, STREAM, OK)]);
    let header = |n: usize| {
        let mut bytes = vec![0x00, 0x01, b'a', 0x7f, 0x81, 0x01];
        bytes.extend(vec![b'b'; n]);
        bytes
    };
    for (name, script) in [
        (
            "settings",
            Script::default().then_for_ever(frame(SETTINGS, 0, 0, &[])),
        ),
        (
            "pings",
            Script::default().then_for_ever(frame(PING, 0, 0, &[0; 8])),
        ),
        (
            "windows",
            Script::default().then_for_ever(frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 0])),
        ),
        (
            "unknown frames",
            Script::default().then_for_ever(frame(0xee, 0, 0, &[0; 100])),
        ),
        (
            "continuations",
            Script::once(&[frame(HEADERS, 0, STREAM, OK)]).then_for_ever(frame(
                CONTINUATION,
                0,
                STREAM,
                &header(256),
            )),
        ),
        (
            "continuations of nothing",
            Script::once(&[frame(HEADERS, 0, STREAM, OK)]).then_for_ever(frame(
                CONTINUATION,
                0,
                STREAM,
                &[],
            )),
        ),
        (
            "data",
            open().then_for_ever(frame(DATA, 0, STREAM, &[b'x'; 1000])),
        ),
        (
            "data with nothing in it",
            open().then_for_ever(frame(DATA, 0, STREAM, &[])),
        ),
        (
            "trailers",
            open().then_for_ever(frame(HEADERS, END_HEADERS, STREAM, OK)),
        ),
        (
            "informational responses",
            // `:status: 103`
            Script::default().then_for_ever(frame(
                HEADERS,
                END_HEADERS,
                STREAM,
                &[0x08, 3, b'1', b'0', b'3'],
            )),
        ),
        (
            "resets",
            Script::default().then_for_ever(frame(RST_STREAM, 0, 99, &[0, 0, 0, 0])),
        ),
    ] {
        is_an_error(name, script).await;
    }
}

#[tokio::test]
async fn silence() {
    is_an_error("no response", Script::default()).await;
    is_an_error(
        "no body",
        Script::once(&[frame(HEADERS, END_HEADERS, STREAM, OK)]),
    )
    .await;
    is_an_error(
        "half a frame",
        Script::once(&[frame(HEADERS, END_HEADERS, STREAM, OK)[..5].to_vec()]),
    )
    .await;
}

/// A server that takes nothing of what is sent: no window is ever given.
#[tokio::test]
async fn a_request_that_is_starved() {
    let script = Script::once(&[frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0])]);
    let start = Instant::now();
    assert!(outcome(script, Method::POST).await.is_err());
    assert!(start.elapsed() < Duration::from_secs(20));
}
