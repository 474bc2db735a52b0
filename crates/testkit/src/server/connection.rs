//! One connection: HTTP/1.1 spoken by hand, so that it can be spoken badly.

use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::Instant;

use super::reply::{Ending, Framing, Pace, Reply};
use super::request::{Exchange, Request};
use super::{Handler, Log};

/// No head is longer than this.
const LONGEST_HEAD: usize = 64 << 10;

/// Answers the requests of one connection until it ends.
pub(super) async fn serve(
    stream: TcpStream,
    number: usize,
    handler: &Handler,
    log: &Log,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut from, mut to) = stream.into_split();
    let mut unread = BytesMut::new();
    while let Some(request) = read_request(&mut from, &mut to, &mut unread).await? {
        let reply = handler(&request);
        let mut exchange = Exchange {
            request,
            connection: number,
            sent: 0,
            abandoned: false,
        };
        let kept = {
            let sending = send(&mut to, &reply, &exchange.request, &mut exchange.sent);
            tokio::select! {
                result = sending => result,
                // Nothing is to be read before the reply is out, except that the client
                // is gone. (No client here pipelines.)
                () = gone(&mut from, &mut unread) => Err(io::ErrorKind::ConnectionAborted.into()),
            }
        };
        exchange.abandoned = kept.is_err();
        log.add(exchange);
        if reply.ending == Ending::Reset {
            // Closing without lingering is what resets.
            return to.as_ref().set_zero_linger();
        }
        if !kept? {
            break;
        }
    }
    to.shutdown().await
}

async fn gone(from: &mut OwnedReadHalf, unread: &mut BytesMut) {
    while let Ok(length) = from.read_buf(unread).await {
        if length == 0 {
            return;
        }
    }
}

