//! A loopback HTTP server of which a test controls every byte.

#![allow(dead_code, reason = "every test binary uses a part of it")]
#![allow(unreachable_pub, reason = "it is a module of several test binaries")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What a client sent.
#[derive(Debug)]
pub struct Received {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    /// The value of a header field, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The server's end of a connection.
pub struct Connection {
    stream: TcpStream,
    /// The number of connections accepted before this one.
    pub index: usize,
}

impl Connection {
    /// Reads a request; `None` when the client closes the connection instead.
    pub async fn request(&mut self) -> Option<Received> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.trim_end().split("\r\n");
        let mut first = lines.next().unwrap().split(' ');
        let mut received = Received {
            method: first.next().unwrap().to_owned(),
            target: first.next().unwrap().to_owned(),
            headers: lines
                .map(|line| line.split_once(": ").unwrap())
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            body: Vec::new(),
        };
        if received.header("transfer-encoding") == Some("chunked") {
            while let Some(chunk) = self.chunk().await? {
                received.body.extend(chunk);
            }
            return Some(received);
        }
        let length = received
            .header("content-length")
            .map_or(0, |length| length.parse().unwrap());
        received.body.resize(length, 0);
        self.stream.read_exact(&mut received.body).await.ok()?;
        Some(received)
    }

    /// Reads up to and with the end of the line.
    pub async fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(self.stream.read_u8().await.ok()?);
        }
        line.truncate(line.len() - 2);
        String::from_utf8(line).ok()
    }

    /// Reads one chunk of a body; `None` within is the last.
    pub async fn chunk(&mut self) -> Option<Option<Vec<u8>>> {
        let size = usize::from_str_radix(&self.line().await?, 16).unwrap();
        let mut chunk = vec![0; size];
        self.stream.read_exact(&mut chunk).await.ok()?;
        self.line().await?;
        Some((size > 0).then_some(chunk))
    }

    /// Reads the header of a request, and not its body.
    pub async fn head(&mut self) -> Option<String> {
        let mut head = String::new();
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                return Some(head);
            }
            head.push_str(&line);
            head.push('\n');
        }
    }

    /// Hands what arrives to the other connection, and the other way round.
    pub async fn tunnel_to(&mut self, port: u16) {
        let mut other = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut self.stream, &mut other).await;
    }

    /// Writes bytes as they are. A client that has gone is the test's business.
    pub async fn write(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Writes a whole response with a `Content-Length`.
    pub async fn respond(&mut self, head: &str, body: impl AsRef<[u8]>) {
        let body = body.as_ref();
        let length = body.len();
        self.write(format!(
            "HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n"
        ))
        .await;
        self.write(body).await;
    }

    /// Waits until the client closes or resets the connection.
    pub async fn closed(&mut self) {
        let mut rest = [0; 1024];
        while matches!(self.stream.read(&mut rest).await, Ok(read) if read > 0) {}
    }

    /// Makes dropping the connection a reset instead of an orderly close.
    pub fn reset_on_drop(&self) {
        self.stream.set_zero_linger().unwrap();
    }
}

/// A server that runs until it is dropped.
pub struct Server {
    pub port: u16,
    connections: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Serves every connection with `handler`.
    pub async fn new<F>(handler: impl Fn(Connection) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let index = count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(handler(Connection { stream, index }));
            }
        });
        Self {
            port,
            connections,
            task,
        }
    }

    /// Answers every request on every connection with what `answer` makes of it: the bytes of a whole
    /// response.
    pub async fn answering(answer: impl Fn(&Received) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let answer = Arc::new(answer);
        Self::new(move |mut connection| {
            let answer = Arc::clone(&answer);
            async move {
                while let Some(request) = connection.request().await {
                    connection.write(answer(&request)).await;
                }
            }
        })
        .await
    }

    /// Answers the first request of every connection with these bytes and closes it.
    pub async fn once(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::new(move |mut connection| {
            let bytes = bytes.clone();
            async move {
                connection.request().await;
                connection.write(bytes).await;
            }
        })
        .await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The bytes of a response with a `Content-Length`.
pub fn response(head: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let mut bytes = format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// Fails instead of hanging. The limit is far beyond what anything here takes.
pub async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future)
        .await
        .expect("it hangs")
}
