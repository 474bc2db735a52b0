//! The prompt, driven by a pipe.

use crate::support::{Run, command, files, serve, taipan, taipan_with_input};

fn repl(input: &str) -> Run {
    taipan_with_input(&["repl"], input)
}

/// What the prompt says to an input that must not go wrong.
#[track_caller]
fn said(input: &str) -> String {
    let run = repl(input);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    run.stdout
}

#[test]
fn shows_the_values_of_lines() {
    assert_eq!(said("1 + 1\n'a'\n({ b: [1] })\n"), "2\n'a'\n{ b: [ 1 ] }\n");
    assert_eq!(said("\n\nundefined\n"), "undefined\n");
    assert_eq!(said("{ a: 1 }\n"), "{ a: 1 }\n");
    // The last line has no end.
    assert_eq!(said("6 * 7"), "42\n");
}

#[test]
fn what_one_line_declares_the_next_ones_use() {
    assert_eq!(
        said("let x = 1\nconst f = () => x\nlet x = 2\nf()\nclass A { v = x }\nnew A().v\n"),
        "undefined\nundefined\nundefined\n2\nundefined\n2\n"
    );
    // A function may be declared before what it uses.
    assert_eq!(
        said("function g() { return later }\nlet later = 5\ng()\n"),
        "undefined\nundefined\n5\n"
    );
    // What is declared hides what the global object has.
    assert_eq!(
        said("let crypto = 1\ncrypto\nconst performance = await 2\nperformance\n"),
        "undefined\n1\nundefined\n2\n"
    );
}

#[test]
fn an_input_may_have_many_lines() {
    assert_eq!(
        said("function f(a) {\n  return `\n${a}`\n}\nf(1)\n"),
        "undefined\n'\\n1'\n"
    );
    let run = repl("function f( {\n");
    assert!(
        run.stderr.contains("Uncaught SyntaxError: unexpected end"),
        "{run:?}"
    );
    assert_eq!(said("foo(1,\n.clear\n3\n"), "3\n");
}

#[test]
fn awaits() {
    assert_eq!(
        said("await new Promise(resolve => setTimeout(resolve, 5, 'done'))\n"),
        "'done'\n"
    );
    assert_eq!(
        said("const x = await 7, { y } = { y: 8 }\nx + y\n"),
        "undefined\n15\n"
    );
    assert_eq!(
        said("for (var i = 0; i < 3; i++) await i\ni\n"),
        "undefined\n3\n"
    );
    let run = repl("await new Promise(() => {})\n1\n");
    assert!(run.stderr.contains("never settles"), "{run:?}");
    assert_eq!(run.stdout, "1\n");
}

#[test]
fn imports() {
    let directory = files(&[
        ("a.mjs", "export default 1; export const b = 2;"),
        ("c.json", "{ \"d\": 3 }"),
    ]);
    let mut child = command();
    let output = child
        .args(["repl", "-e", "import a, { b } from './a.mjs'; [a, b]"])
        .current_dir(directory.path())
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the binary runs");
    let run = Run::from(output);
    assert_eq!(run.stdout, "[ 1, 2 ]\n", "{run:?}");
    let base = serve(directory.path().to_owned());
    let run = taipan_with_input(
        &["repl", "--base-url", &base],
        "import * as all from './a.mjs'\nall.b\nawait (await fetch('c.json')).json()\n",
    );
    assert_eq!(run.stdout, "undefined\n2\n{ d: 3 }\n", "{run:?}");
}

#[test]
fn remembers_the_last_value_and_the_last_exception() {
    let run = repl("40 + 2\n_ + 1\nthrow new TypeError('no')\n_error.message\n_ = 1\n5\n_\n");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(
        run.stdout, "42\n43\n'no'\n1\n(_ is the program's own from now on)\n5\n1\n",
        "{run:?}"
    );
    assert!(
        run.stderr.starts_with("Uncaught TypeError: no\n"),
        "{run:?}"
    );
    assert_eq!(repl("await Promise.reject(3)\n_error\n").stdout, "3\n");
}

