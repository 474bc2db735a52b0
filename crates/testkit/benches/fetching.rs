//! Bodies and many requests, beside a bare hyper client.
//!
//!     cargo build --release && cargo bench -p taipan-testkit --bench fetching
//!
//! - 200 MB from a loopback server read by `getReader()` in a script that the command runs, beside a
//!   hyper client that drops what it reads (limits: 1.3 times, and 25 MB of memory at the most). The
//!   command is the one that `cargo build --release` made, or what `TAIPAN` names;
//! - 500 requests at once for 1 KB each, beside the same with hyper-util's client (limit: 1.5
//!   times).
//!
//! Every client is a process of its own, so that its memory can be told; the server is this one. Start-up
//! is not counted on either side.
#![allow(clippy::unwrap_used, reason = "what fails here fails the benchmark")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::join_all;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use support::{median, tell};
use taipan::Runtime;

const ROUNDS: usize = 11;
const LARGE: usize = 200 << 20;
const MANY: usize = 500;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, role, port] = &arguments[..]
        && let Some(client) = client_named(role)
    {
        let start = Instant::now();
        client(port.parse().unwrap());
        println!("{} {}", start.elapsed().as_micros(), peak("self"));
        return;
    }
    let port = serve();

    let (ours, theirs) = (|| command_body(port), compare("hyper-body", port));
    let (ours, theirs) = interleave(ours, theirs);
    println!(
        "200 MB: getReader() {:.0?} ({} KiB at the most), hyper {:.0?} ({} KiB)",
        ours.time, ours.peak, theirs.time, theirs.peak
    );
    tell(
        "200 MB by getReader() against hyper",
        ours.seconds(),
        theirs.seconds(),
        1.3,
    );
    tell(
        "memory at the most against 25 MB",
        ours.peak as f64,
        25.0 * 1e6 / 1024.0,
        1.0,
    );

    let (ours, theirs) = (compare("taipan-many", port), compare("hyper-many", port));
    let (ours, theirs) = interleave(ours, theirs);
    println!(
        "{MANY} requests at once: fetch {:.1?}, hyper-util {:.1?}",
        ours.time, theirs.time
    );
    tell(
        "500 requests at once against hyper-util",
        ours.seconds(),
        theirs.seconds(),
        1.5,
    );
}

/// What one run of a client took.
#[derive(Debug, Clone, Copy)]
struct Cost {
    time: Duration,
    /// KiB.
    peak: u64,
}

impl Cost {
    fn seconds(&self) -> f64 {
        self.time.as_secs_f64()
    }
}

/// Runs of a client, one for each call.
fn compare(role: &'static str, port: u16) -> impl FnMut() -> Cost {
    move || {
        let output = Command::new(std::env::current_exe().unwrap())
            .args([role, &port.to_string()])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let numbers: Vec<u64> = text.split_whitespace().flat_map(str::parse).collect();
        let [micros, peak] = numbers[..] else {
            panic!("{role}: {text} {}", String::from_utf8_lossy(&output.stderr));
        };
        Cost {
            time: Duration::from_micros(micros),
            peak,
        }
    }
}

/// The command, reading the large body.
fn command_body(port: u16) -> Cost {
    // It tells what it took, and waits: its memory is looked at then.
    let script = format!(
        "const start = performance.now();
        const response = await fetch('http://127.0.0.1:{port}/large');
        const reader = response.body.getReader();
        let length = 0;
        for (;;) {{
            const {{ done, value }} = await reader.read();
            if (done) break;
            length += value.byteLength;
        }}
        console.log(Math.round((performance.now() - start) * 1000), length);
        await fetch('http://127.0.0.1:{port}/hold');"
    );
    let mut child = Command::new(command())
        .args(["--module", "-e", &script])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command, by `cargo build --release`");
    let mut line = String::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    let peak = peak(&child.id().to_string());
    child.kill().unwrap();
    child.wait().unwrap();
    let numbers: Vec<u64> = line.split_whitespace().flat_map(str::parse).collect();
    let [micros, length] = numbers[..] else {
        panic!("the command: {line}");
    };
    assert_eq!(length, LARGE as u64);
    Cost {
        time: Duration::from_micros(micros),
        peak,
    }
}

