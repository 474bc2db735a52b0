//! Running the command.

use std::env;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
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
    let mut child = Command::new(binary())
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

/// The command, built in the profile of this test.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        // target/PROFILE/deps/THIS
        let this = env::current_exe().unwrap();
        let profile_directory = this.parent().and_then(Path::parent).unwrap();
        let profile = match profile_directory.file_name().and_then(|name| name.to_str()) {
            Some("debug") | None => "dev",
            Some(name) => name,
        };
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(["build", "--quiet", "--package", "taipan-cli"])
            .args(["--profile", profile, "--manifest-path"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/Cargo.toml"))
            .arg("--target-dir")
            .arg(profile_directory.parent().unwrap())
            .status()
            .unwrap();
        assert!(status.success(), "taipan-cli does not build");
        profile_directory.join(format!("taipan{}", env::consts::EXE_SUFFIX))
    })
}
