//! What can be run, and how.

use crate::support::{command, files, serve, taipan, taipan_with_input};

#[test]
fn runs_a_file() {
    let directory = files(&[("a.js", "console.log('a', 1, { x: 1 })")]);
    let path = directory.path().join("a.js");
    let run = taipan(&[path.to_str().expect("UTF-8")]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "a 1 { x: 1 }\n"),
        "{run:?}"
    );
}

#[test]
fn runs_a_file_named_relatively_and_by_url() {
    let directory = files(&[("a.mjs", "import './b.js'"), ("b.js", "console.log('b')")]);
    let output = command()
        .arg("a.mjs")
        .current_dir(directory.path())
        .output();
    assert_eq!(output.expect("a run").stdout, b"b\n");
    let url = format!("file://{}/a.mjs", directory.path().display());
    assert_eq!(taipan(&[&url]).stdout, "b\n");
    assert_eq!(
        taipan(&["data:text/javascript,console.log(1)"]).stdout,
        "1\n"
    );
}

#[test]
fn runs_code_and_standard_input() {
    assert_eq!(taipan(&["-e", "console.log(1 + 1)"]).stdout, "2\n");
    assert_eq!(
        taipan(&["--eval", "await 1; console.log('module')"]).stdout,
        "module\n"
    );
    assert_eq!(
        taipan_with_input(&["-"], "console.log('stdin')").stdout,
        "stdin\n"
    );
}

#[cfg(unix)]
#[test]
fn runs_what_a_pipe_gives() {
    let run = taipan_with_input(&["/dev/stdin"], "console.log('pipe')");
    assert_eq!(run.stdout, "pipe\n", "{run:?}");
}

#[test]
fn code_imports_from_the_current_directory() {
    let directory = files(&[("b.js", "console.log('b')")]);
    let output = command()
        .args(["-e", "import './b.js'"])
        .current_dir(directory.path())
        .output();
    assert_eq!(output.expect("a run").stdout, b"b\n");
}

#[test]
fn the_kind_can_be_chosen() {
    let code = "console.log(this === undefined)";
    assert_eq!(taipan(&["-e", code]).stdout, "false\n");
    assert_eq!(taipan(&["--script", "-e", code]).stdout, "false\n");
    assert_eq!(taipan(&["--module", "-e", code]).stdout, "true\n");
}

#[test]
fn without_a_program_standard_input_is_run() {
    for arguments in [&[][..], &["run"], &["run", "-"]] {
        let run = taipan_with_input(arguments, "console.log('stdin')");
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (Some(0), "stdin\n"),
            "{arguments:?} {run:?}"
        );
    }
}

#[test]
fn what_stands_behind_the_program_is_handed_to_it() {
    let directory = files(&[("a.mjs", "console.log(JSON.stringify(scriptArgs))")]);
    let path = directory.path().join("a.mjs");
    let path = path.to_str().expect("UTF-8");
    for (arguments, expected) in [
        (&[path][..], "[]\n"),
        (
            &[path, "x", "--eval", "run", "--", "-"],
            "[\"x\",\"--eval\",\"run\",\"--\",\"-\"]\n",
        ),
        (&["run", path, "--help"], "[\"--help\"]\n"),
        (
            &[
                "-e",
                "console.log(JSON.stringify(scriptArgs))",
                "repl",
                "-1",
            ],
            "[\"repl\",\"-1\"]\n",
        ),
    ] {
        let run = taipan(arguments);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (Some(0), expected),
            "{arguments:?} {run:?}"
        );
    }
}

#[test]
fn a_file_may_have_the_name_of_a_command() {
    let directory = files(&[("run", "console.log('a file')")]);
    let output = command()
        .arg("./run")
        .current_dir(directory.path())
        .output();
    assert_eq!(output.expect("a run").stdout, b"a file\n");
}

#[test]
fn wrong_arguments_are_refused() {
    for arguments in [
        &["--nonsense"][..],
        &["run", "--nonsense", "a.js"],
        &["--module", "--script", "a.js"],
        &["--base-url", "not a url", "a.js"],
    ] {
        let run = taipan(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?} {run:?}");
        assert!(
            run.stderr.contains("error:") || run.stderr.contains("Usage:"),
            "{run:?}"
        );
    }
    assert_eq!(taipan(&["--help"]).code, Some(0));
    assert!(taipan(&["--version"]).stdout.starts_with("taipan "));
}

#[test]
fn help_says_what_the_command_does() {
    for option in ["-h", "--help"] {
        let help = taipan(&[option]).stdout;
        assert!(help.starts_with("Runs a JavaScript program"), "{help}");
        for option in ["--eval", "--base-url", "--module", "--script"] {
            assert!(help.contains(option), "{help}");
        }
    }
}

#[test]
fn code_with_a_base_url_imports_from_there() {
    let directory = files(&[("b.js", "console.log('b', import.meta.url)")]);
    let base = serve(directory.path().to_owned());
    let code = "import './b.js'";
    let expected = format!("b {base}b.js\n");
    let run = taipan(&["--base-url", &base, "-e", code]);
    assert_eq!(run.stdout, expected, "{run:?}");
    let run = taipan_with_input(&["--base-url", &base, "-"], code);
    assert_eq!(run.stdout, expected, "{run:?}");
}
