//! A server of web sockets that shakes hands as it should, and then does not behave.

use std::{
    io::{self, BufRead as _, BufReader, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha1::{Digest as _, Sha1};

/// What comes of each path.
pub(crate) const EXPECTED: &[(&str, &[&str])] = &[
    ("cut", &["error close 1006", "close 1006"]),
    (
        "reserved-bits",
        &["error close 1006", "error close 1002", "close 1002"],
    ),
    (
        "unknown-operation",
        &["error close 1006", "error close 1002", "close 1002"],
    ),
    (
        "masked",
        &["error close 1006", "error close 1002", "close 1002"],
    ),
    (
        "not-utf-8",
        &["error close 1006", "error close 1007", "close 1007"],
    ),
    (
        "long-ping",
        &["error close 1006", "error close 1002", "close 1002"],
    ),
    (
        "part-of-a-ping",
        &["error close 1006", "error close 1002", "close 1002"],
    ),
    (
        "continuation-of-nothing",
        &["error close 1006", "error close 1002", "close 1002"],
    ),
    (
        "two-beginnings",
        &["error close 1006", "error close 1002", "close 1002"],
    ),
    (
        "huge-length",
        &[
            "error close 1006",
            "error close 1009",
            "error close 1002",
            "close 1009",
        ],
    ),
    (
        "negative-length",
        &[
            "error close 1006",
            "error close 1009",
            "error close 1002",
            "close 1009",
        ],
    ),
    ("half-a-frame", &["error close 1006", "close 1006"]),
    (
        "bad-close-code",
        &["error close 1006", "error close 1002", "close 1002"],
    ),
    (
        "close-of-one-byte",
        &["error close 1006", "error close 1002", "close 1002"],
    ),
    ("good", &["message 2 close 1000"]),
];

pub(crate) struct Server {
    origin: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("ws://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || serve(stream));
            }
        });
        Self { origin }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.origin)
    }
}

fn serve(mut stream: TcpStream) -> io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let mut key = String::new();
    for line in lines.by_ref() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("sec-websocket-key")
        {
            value.clone_into(&mut key);
        }
    }
    let accept = Sha1::digest(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
    let accept = BASE64_STANDARD.encode(accept);
    write!(
        stream,
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-accept: {accept}\r\n\r\n"
    )?;
    let path = request.split(' ').nth(1).unwrap_or_default();
    let frames: &[u8] = match path.trim_start_matches('/') {
        "reserved-bits" => b"\xf1\x02hi",
        "unknown-operation" => b"\x83\x02hi",
        "masked" => b"\x81\x82\0\0\0\0hi",
        "not-utf-8" => b"\x81\x02\xff\xfe",
        "long-ping" => b"\x89\x7e\x00\x80................................................................................................................................",
        "part-of-a-ping" => b"\x09\x02hi",
        "continuation-of-nothing" => b"\x80\x02hi",
        "two-beginnings" => b"\x01\x02hi\x01\x02hi",
        "huge-length" => b"\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff",
        "negative-length" => b"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff",
        "half-a-frame" => b"\x81\x7e\x00",
        "bad-close-code" => b"\x88\x02\x00\x01",
        "close-of-one-byte" => b"\x88\x01\x03",
        "good" => b"\x81\x02hi\x88\x02\x03\xe8",
        _ => b"",
    };
    stream.write_all(frames)?;
    if path != "/good" {
        // Whether the client closes it or not, it is over.
        return stream.shutdown(std::net::Shutdown::Write);
    }
    // The client's own closing frame.
    let _ = io::copy(&mut stream, &mut io::sink());
    Ok(())
}
