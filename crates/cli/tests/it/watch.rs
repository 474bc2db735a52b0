//! `--watch`.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read},
    path::Path,
    process::{Child, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use crate::support::{command, files};

/// No test waits longer for a line.
const PATIENCE: Duration = Duration::from_secs(30);

/// A command that watches.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(directory: &Path, arguments: &[&str]) -> Self {
        let mut child = command()
            .args(arguments)
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let (sender, lines) = channel();
        let streams: [Box<dyn Read + Send>; 2] = [
            Box::new(child.stdout.take().expect("a pipe")),
            Box::new(child.stderr.take().expect("a pipe")),
        ];
        for stream in streams {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        Self { child, lines }
    }

    /// Waits for a line with `part` in it.
    #[track_caller]
    fn expect(&self, part: &str) {
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(part) => return,
                Ok(line) => seen.push(line),
                Err(_) => panic!("no line with {part}: {seen:#?}"),
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn runs_again_when_any_file_has_changed() {
    let directory = files(&[
        (
            "a.mjs",
            "import { b } from './b.mjs'; console.log('run', b, (await (await fetch('c.txt')).text()).trim())",
        ),
        ("b.mjs", "export const b = 1"),
        ("c.txt", "one"),
    ]);
    let write = |name: &str, text: &str| {
        fs::write(directory.path().join(name), text).expect("a file");
    };
    let watching = Watching::start(directory.path(), &["--watch", "a.mjs"]);
    watching.expect("run 1 one");
    watching.expect("finished, waiting for a change of 3 files");
    write("b.mjs", "export const b = 22");
    watching.expect("b.mjs has changed");
    watching.expect("run 22 one");
    watching.expect("finished");
    write("c.txt", "three");
    watching.expect("run 22 three");
    watching.expect("finished");
    write("a.mjs", "throw new Error('broken')");
    watching.expect("Uncaught Error: broken");
    watching.expect("failed, waiting");
    write("a.mjs", "let let");
    watching.expect("Uncaught SyntaxError");
    watching.expect("failed, waiting");
    write("a.mjs", "console.log('endless'); for (;;);");
    watching.expect("endless");
    write("a.mjs", "console.log('whole again')");
    watching.expect("whole again");
    watching.expect("finished");
}

#[test]
fn waits_for_files_that_are_missing() {
    let directory = files(&[]);
    let watching = Watching::start(directory.path(), &["run", "--watch", "a.mjs", "argument"]);
    watching.expect("cannot read a.mjs");
    watching.expect("failed");
    let write = |name: &str, text: &str| {
        fs::write(directory.path().join(name), text).expect("a file");
    };
    write(
        "a.mjs",
        "import './b.mjs'; console.log(scriptArgs[0], '--watch')",
    );
    watching.expect("b.mjs");
    watching.expect("failed");
    write("b.mjs", "console.log('found')");
    watching.expect("found");
    watching.expect("argument --watch");
}

#[test]
fn standard_input_cannot_be_watched() {
    let output = command().args(["--watch", "-"]).output().expect("a run");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}
