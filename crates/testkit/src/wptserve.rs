//! The server of a web-platform-tests checkout, as a child process.
//!
//! Those tests talk to handlers written in Python that come with them. They are run by what
//! they were written for, on free ports of the loopback interface.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// What the child runs.
const LAUNCHER: &str = include_str!("wptserve.py");

/// How long it may take to answer a request of ours.
const PATIENCE: Duration = Duration::from_secs(20);

/// The running server. It ends when this is dropped, and with this process at the latest:
/// it listens for the end of its standard input.
#[derive(Debug)]
pub struct WptServe {
    child: Child,
    stdin: Option<ChildStdin>,
    port: u16,
    h2_port: Option<u16>,
    authority: String,
    ports: Vec<u64>,
}

impl WptServe {
    /// Starts the server of `checkout` and waits until it answers.
    pub fn start(checkout: &Path) -> io::Result<Self> {
        let mut child = Command::new("python3")
            .arg("-c")
            .arg(LAUNCHER)
            .arg(checkout)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // It is silent once it has started.
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(|error| io::Error::new(error.kind(), format!("python3: {error}")))?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take();
        let mut this = Self {
            child,
            stdin,
            port: 0,
            h2_port: None,
            authority: String::new(),
            ports: Vec::new(),
        };
        let mut line = String::new();
        if let Some(stdout) = stdout {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let told: Value = serde_json::from_str(&line).unwrap_or_default();
        let port = |scheme: &str| u16::try_from(told.get(scheme)?.get(0)?.as_u64()?).ok();
        this.port = port("http").ok_or_else(|| {
            io::Error::other(format!(
                "the server of {} did not start",
                checkout.display()
            ))
        })?;
        this.h2_port = port("h2");
        this.ports = told
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, ports)| ports.as_array())
            .flatten()
            .filter_map(Value::as_u64)
            .collect();
        this.authority = told
            .get("authority")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        Ok(this)
    }

    /// The scheme and authority of its URLs.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The same for files that want HTTP/2, which is spoken over TLS alone.
    #[must_use]
    pub fn h2_origin(&self) -> Option<String> {
        Some(format!("https://localhost:{}", self.h2_port?))
    }

    /// `text` without the numbers of its ports, which are others each time.
    #[must_use]
    pub fn without_ports(&self, text: &str) -> String {
        self.ports.iter().fold(text.to_owned(), |text, port| {
            text.replace(&format!(":{port}"), "")
        })
    }

    /// The certificate of the authority that its servers' certificates are signed by: DER, as
    /// hexadecimal digits.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The text at `path`, with whatever the server puts into it.
    pub fn text(&self, path: &str) -> io::Result<String> {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port))?;
        connection.set_read_timeout(Some(PATIENCE))?;
        write!(
            connection,
            "GET {path} HTTP/1.0\r\nHost: localhost:{}\r\n\r\n",
            self.port
        )?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        let (head, body) = answer
            .split_once("\r\n\r\n")
            .ok_or_else(|| io::Error::other(format!("{path}: no answer")))?;
        if head.split(' ').nth(1) != Some("200") {
            let line = head.lines().next().unwrap_or_default();
            return Err(io::Error::other(format!("{path}: {line}")));
        }
        Ok(body.to_owned())
    }
}

impl Drop for WptServe {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It tidies up and ends by itself, but nobody is to wait for it long.
        let deadline = Instant::now() + Duration::from_secs(2);
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
