//! Running the command.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use taipan_testkit::server::Server;

/// No test waits longer than this: what does not end by then hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What a finished command left.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) status: ExitStatus,
}

impl Finished {
    /// The output of a command that must have succeeded.
    #[track_caller]
    pub(crate) fn success(self) -> String {
        assert!(self.status.success(), "{self:#?}");
        self.out
    }
}

/// A command that runs.
pub(crate) struct Running {
    child: Child,
    out: thread::JoinHandle<String>,
    err: thread::JoinHandle<String>,
}

impl Running {
    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn finish(mut self) -> Finished {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > deadline {
                self.child.kill().unwrap();
                self.child.wait().unwrap();
                panic!(
                    "the command hangs; it wrote:\n{}\n{}",
                    self.out.join().unwrap(),
                    self.err.join().unwrap()
                );
            }
            thread::sleep(Duration::from_millis(5));
        };
        Finished {
            out: self.out.join().unwrap(),
            err: self.err.join().unwrap(),
            status,
        }
    }
}

/// Starts the command with `arguments`.
pub(crate) fn start(arguments: &[&str]) -> Running {
    let mut child = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let out = read(child.stdout.take().unwrap());
    let err = read(child.stderr.take().unwrap());
    Running { child, out, err }
}

fn read(mut stream: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    })
}

/// Runs the command with `arguments`.
#[track_caller]
pub(crate) fn run(arguments: &[&str]) -> Finished {
    start(arguments).finish()
}

/// Starts `code` as if it had come from `server`.
pub(crate) fn start_on(server: &Server, code: &str) -> Running {
    start(&["--base-url", &server.url("/"), "--eval", code])
}

/// Runs `code` as if it had come from `server`.
#[track_caller]
pub(crate) fn run_on(server: &Server, code: &str) -> Finished {
    start_on(server, code).finish()
}
