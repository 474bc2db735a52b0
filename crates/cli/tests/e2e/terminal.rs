//! What is different where there is a terminal. The terminal is that of the system's `script`.

use std::io::{ErrorKind, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use taipan_testkit::server::{Gate, Pace, Reply};

use super::command::PATIENCE;
use super::serve;

/// A command at a terminal.
struct Terminal {
    child: Child,
    output: Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    /// Starts the command with `arguments`, which have no quotation marks in them; nothing if there
    /// is no terminal to be had on this system.
    fn start(arguments: &[&str]) -> Option<Self> {
        let mut line = format!("'{}'", env!("CARGO_BIN_EXE_taipan"));
        for argument in arguments {
            line.push_str(&format!(" '{argument}'"));
        }
        let child = Command::new("script")
            .args([
                "--quiet",
                "--return",
                "--flush",
                "--command",
                &line,
                "/dev/null",
            ])
            .env("TERM", "xterm")
            .env_remove("NO_COLOR")
            .env_remove("FORCE_COLOR")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            Err(error) => panic!("{error}"),
        };
        let mut stream = child.stdout.take().unwrap();
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = stream.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Some(Self {
            child,
            output,
            seen: String::new(),
        })
    }

    /// Waits until `part` was written.
    #[track_caller]
    fn expect(&mut self, part: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.seen.contains(part) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("no {part:?} in {:?}", self.seen),
            }
        }
    }

    /// Waits for the end and gives all that was written.
    #[track_caller]
    fn finish(mut self) -> (Option<i32>, String) {
        while let Ok(bytes) = self.output.recv_timeout(PATIENCE) {
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
        (self.child.wait().unwrap().code(), self.seen)
    }
}

#[test]
fn a_long_download_is_shown_and_leaves_nothing() {
    let gate = Gate::new();
    let server = serve(Reply::new(vec![0; 1_000_000]).pace(Pace::Gated(500_000, gate.clone())));
    let url = server.url("/some/module.wasm");
    let code = format!("fetch(`{url}`).then(r => r.bytes()).then(b => console.log(b.length))");
    let Some(mut terminal) = Terminal::start(&["-e", &code]) else {
        return;
    };
    terminal.expect("module.wasm [####");
    gate.open();
    let (exit, seen) = terminal.finish();
    assert_eq!(exit, Some(0));
    assert!(seen.contains("\r\u{1b}[K\u{1b}[33m1000000"), "{seen:?}");
}

#[test]
fn a_short_one_is_not() {
    let server = serve(Reply::new(vec![0; 1_000_000]));
    let url = server.url("/module.wasm");
    let code = format!("fetch(`{url}`).then(r => r.bytes()).then(b => console.log(b.length))");
    if let Some(terminal) = Terminal::start(&["-e", &code]) {
        let (_, seen) = terminal.finish();
        assert_eq!(seen.trim_end(), "\u{1b}[33m1000000\u{1b}[39m");
    }
}

#[test]
fn reports_have_colours() {
    if let Some(terminal) = Terminal::start(&["-e", "null.x"]) {
        let (exit, seen) = terminal.finish();
        assert_eq!(exit, Some(1));
        assert!(
            seen.contains("Uncaught \u{1b}[1;31mTypeError\u{1b}[0m: "),
            "{seen:?}"
        );
        assert!(seen.contains("\u{1b}[1;31m^\u{1b}[0m"), "{seen:?}");
    }
}
