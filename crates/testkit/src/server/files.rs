//! A server's files, and how a test asks for them to be served badly.
//!
//! The query of a request says what is to be wrong with the answer:
//!
//! | parameter | what it does |
//! | --- | --- |
//! | `type=T` | `Content-Type: T` in the place of the right one |
//! | `notype` | no `Content-Type` |
//! | `status=N` | another status |
//! | `header=N:V` | one header more |
//! | `encoding=C` | content coding `gzip`, `br`, `zstd`, `deflate` or `raw-deflate` |
//! | `chunked`, `close` | how the end of the body is told |
//! | `piece=N` | written in pieces of N bytes |
//! | `rate=N` | N bytes in a second |
//! | `truncate=N` | cut after N bytes |
//! | `claim=N` | a false `Content-Length` |
//! | `broken` | chunked, with a broken chunk at the end |
//! | `patch=N:B` | byte N becomes B (decimal) |
//! | `stall=N` | silent after N bytes |
//! | `gate=G&at=N` | silent after N bytes until `/gate/G` is fetched |
//! | `reset=N` | the connection is reset after N bytes |
//! | `trailer=N:V` | a header after the body |
//! | `early=N` | a status N before the answer |
//! | `unread` | answered without reading the request's body |
//! | `readrate=N` | the request's body is read at N bytes in a second |
//! | `hops=N` | a redirect to the same thing with one hop less, until there are none left |
//! | `loop` | a redirect to itself |
//! | `redirect=N` | a redirect with status N to the same thing without this parameter |
//! | `pipe=header(N,V)` | a header, as web-platform-tests' server spells it |
//!
//! A `.wasm` file that does not exist is translated from the `.wat` file beside it. `/echo`
//! tells the client about its own request.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use serde_json::json;

use super::encoding::Encoding;
use super::gate::Gate;
use super::reply::{Ending, Framing, Pace, Reply};
use super::request::Request;
use crate::mounts::Mounts;

/// A module that exports one function `increment`, as web-platform-tests expects to find
/// at `/wasm/incrementer.wasm`.
const INCREMENTER: &str = r#"(module
  (func (export "increment") (param i32) (result i32)
    (i32.add (local.get 0) (i32.const 1))))"#;

/// Files under URL prefixes, served as the query asks.
#[derive(Debug, Default)]
pub struct Files {
    mounts: Mounts,
    gates: Mutex<HashMap<String, Gate>>,
}

impl Files {
    /// The files of `mounts`.
    #[must_use]
    pub fn new(mounts: Mounts) -> Self {
        Self {
            mounts,
            gates: Mutex::default(),
        }
    }

