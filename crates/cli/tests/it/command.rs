//! The command itself: help, versions, completions, times, Ctrl-C.

use crate::support::{command, examples, files, serve, taipan};

#[test]
fn versions_are_told() {
    let short = taipan(&["-V"]).stdout;
    assert_eq!(short, format!("taipan {}\n", env!("CARGO_PKG_VERSION")));
    let long = taipan(&["--version"]).stdout;
    let lines: Vec<_> = long.lines().collect();
    assert_eq!(lines[0], short.trim_end());
    assert!(
        lines[1].starts_with("boa 0.") && lines[2].starts_with("wasmi 2."),
        "{long}"
    );
}

#[test]
fn help_has_examples_and_exit_codes() {
    let help = taipan(&["--help"]).stdout;
    for part in [
        "Examples:",
        "Exit codes:",
        "130",
        "NO_COLOR",
        "inspect",
        "completions",
    ] {
        assert!(help.contains(part), "{part}\n{help}");
    }
    assert!(
        taipan(&["help", "check"])
            .stdout
            .contains("without running")
    );
    let run = taipan(&["--wach", "a.js"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("--watch"), "{run:?}");
}

#[test]
fn shells_are_helped() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = taipan(&["completions", shell]);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(
            run.stdout.contains("base-url") && run.stdout.contains("inspect"),
            "{shell}"
        );
    }
    assert_eq!(taipan(&["completions", "nonsense"]).code, Some(2));
}

#[cfg(unix)]
#[test]
fn completions_are_right_for_bash() {
    let script = taipan(&["completions", "bash"]).stdout;
    let code = format!(
        "{script}\nCOMP_WORDS=(taipan insp); COMP_CWORD=1; _taipan taipan insp taipan; echo \"${{COMPREPLY[@]}}\""
    );
    match std::process::Command::new("bash")
        .args(["-c", &code])
        .output()
    {
        Ok(output) => assert_eq!(output.stdout, b"inspect\n", "{output:?}"),
        // A system without it has no use for the script.
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound),
    }
}

#[test]
fn times_of_phases_are_told() {
    let base = serve(examples());
    let script = format!("{base}instantiate-streaming.js");
    let run = taipan(&["--time", &script]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "42\n"),
        "{run:?}"
    );
    let row = |name: &str| {
        let line = run
            .stderr
            .lines()
            .find(|line| line.trim_start().starts_with(name));
        let line = line.unwrap_or_else(|| panic!("no {name} in {run:?}"));
        let words: Vec<&str> = line.split_whitespace().collect();
        let time: f64 = words[1].parse().expect("a number");
        (time, words[2..].join(" "))
    };
    let (start_up, run_time, total) = (row("start-up").0, row("run").0, row("total").0);
    assert!(
        start_up > 0.0 && (start_up + run_time - total).abs() < 0.1,
        "{run:?}"
    );
    let (fetching, note) = row("fetch");
    assert!(note.starts_with("ms 2 requests, "), "{run:?}");
    assert!(fetching > 0.0 && fetching <= run_time, "{run:?}");
    assert!(row("compile").1.starts_with("ms 1 module, "), "{run:?}");
    assert!(row("instantiate").1.starts_with("ms 1 instance"), "{run:?}");
    // What did not happen is not told.
    let run = taipan(&["--time", "-e", "1"]);
    assert!(
        !run.stderr.contains("fetch") && run.stderr.contains("total"),
        "{run:?}"
    );
    assert_eq!(taipan(&["-e", "1"]).stderr, "");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_whatever_runs() {
    use std::io::{BufRead as _, BufReader};

    for code in [
        "console.log('running'); setInterval(() => {}, 1000)",
        "console.log('running'); for (;;);",
        "console.log('running'); await fetch('data:,').then(() => new Promise(resolve => setTimeout(resolve, 1e6)))",
    ] {
        let mut child = command()
            .args(["-e", code])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        output.read_line(&mut line).expect("a line");
        assert_eq!(line, "running\n");
        let interrupt = std::process::Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(interrupt.expect("kill").success());
        let status = child.wait().expect("an end");
        assert_eq!(status.code(), Some(130), "{code}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing_of_watching() {
    use std::io::{BufRead as _, BufReader};

    let directory = files(&[("a.js", "console.log('running'); for (;;);")]);
    let scratch = tempfile::tempdir().expect("a directory");
    let mut child = command()
        .args(["--watch", "a.js"])
        .current_dir(directory.path())
        .env("TMPDIR", scratch.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut line = String::new();
    let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
    output.read_line(&mut line).expect("a line");
    let count = || {
        std::fs::read_dir(scratch.path())
            .expect("a directory")
            .count()
    };
    assert_eq!(count(), 1);
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.expect("kill").success());
    assert_eq!(child.wait().expect("an end").code(), Some(130));
    assert_eq!(count(), 0);
    // The program has ended, too: it holds the pipe no more.
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut output, &mut rest).expect("the end");
}

#[test]
fn the_name_and_the_content_say_what_a_file_is() {
    // What a package says of its files would make modules of the bundles for <script> in it.
    let directory = files(&[
        ("package.json", "{ \"type\": \"module\" }"),
        ("a.js", "console.log(this === undefined)"),
        ("a.cjs", "console.log(this === undefined)"),
        ("a.mjs", "console.log(this === undefined)"),
        ("b.js", "console.log(this === undefined); export {}"),
        ("c.js", "await null; console.log(this === undefined)"),
    ]);
    let run = |name: &str| {
        let output = command().arg(name).current_dir(directory.path()).output();
        String::from_utf8(output.expect("a run").stdout).expect("UTF-8")
    };
    assert_eq!(run("a.js"), "false\n");
    assert_eq!(run("a.cjs"), "false\n");
    assert_eq!(run("a.mjs"), "true\n");
    assert_eq!(run("b.js"), "true\n");
    assert_eq!(run("c.js"), "true\n");
}