/// The next request, or nothing when the client has closed.
async fn read_request(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    unread: &mut BytesMut,
) -> io::Result<Option<Request>> {
    let head_end = loop {
        if let Some(at) = find(unread, b"\r\n\r\n") {
            break at;
        }
        if unread.len() > LONGEST_HEAD {
            return Err(bad("the head of a request is too long"));
        }
        if from.read_buf(unread).await? == 0 {
            return if unread.is_empty() {
                Ok(None)
            } else {
                Err(io::ErrorKind::UnexpectedEof.into())
            };
        }
    };
    let head = unread.split_to(head_end + 4);
    let head = String::from_utf8_lossy(&head[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut start = lines.next().unwrap_or_default().split(' ');
    let method = start.next().unwrap_or_default().to_owned();
    let target = start
        .next()
        .ok_or_else(|| bad("a request without target"))?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut request = Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: Bytes::new(),
    };
    if request
        .header("expect")
        .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
    {
        to.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    // One that is answered without being heard out; the connection cannot be used again.
    if request.parameter("unread").is_none() {
        request.body = read_body(from, unread, &request).await?;
    }
    Ok(Some(request))
}

async fn read_body(
    from: &mut OwnedReadHalf,
    unread: &mut BytesMut,
    request: &Request,
) -> io::Result<Bytes> {
    let chunked = request
        .header("transfer-encoding")
        .is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    if chunked {
        let mut body = BytesMut::new();
        loop {
            let line = loop {
                if let Some(at) = find(unread, b"\r\n") {
                    let line = unread.split_to(at + 2);
                    break String::from_utf8_lossy(&line[..at]).into_owned();
                }
                more(from, unread).await?;
            };
            let size = line.split(';').next().unwrap_or_default().trim();
            let size =
                usize::from_str_radix(size, 16).map_err(|_| bad("a chunk without a size"))?;
            while unread.len() < size + 2 {
                more(from, unread).await?;
            }
            body.extend_from_slice(&unread.split_to(size));
            let _line_end = unread.split_to(2);
            if size == 0 {
                return Ok(body.freeze());
            }
        }
    }
    let length = match request.header("content-length") {
        None => 0,
        Some(text) => text
            .parse::<usize>()
            .map_err(|_| bad("a Content-Length that is no number"))?,
    };
    // Slower than the client may write, so that it has to wait.
    let pause = request
        .parameter("readrate")
        .and_then(|rate| rate.parse::<u64>().ok());
    let started = Instant::now();
    while unread.len() < length {
        more(from, unread).await?;
        if let Some(rate) = pause {
            let due = Duration::from_secs_f64(unread.len() as f64 / rate.max(1) as f64);
            tokio::time::sleep_until(started + due).await;
        }
    }
    Ok(unread.split_to(length).freeze())
}

async fn more(from: &mut OwnedReadHalf, unread: &mut BytesMut) -> io::Result<()> {
    if from.read_buf(unread).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn bad(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// Sends `reply`; whether the connection can be used again.
async fn send(
    to: &mut OwnedWriteHalf,
    reply: &Reply,
    request: &Request,
    sent: &mut usize,
) -> io::Result<bool> {
    if let Pace::GatedHead(gate) = &reply.pace {
        gate.passed().await;
    }
    let bodiless = request.method == "HEAD" || matches!(reply.status, 100..=199 | 204 | 304);
    let keep = reply.ending == Ending::Proper
        && !matches!(reply.framing, Framing::Close | Framing::ClaimedLength(_))
        && request.parameter("unread").is_none()
        && !request
            .header("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"));
    for status in &reply.informational {
        to.write_all(
            format!("HTTP/1.1 {status:03} In the meantime\r\nX-Early: yes\r\n\r\n").as_bytes(),
        )
        .await?;
    }
    to.write_all(&head(reply, bodiless, keep)).await?;
    if bodiless {
        return Ok(keep);
    }
    let chunked = reply.framing == Framing::Chunked;
    let (size, between) = reply.pieces();
    let started = Instant::now();
    let mut rest = reply.body.clone();
    loop {
        match &reply.pace {
            Pace::Gated(offset, gate) if *sent >= *offset => gate.passed().await,
            Pace::Stalled(offset) if *sent >= *offset => std::future::pending().await,
            _ => {}
        }
        if rest.is_empty() {
            break;
        }
        let until_stop = match &reply.pace {
            Pace::Gated(offset, _) | Pace::Stalled(offset) if *sent < *offset => offset - *sent,
            _ => usize::MAX,
        };
        let piece = rest.split_to(size.min(rest.len()).min(until_stop));
        if chunked {
            let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
            chunk.extend_from_slice(&piece);
            chunk.extend_from_slice(b"\r\n");
            to.write_all(&chunk).await?;
        } else {
            to.write_all(&piece).await?;
        }
        *sent += piece.len();
        if let Some(between) = between {
            let due = if let Pace::Rate(rate) = reply.pace {
                Duration::from_secs_f64(*sent as f64 / rate as f64)
            } else {
                between
            };
            tokio::time::sleep_until(started + due).await;
        } else {
            tokio::task::yield_now().await;
        }
    }
    match reply.ending {
        Ending::Proper if chunked => {
            let mut end = "0\r\n".to_owned();
            for (name, value) in &reply.trailers {
                end.push_str(&format!("{name}: {value}\r\n"));
            }
            end.push_str("\r\n");
            to.write_all(end.as_bytes()).await?;
        }
        Ending::BrokenChunk => to.write_all(b"this is no size\r\n").await?,
        Ending::Proper | Ending::Cut | Ending::Reset => {}
    }
    to.flush().await?;
    Ok(keep)
}

fn head(reply: &Reply, bodiless: bool, keep: bool) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {:03} {}\r\n", reply.status, reply.reason).into_bytes();
    for (name, value) in &reply.headers {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    }
    let told_by_status = matches!(reply.status, 100..=199 | 204 | 304);
    match reply.framing {
        Framing::Length if told_by_status => {}
        Framing::Length => {
            head.extend_from_slice(format!("Content-Length: {}\r\n", reply.body.len()).as_bytes());
        }
        Framing::ClaimedLength(length) => {
            head.extend_from_slice(format!("Content-Length: {length}\r\n").as_bytes());
        }
        Framing::Chunked if bodiless => {}
        Framing::Chunked => head.extend_from_slice(b"Transfer-Encoding: chunked\r\n"),
        Framing::Close => {}
    }
    if !keep {
        head.extend_from_slice(b"Connection: close\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}