    /// The answer to `request`.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Reply {
        if let Some(name) = request.path.strip_prefix("/gate/") {
            self.gate(name).open();
            return Reply::new("open").header("Content-Type", "text/plain");
        }
        if request.path == "/echo" {
            return self.spoil(echo(request), request);
        }
        let reply = if request.path.ends_with("/status.py") {
            Reply::wasm(&b"\0asm\x01\0\0\0"[..])
        } else {
            match self.read(&request.path) {
                Ok(body) => Reply::new(body).header("Content-Type", media_type(&request.path)),
                Err(reply) => return *reply,
            }
        };
        self.spoil(reply, request)
    }

    fn gate(&self, name: &str) -> Gate {
        self.gates
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(name.to_owned())
            .or_default()
            .clone()
    }

    fn read(&self, path: &str) -> Result<Bytes, Box<Reply>> {
        let not_found = || Box::new(plain(404, &format!("nothing is at {path}")));
        let decoded = percent_decode(path);
        let file = self.mounts.resolve(&decoded).ok_or_else(not_found)?;
        if let Ok(bytes) = fs::read(&file) {
            return Ok(bytes.into());
        }
        if file
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            let text = file.with_extension("wat");
            if text.is_file() {
                return wat::parse_file(&text)
                    .map(Bytes::from)
                    .map_err(|error| Box::new(plain(500, &error.to_string())));
            }
            if path == "/wasm/incrementer.wasm" {
                return wat::parse_str(INCREMENTER)
                    .map(Bytes::from)
                    .map_err(|error| Box::new(plain(500, &error.to_string())));
            }
        }
        Err(not_found())
    }

    fn spoil(&self, mut reply: Reply, request: &Request) -> Reply {
        let mut coding = None;
        let mut cut = None;
        let mut resets = false;
        let mut gate = None;
        let mut gate_at = 0;
        for (key, value) in request.parameters() {
            let number = || value.parse::<usize>().unwrap_or(0);
            reply = match key.as_str() {
                "type" => reply.set_header("Content-Type", value),
                "notype" => reply.without_header("Content-Type"),
                "status" => reply.status(value.parse().unwrap_or(500)),
                "header" => {
                    let (name, value) = value.split_once(':').unwrap_or((&value, ""));
                    reply.header(name, value)
                }
                "pipe" => match value
                    .strip_prefix("header(")
                    .and_then(|rest| rest.strip_suffix(')'))
                    .and_then(|inner| inner.split_once(','))
                {
                    Some((name, value)) => reply.set_header(name, value),
                    None => return plain(500, &format!("no such pipe: {value}")),
                },
                "encoding" => {
                    coding = Encoding::named(&value);
                    if coding.is_none() {
                        return plain(500, &format!("no such coding: {value}"));
                    }
                    reply
                }
                "chunked" => reply.framing(Framing::Chunked),
                "close" => reply.framing(Framing::Close),
                "piece" => reply.pace(Pace::Pieces(number())),
                "rate" => reply.pace(Pace::Rate(number().max(1) as u64)),
                "truncate" => {
                    cut = Some(number());
                    reply
                }
                "claim" => reply.framing(Framing::ClaimedLength(number() as u64)),
                "broken" => reply.framing(Framing::Chunked).ending(Ending::BrokenChunk),
                "patch" => patched(reply, &value),
                "stall" => reply.pace(Pace::Stalled(number())),
                "gate" => {
                    gate = Some(self.gate(&value));
                    reply
                }
                "at" => {
                    gate_at = number();
                    reply
                }
                "reset" => {
                    cut = Some(number());
                    resets = true;
                    reply
                }
                "trailer" => {
                    let (name, value) = value.split_once(':').unwrap_or((&value, ""));
                    reply.trailer(name, value)
                }
                "early" => reply.informational(value.parse().unwrap_or(103)),
                "hops" if number() > 0 => {
                    let less = format!("hops={}", number() - 1);
                    let query = request.query.replace(&format!("hops={value}"), &less);
                    return Reply::redirect(302, &format!("{}?{query}", request.path));
                }
                "loop" => {
                    let target = format!("{}?{}", request.path, request.query);
                    return Reply::redirect(302, &target);
                }
                "redirect" => {
                    let rest: Vec<&str> = request
                        .query
                        .split('&')
                        .filter(|part| !part.starts_with("redirect="))
                        .collect();
                    let location = format!("{}?{}", request.path, rest.join("&"));
                    return Reply::redirect(value.parse().unwrap_or(302), &location);
                }
                _ => reply,
            };
        }
        if let Some(coding) = coding {
            reply = match reply.encoded(coding) {
                Ok(reply) => reply,
                Err(error) => return plain(500, &error.to_string()),
            };
        }
        if let Some(gate) = gate {
            reply = reply.pace(Pace::Gated(gate_at, gate));
        }
        if let Some(length) = cut {
            reply = reply.truncated(length);
        }
        if resets {
            reply = reply.ending(Ending::Reset);
        }
        reply
    }
}

/// `N:B`: byte N becomes B.
fn patched(mut reply: Reply, patch: &str) -> Reply {
    let numbers = patch
        .split_once(':')
        .and_then(|(at, byte)| Some((at.parse::<usize>().ok()?, byte.parse::<u8>().ok()?)));
    if let Some((at, byte)) = numbers {
        let mut body = reply.body.to_vec();
        if let Some(place) = body.get_mut(at) {
            *place = byte;
        }
        reply.body = body.into();
    }
    reply
}

fn echo(request: &Request) -> Reply {
    let headers: Vec<_> = request
        .headers
        .iter()
        .map(|(name, value)| json!([name, value]))
        .collect();
    let body = json!({
        "method": request.method,
        "query": request.query,
        "headers": headers,
        "body": request.body.iter().copied().collect::<Vec<u8>>(),
    });
    Reply::new(body.to_string()).header("Content-Type", "application/json")
}

fn plain(status: u16, text: &str) -> Reply {
    Reply::new(text.to_owned())
        .status(status)
        .header("Content-Type", "text/plain;charset=utf-8")
}

fn percent_decode(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => char::from(*high)
                .to_digit(16)
                .zip(char::from(*low).to_digit(16))
                .and_then(|(high, low)| u8::try_from(high * 16 + low).ok()),
            _ => None,
        };
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The media type of a file by its name.
#[must_use]
pub fn media_type(path: &str) -> &'static str {
    match Path::new(path)
        .extension()
        .and_then(|extension| extension.to_str())
    {
        Some("wasm") => "application/wasm",
        Some("js" | "mjs") => "text/javascript",
        Some("json") => "application/json",
        Some("html") => "text/html;charset=utf-8",
        Some("css") => "text/css",
        Some("txt" | "wat") => "text/plain;charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