#[test]
fn exceptions_show_the_line_and_no_more_than_the_own_frames() {
    let run = repl("function f() { null.x }\nf()\n");
    let lines: Vec<_> = run.stderr.lines().collect();
    assert!(lines[0].starts_with("Uncaught TypeError: "), "{run:?}");
    assert_eq!(lines[1], "function f() { null.x }", "{run:?}");
    assert!(
        lines[3].contains("at f (file://") && lines[3].contains("repl-1.js:1:"),
        "{run:?}"
    );
    assert!(lines[4].contains("repl-2.js:1:"), "{run:?}");
    assert_eq!(lines.len(), 5, "{run:?}");
    let run = repl("let let = 1\n");
    assert!(run.stderr.contains("\nlet let = 1\n    ^\n"), "{run:?}");
}

#[test]
fn timers_fire_while_nothing_is_typed_and_until_the_end() {
    assert_eq!(
        said("setTimeout(() => console.log('later'), 20); 0\n1\n"),
        "0\n1\nlater\n"
    );
    // While the prompt waits for the next line.
    use std::io::{BufRead as _, BufReader, Write as _};
    let mut child = command()
        .arg("repl")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the binary runs");
    let mut input = child.stdin.take().expect("a pipe");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut next = || lines.next().expect("a line").expect("UTF-8");
    writeln!(input, "setTimeout(() => console.log('fired'), 10); 0").expect("it reads");
    assert_eq!(next(), "0");
    assert_eq!(next(), "fired");
    // An error in a callback is reported and not the end.
    writeln!(input, "setTimeout(() => {{ throw 1 }}); 2").expect("it reads");
    assert_eq!(next(), "2");
    writeln!(input, ".exit").expect("it reads");
    assert!(child.wait().expect("an end").success());
}

#[test]
fn commands_of_the_prompt() {
    let help = said(".help\n");
    for command in [".clear", ".exit", ".load"] {
        assert!(help.contains(command), "{help}");
    }
    let directory = files(&[("a.js", "const loaded = 1;\nconsole.log('loading');\n")]);
    let path = directory.path().join("a.js");
    assert_eq!(
        said(&format!(".load {}\nloaded\n", path.display())),
        "loading\nundefined\n1\n"
    );
    assert!(said(".load /nowhere.js\n").starts_with("cannot read /nowhere.js"));
    assert!(said(".nonsense\n").starts_with("there is no command .nonsense"));
    assert_eq!(said(".5 + .5\n"), "1\n");
    assert_eq!(said("1\n.exit\n2\n"), "1\n");
}

#[test]
fn prints_the_value_of_code() {
    for (code, expected) in [
        ("1 + 1", "2\n"),
        ("'text'", "text\n"),
        ("await Promise.resolve([1])", "[ 1 ]\n"),
        ("({ a: { b: {} } })", "{ a: { b: {} } }\n"),
        ("const x = 1; x", "1\n"),
        ("setTimeout(() => console.log('later')); 0", "0\nlater\n"),
        ("scriptArgs.length", "0\n"),
    ] {
        let run = taipan(&["-p", code]);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (Some(0), expected),
            "{code}: {run:?}"
        );
    }
    let run = taipan(&["--print", "null.x"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("\nnull.x\n") && run.stderr.contains("eval.js:1:"),
        "{run:?}"
    );
    let run = taipan(&["-p", "let let"]);
    assert!(run.stderr.starts_with("Uncaught SyntaxError"), "{run:?}");
    let directory = files(&[("a.txt", "beside")]);
    let base = serve(directory.path().to_owned());
    let run = taipan(&[
        "--base-url",
        &base,
        "-p",
        "await (await fetch('a.txt')).text()",
    ]);
    assert_eq!(run.stdout, "beside\n", "{run:?}");
}

#[test]
fn a_limit_stops_an_input_and_not_the_prompt() {
    let input = "var x = 1\nfor (;;) x++\nx > 1\nsetTimeout(() => { for (;;) x++ })\nawait 5\n";
    let run = taipan_with_input(&["repl", "--max-loop-iterations=1000"], input);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout
            .starts_with("undefined\n(stopped; what was pending is gone)\ntrue\n"),
        "{run:?}"
    );
    assert!(run.stdout.ends_with("5\n"), "{run:?}");
    assert!(
        run.stderr.contains("more often than the 1000 times"),
        "{run:?}"
    );
}
