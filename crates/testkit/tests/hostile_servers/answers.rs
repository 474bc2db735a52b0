//! A server that answers as the path says.

use std::{
    io::{self, BufRead as _, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::OnceLock,
    thread,
    time::Duration,
};

use taipan_testkit::server::Encoding;

/// A small response, whole.
pub(crate) const WHOLE: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\ncontent-length: 4\r\n\r\n1+1;";

/// What the codings are bombs of: this many zeros.
const ZEROS: usize = 32 << 20;

/// A way to answer, none of which is a response.
pub(crate) struct Answer {
    pub(crate) path: &'static str,
    /// Whether the client has to run out of patience.
    pub(crate) is_slow: bool,
    send: fn(&mut TcpStream) -> io::Result<()>,
}

const fn at_once(path: &'static str, send: fn(&mut TcpStream) -> io::Result<()>) -> Answer {
    Answer {
        path,
        is_slow: false,
        send,
    }
}

const fn slow(path: &'static str, send: fn(&mut TcpStream) -> io::Result<()>) -> Answer {
    Answer {
        path,
        is_slow: true,
        send,
    }
}

fn begin(stream: &mut TcpStream, headers: &str) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\n{headers}\r\n"
    )
}

fn chunked(stream: &mut TcpStream, body: &str) -> io::Result<()> {
    begin(stream, "transfer-encoding: chunked\r\n")?;
    stream.write_all(body.as_bytes())
}

fn redirect(stream: &mut TcpStream, location: &str) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n"
    )
}

/// The same bytes until the client has had enough.
fn for_ever(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    let many = bytes.repeat((16 << 10) / bytes.len() + 1);
    loop {
        stream.write_all(&many)?;
    }
}

fn drip(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    loop {
        stream.write_all(bytes)?;
        thread::sleep(Duration::from_millis(20));
    }
}

fn hang() -> io::Result<()> {
    thread::sleep(Duration::from_secs(5));
    Ok(())
}

pub(crate) const ANSWERS: &[Answer] = &[
    at_once("truncated", |stream| {
        begin(stream, "content-length: 100\r\n")?;
        stream.write_all(b"1+1;")
    }),
    at_once("truncated-chunk", |stream| chunked(stream, "ff\r\n1+1;")),
    at_once("no-last-chunk", |stream| chunked(stream, "4\r\n1+1;\r\n")),
    at_once("bad-chunk-size", |stream| {
        chunked(stream, "four\r\n1+1;\r\n0\r\n\r\n")
    }),
    at_once("negative-chunk-size", |stream| {
        chunked(stream, "-4\r\n1+1;\r\n0\r\n\r\n")
    }),
    at_once("huge-chunk-size", |stream| {
        chunked(stream, "fffffffffffffffffffff\r\n1+1;\r\n0\r\n\r\n")
    }),
    at_once("largest-chunk-size", |stream| {
        chunked(stream, "ffffffffffffffff\r\n1+1;")
    }),
    at_once("chunk-without-an-end", |stream| {
        chunked(stream, "4\r\n1+1;and more\r\n0\r\n\r\n")
    }),
    at_once("chunk-extension-without-an-end", |stream| {
        chunked(stream, "4;")?;
        for_ever(stream, b"extension;")
    }),
    at_once("trailers-without-an-end", |stream| {
        chunked(stream, "4\r\n1+1;\r\n0\r\n")?;
        for_ever(stream, b"trailer: more\r\n")
    }),
    at_once("endless", |stream| {
        begin(stream, "")?;
        for_ever(stream, b"1+1;\n")
    }),
    at_once("endless-chunks", |stream| {
        chunked(stream, "")?;
        for_ever(stream, b"1\r\n;\r\n")
    }),
    at_once("a-terabyte", |stream| {
        begin(stream, "content-length: 1099511627776\r\n")?;
        for_ever(stream, b"1+1;\n")
    }),
    at_once("two-lengths", |stream| {
        begin(stream, "content-length: 4\r\ncontent-length: 5\r\n")?;
        stream.write_all(b"1+1;")
    }),
    at_once("a-negative-length", |stream| {
        begin(stream, "content-length: -4\r\n")?;
        stream.write_all(b"1+1;")
    }),
    at_once("a-length-too-large", |stream| {
        begin(stream, "content-length: 99999999999999999999999\r\n")?;
        stream.write_all(b"1+1;")
    }),
    at_once("a-length-that-is-none", |stream| {
        begin(stream, "content-length: four\r\n")?;
        stream.write_all(b"1+1;")
    }),
    at_once("many-headers", |stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
        for_ever(stream, b"header: value\r\n")
    }),
    at_once("a-long-header", |stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nheader: ")?;
        for_ever(stream, b"value")
    }),
    at_once("a-long-name", |stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
        for_ever(stream, b"name")
    }),
    at_once("a-long-reason", |stream| {
        stream.write_all(b"HTTP/1.1 200 ")?;
        for_ever(stream, b"fine ")
    }),
    at_once("a-bad-header", |stream| {
        begin(stream, "no colon\r\ncontent-length: 0\r\n")
    }),
    at_once("a-null-in-a-header", |stream| {
        begin(stream, "a: b\0c\r\ncontent-length: 0\r\n")
    }),
    at_once("continue-storm", |stream| {
        for_ever(stream, b"HTTP/1.1 100 Continue\r\n\r\n")
    }),
    at_once("hints-storm", |stream| {
        for_ever(stream, b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n")
    }),
    at_once("protocols-nobody-asked-for", |stream| {
        stream.write_all(
            b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        )
    }),
    at_once("not-http", |stream| {
        stream.write_all(b"SSH-2.0-OpenSSH_9.0\r\n")
    }),
    at_once("zeros", |stream| for_ever(stream, &[0])),
    at_once("line-ends", |stream| for_ever(stream, b"\r\n")),
    at_once("http-9", |stream| {
        stream.write_all(b"HTTP/9.9 200 OK\r\n\r\n")
    }),
    at_once("a-status-of-four-digits", |stream| {
        stream.write_all(b"HTTP/1.1 2000 OK\r\n\r\n")
    }),
    at_once("a-status-that-is-none", |stream| {
        stream.write_all(b"HTTP/1.1 abc OK\r\n\r\n")
    }),
    at_once("nothing", |_| Ok(())),
    at_once("redirect-loop", |stream| redirect(stream, "redirect-loop")),
    at_once("redirect-to-a-file", |stream| {
        redirect(stream, "file:///etc/hostname")
    }),
    at_once("redirect-to-data", |stream| {
        redirect(stream, "data:text/javascript,1")
    }),
    at_once("redirect-to-a-blob", |stream| {
        redirect(stream, "blob:null/1")
    }),
    at_once("redirect-to-javascript", |stream| {
        redirect(stream, "javascript:1")
    }),
    at_once("redirect-to-a-socket", |stream| {
        redirect(stream, "ws://127.0.0.1:1/")
    }),
    at_once("redirect-to-about", |stream| {
        redirect(stream, "about:blank")
    }),
    at_once("redirect-to-nowhere", |stream| redirect(stream, "http://")),
    at_once("redirect-to-a-closed-port", |stream| {
        redirect(stream, "http://127.0.0.1:1/")
    }),
    at_once("redirect-with-a-password", |stream| {
        redirect(stream, "http://a:b@127.0.0.1:1/")
    }),
    at_once("redirect-to-a-long-url", |stream| {
        redirect(stream, &format!("/{}", "x".repeat(1 << 20)))
    }),
    at_once("broken-gzip", |stream| {
        begin(stream, "content-encoding: gzip\r\ncontent-length: 4\r\n")?;
        stream.write_all(b"1+1;")
    }),
    at_once("broken-br", |stream| {
        begin(stream, "content-encoding: br\r\ncontent-length: 4\r\n")?;
        stream.write_all(b"\xff\xff\xff\xff")
    }),
    at_once("broken-zstd", |stream| {
        begin(stream, "content-encoding: zstd\r\ncontent-length: 4\r\n")?;
        stream.write_all(b"1+1;")
    }),
    at_once("a-hundred-codings", |stream| {
        let codings = "gzip, ".repeat(100);
        begin(
            stream,
            &format!("content-encoding: {codings}gzip\r\ncontent-length: 4\r\n"),
        )?;
        stream.write_all(b"1+1;")
    }),
    slow("stalled", |stream| {
        begin(stream, "content-length: 100\r\n")?;
        stream.write_all(b"1+1;")?;
        hang()
    }),
    slow("silent", |_| hang()),
    slow("half-a-header", |stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nhead")?;
        hang()
    }),
    slow("a-dripping-body", |stream| {
        begin(stream, "")?;
        drip(stream, b"\n")
    }),
    slow("dripping-chunks", |stream| {
        chunked(stream, "")?;
        drip(stream, b"1\r\n\n\r\n")
    }),
    slow("a-dripping-header", |stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nheader: ")?;
        drip(stream, b"x")
    }),
    slow("dripping-hints", |stream| {
        drip(stream, b"HTTP/1.1 103 Early Hints\r\n\r\n")
    }),
];