/// Where the command is: benchmarks stand one folder below it.
fn command() -> PathBuf {
    if let Some(path) = std::env::var_os("TAIPAN") {
        return path.into();
    }
    let here = std::env::current_exe().unwrap();
    here.ancestors().nth(2).unwrap().join("taipan")
}

/// The medians of both, run by turns.
fn interleave(mut ours: impl FnMut() -> Cost, mut theirs: impl FnMut() -> Cost) -> (Cost, Cost) {
    let mut costs = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        costs.0.push(ours());
        costs.1.push(theirs());
    }
    let middle = |costs: &[Cost]| Cost {
        time: median(&costs.iter().map(|cost| cost.time).collect::<Vec<_>>()),
        peak: median(&costs.iter().map(|cost| cost.peak).collect::<Vec<_>>()),
    };
    (middle(&costs.0), middle(&costs.1))
}

/// The most memory that a process had at any time, in KiB; 0 where nobody tells.
fn peak(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

fn client_named(role: &str) -> Option<fn(u16)> {
    Some(match role {
        "hyper-body" => hyper_body,
        "taipan-many" => taipan_many,
        "hyper-many" => hyper_many,
        _ => return None,
    })
}

fn taipan_many(port: u16) {
    let length = script(&format!(
        "(async () => {{
            const get = async () => (await (await fetch('http://127.0.0.1:{port}/small')).arrayBuffer()).byteLength;
            const lengths = await Promise.all(Array.from({{ length: {MANY} }}, get));
            return lengths.reduce((sum, length) => sum + length, 0);
        }})()"
    ));
    assert_eq!(length as usize, MANY * 1024);
}

fn script(source: &str) -> f64 {
    let mut runtime = Runtime::builder()
        .permissions(taipan::Permissions::all())
        .build()
        .unwrap();
    let promise = runtime.eval(source).unwrap();
    runtime.resolve(promise).unwrap().as_number().unwrap()
}

fn tokio() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

fn hyper_body(port: u16) {
    let length = tokio().block_on(async {
        let stream = tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .unwrap();
        tokio::spawn(connection);
        let request = Request::get("/large")
            .header("host", "127.0.0.1")
            .body(Empty::<Bytes>::new())
            .unwrap();
        let mut body = sender.send_request(request).await.unwrap().into_body();
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            length += frame.unwrap().data_ref().map_or(0, Bytes::len);
        }
        length
    });
    assert_eq!(length, LARGE);
}

fn hyper_many(port: u16) {
    let length: usize = tokio().block_on(async {
        let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
        let get = || async {
            let url = format!("http://127.0.0.1:{port}/small").parse().unwrap();
            let body = client.get(url).await.unwrap().into_body();
            body.collect().await.unwrap().to_bytes().len()
        };
        join_all((0..MANY).map(|_| get())).await.into_iter().sum()
    });
    assert_eq!(length, MANY * 1024);
}

/// Serves `/large` and `/small` to whoever asks, a thread for each connection. To `/hold` there is no
/// answer.
fn serve() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = thread::Builder::new()
                .stack_size(256 << 10)
                .spawn(move || answer(stream));
        }
    });
    port
}

fn answer(mut stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let piece = vec![7_u8; 64 << 10];
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let end = loop {
            if let Some(at) = request.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            match stream.read(&mut buffer) {
                Ok(length @ 1..) => request.extend_from_slice(&buffer[..length]),
                _ => return,
            }
        };
        let large = request.starts_with(b"GET /large");
        if request.starts_with(b"GET /hold") {
            // Until the client goes.
            let _ = stream.read(&mut buffer);
            return;
        }
        request.drain(..end);
        let mut left = if large { LARGE } else { 1024 };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {left}\r\n\r\n");
        let mut first = head.into_bytes();
        let with_head = left.min(piece.len());
        first.extend_from_slice(&piece[..with_head]);
        if stream.write_all(&first).is_err() {
            return;
        }
        left -= with_head;
        while left > 0 {
            let length = left.min(piece.len());
            if stream.write_all(&piece[..length]).is_err() {
                return;
            }
            left -= length;
        }
    }
}
