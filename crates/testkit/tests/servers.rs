//! The servers behave, or misbehave, as they are told: seen through a bare socket.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use taipan_testkit::server::{Encoding, Ending, Framing, Gate, Pace, Reply, Server};

const BODY: &[u8] = b"the body of the reply";

/// Sends a request and reads until the server closes the connection.
fn get(server: &Server, path: &str) -> String {
    String::from_utf8_lossy(&get_bytes(server, path)).into_owned()
}

fn get_bytes(server: &Server, path: &str) -> Vec<u8> {
    let mut stream = connect(server, path);
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    reply
}

fn connect(server: &Server, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    stream
}

fn serve(reply: Reply) -> Server {
    Server::start(move |_| reply.clone()).unwrap()
}

#[test]
fn a_reply_with_a_length() {
    let server = serve(Reply::new(BODY).status(404).header("X-A", "b"));
    assert_eq!(
        get(&server, "/"),
        "HTTP/1.1 404 Not Found\r\nX-A: b\r\nContent-Length: 21\r\nConnection: close\r\n\r\nthe body of the reply"
    );
}

#[test]
fn chunks() {
    let reply = Reply::new(BODY)
        .framing(Framing::Chunked)
        .pace(Pace::Pieces(10));
    let text = get(&serve(reply.clone()), "/");
    let body = text.split_once("\r\n\r\n").unwrap().1;
    assert_eq!(
        body,
        "a\r\nthe body o\r\na\r\nf the repl\r\n1\r\ny\r\n0\r\n\r\n"
    );
    let text = get(&serve(reply.clone().ending(Ending::Cut)), "/");
    assert!(text.ends_with("1\r\ny\r\n"), "{text}");
    let text = get(&serve(reply.ending(Ending::BrokenChunk)), "/");
    assert!(text.ends_with("y\r\nthis is no size\r\n"), "{text}");
}

#[test]
fn a_body_that_is_cut() {
    let text = get(&serve(Reply::new(BODY).truncated(8)), "/");
    assert!(text.contains("Content-Length: 21\r\n"), "{text}");
    assert!(text.ends_with("\r\n\r\nthe body"), "{text}");
}

#[test]
fn a_gate_holds_the_rest_back() {
    let gate = Gate::new();
    let server = serve(Reply::new(BODY).pace(Pace::Gated(8, gate.clone())));
    let mut stream = connect(&server, "/");
    stream
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let mut seen = Vec::new();
    let mut buffer = [0; 256];
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..length]);
    }
    assert!(seen.ends_with(b"\r\n\r\nthe body"));
    assert!(!gate.is_open());
    gate.open();
    stream.set_read_timeout(None).unwrap();
    stream.read_to_end(&mut seen).unwrap();
    assert!(seen.ends_with(b"the body of the reply"));
}

#[test]
fn a_rate() {
    let server = serve(Reply::new(vec![0; 100_000]).pace(Pace::Rate(500_000)));
    let started = Instant::now();
    assert!(get_bytes(&server, "/").len() > 100_000);
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(195), "{took:?}");
}

#[test]
fn a_client_that_leaves_is_noticed() {
    let server = serve(Reply::new(BODY).pace(Pace::Stalled(8)));
    let stream = connect(&server, "/left");
    drop(stream);
    let exchange = server.wait_for("/left", Duration::from_secs(30)).unwrap();
    assert!(exchange.abandoned);
    assert!(exchange.sent <= 8);
    assert_eq!(
        server.wait_for("/never-asked", Duration::from_millis(10)),
        None
    );
}

#[test]
fn connections_are_counted_and_kept() {
    let server = serve(Reply::new(BODY));
    let mut stream = TcpStream::connect(server.address()).unwrap();
    for _ in 0..3 {
        write!(stream, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut seen = Vec::new();
        let mut buffer = [0; 256];
        while !seen.ends_with(BODY) {
            let length = stream.read(&mut buffer).unwrap();
            assert_ne!(length, 0);
            seen.extend_from_slice(&buffer[..length]);
        }
    }
    assert_eq!(server.connections(), 1);
    get(&server, "/");
    assert_eq!(server.connections(), 2);
    assert_eq!(server.exchanges().len(), 4);
}

#[test]
fn a_request_arrives_whole() {
    let server = serve(Reply::empty(204));
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(
        stream,
        "POST /p?a=b%20c&d HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )
    .unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 204 "), "{reply}");
    let exchange = server.wait_for("/p", Duration::from_secs(30)).unwrap();
    assert_eq!(exchange.request.method, "POST");
    assert_eq!(&exchange.request.body[..], b"abcde");
    assert_eq!(exchange.request.parameter("a").as_deref(), Some("b c"));
    assert_eq!(exchange.request.parameter("d").as_deref(), Some(""));
    assert_eq!(exchange.request.parameter("e"), None);
    assert_eq!(exchange.request.header("HOST"), Some("x"));
}

#[test]
fn codings_are_what_they_say() {
    let text = vec![b'a'; 10_000];
    for (encoding, magic) in [
        (Encoding::Gzip, &[0x1f, 0x8b][..]),
        (Encoding::Zstd, &[0x28, 0xb5, 0x2f, 0xfd]),
        (Encoding::Deflate, &[0x78]),
    ] {
        let bytes = encoding.encode(&text).unwrap();
        assert!(bytes.starts_with(magic), "{encoding:?}");
        assert!(bytes.len() < 200, "{encoding:?}");
    }
}

#[test]
fn dropping_it_ends_it() {
    let server = serve(Reply::new(BODY).pace(Pace::Stalled(0)));
    let address = server.address();
    let mut stream = connect(&server, "/");
    drop(server);
    let mut rest = Vec::new();
    // Closed or reset, but not silent for ever.
    let _ = stream.read_to_end(&mut rest);
    assert!(TcpStream::connect(address).is_err());
}