/// The server, for as long as the process lives.
pub(crate) struct Server {
    origin: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away is what is to be expected.
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
    let Some(request) = lines.next().transpose()? else {
        return Ok(());
    };
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = request.split([' ', '?']).nth(1).unwrap_or("/");
    let path = path.trim_start_matches('/');
    if let Some(answer) = ANSWERS.iter().find(|answer| answer.path == path) {
        return (answer.send)(&mut stream);
    }
    match path.split_once('/') {
        Some((how @ ("cut" | "reset"), at)) => {
            let at = at.parse::<usize>().unwrap_or(0).min(WHOLE.len());
            stream.write_all(&WHOLE[..at])?;
            if how == "reset" {
                reset(stream);
            }
            Ok(())
        }
        Some(("bomb", coding)) => {
            let body = bomb(coding);
            let length = body.len();
            begin(
                &mut stream,
                &format!("content-encoding: {coding}\r\ncontent-length: {length}\r\n"),
            )?;
            stream.write_all(body)
        }
        _ => stream.write_all(WHOLE),
    }
}

/// Closes a connection by a reset.
fn reset(stream: TcpStream) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let _ = stream.set_nonblocking(true);
    if let Ok(runtime) = runtime {
        runtime.block_on(async {
            if let Ok(stream) = tokio::net::TcpStream::from_std(stream) {
                let _ = stream.set_zero_linger();
            }
        });
    }
}

/// Many zeros, compressed: ahead of time, since that takes longer than a client waits.
pub(crate) fn bomb(coding: &str) -> &'static [u8] {
    static BOMBS: OnceLock<Vec<(&'static str, Vec<u8>)>> = OnceLock::new();
    let bombs = BOMBS.get_or_init(|| {
        let zeros = vec![0; ZEROS];
        [
            Encoding::Gzip,
            Encoding::Deflate,
            Encoding::Brotli,
            Encoding::Zstd,
        ]
        .map(|encoding| (encoding.token(), encoding.encode(&zeros).unwrap()))
        .into()
    });
    let found = bombs.iter().find(|(token, _)| *token == coding);
    found.map_or(&[], |(_, bytes)| bytes)
}
