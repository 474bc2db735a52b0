//! What programs may do, and the flags that say so.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
};

use crate::support::{Run, command, files, serve, taipan};

/// A folder with a program and files in and beside its folder.
struct Tree(tempfile::TempDir);

impl Tree {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        for (name, text) in [
            (
                "own/main.mjs",
                "import './lib/a.mjs'; console.log(await (await fetch('lib/data.txt')).text())",
            ),
            (
                "own/out.js",
                "fetch('../other/data.txt').then(r => r.text()).then(console.log)",
            ),
            ("own/import.mjs", "import '../other/b.mjs'"),
            ("own/lib/a.mjs", "console.log('a')"),
            ("own/lib/data.txt", "own data"),
            ("other/b.mjs", "console.log('b')"),
            ("other/data.txt", "other data"),
        ] {
            let path = directory.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        Self(directory)
    }

    fn path(&self, name: &str) -> PathBuf {
        let root = self.0.path().canonicalize().expect("a path");
        root.join(name)
    }

    /// Runs a file with options before it.
    fn run(&self, options: &[&str], name: &str) -> Run {
        let path = self.path(name);
        let output = command()
            .args(options)
            .arg(path)
            .current_dir(self.path(""))
            .output();
        output.expect("a run").into()
    }
}

#[track_caller]
fn assert_prints(run: &Run, expected: &str) {
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), expected),
        "{run:?}"
    );
}

/// That it ends because of what is missing.
#[track_caller]
fn assert_refused(run: &Run, what: &str, flag: &str) {
    assert_eq!(run.code, Some(1), "{run:?}");
    let expected = format!("NotCapable: Requires {what}, run again {flag} flag");
    assert!(run.stderr.contains(&expected), "not {expected}: {run:?}");
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn the_own_folder_is_read_and_no_other() {
    let tree = Tree::new();
    assert_prints(&tree.run(&[], "own/main.mjs"), "a\nown data\n");
    let refused = |name: &str| format!("read access to \"{}\"", text(&tree.path(name)));
    let run = tree.run(&[], "own/out.js");
    assert_refused(&run, &refused("other/data.txt"), "with the --allow-read");
    assert_eq!(run.stdout, "");
    let run = tree.run(&[], "own/import.mjs");
    assert_refused(&run, &refused("other/b.mjs"), "with the --allow-read");
    assert_eq!(run.stdout, "");
}

#[test]
fn what_is_allowed_to_be_read_is_added() {
    let tree = Tree::new();
    let other = format!("--allow-read={}", text(&tree.path("other")));
    for options in [
        &[other.as_str()][..],
        &["--allow-read=other"],
        &["--allow-read=nowhere,other"],
        &["--allow-read=nowhere", "--allow-read=other"],
        &["-R=other"],
        &["-R"],
        &["--allow-read"],
        &["-A"],
        &["--allow-all"],
    ] {
        assert_prints(&tree.run(options, "own/out.js"), "other data\n");
        assert_prints(&tree.run(options, "own/import.mjs"), "b\n");
        assert_prints(&tree.run(options, "own/main.mjs"), "a\nown data\n");
    }
    let run = tree.run(&["--allow-read=oth"], "own/out.js");
    let what = format!("read access to \"{}\"", text(&tree.path("other/data.txt")));
    assert_refused(&run, &what, "with the --allow-read");
}

#[test]
fn what_is_denied_to_be_read_is_denied() {
    let tree = Tree::new();
    let module = format!("read access to \"{}\"", text(&tree.path("own/lib/a.mjs")));
    for options in [
        &["--deny-read=own/lib"][..],
        &["--deny-read"],
        &["-A", "--deny-read=own"],
        &["--deny-read=.", "--allow-read=own"],
        &["--deny-read=own/lib/a.mjs", "--allow-all"],
    ] {
        let run = tree.run(options, "own/main.mjs");
        assert_refused(&run, &module, "without the --deny-read");
    }
    assert_prints(
        &tree.run(&["--deny-read=other"], "own/main.mjs"),
        "a\nown data\n",
    );
}

#[cfg(unix)]
#[test]
fn the_folder_is_that_of_the_file_itself() {
    let tree = Tree::new();
    let link = tree.path("other/main.mjs");
    std::os::unix::fs::symlink(tree.path("own/main.mjs"), link).expect("a link");
    assert_prints(&tree.run(&[], "other/main.mjs"), "a\nown data\n");
    let link = tree.path("own/lib/away.txt");
    std::os::unix::fs::symlink(tree.path("other/data.txt"), link).expect("a link");
    std::fs::write(tree.path("own/away.mjs"), "await fetch('lib/away.txt')").expect("a file");
    let what = format!("read access to \"{}\"", text(&tree.path("other/data.txt")));
    assert_refused(
        &tree.run(&[], "own/away.mjs"),
        &what,
        "with the --allow-read",
    );
}

#[test]
fn code_is_of_the_current_folder() {
    let tree = Tree::new();
    let run = |folder: &str, code: &str| -> Run {
        let output = command()
            .args(["-e", code])
            .current_dir(tree.path(folder))
            .output();
        output.expect("a run").into()
    };
    let read = |path: &str| format!("console.log(await (await fetch('{path}')).text())");
    assert_prints(&run("own", &read("lib/data.txt")), "own data\n");
    let refused = run("own", &read("../other/data.txt"));
    let what = format!("read access to \"{}\"", text(&tree.path("other/data.txt")));
    assert_refused(&refused, &what, "with the --allow-read");
}

#[test]
fn a_program_of_a_server_reads_what_it_is_allowed_to() {
    let tree = Tree::new();
    let target = format!("file://{}", text(&tree.path("own/lib/data.txt")));
    let source = format!("fetch('{target}').then(r => r.text()).then(console.log)");
    let served = files(&[("main.js", &source)]);
    let url = format!("{}main.js", serve(served.path().to_owned()));
    let run = taipan(&[&url]);
    let what = format!(
        "read access to \"{}\"",
        text(&tree.path("own/lib/data.txt"))
    );
    assert_refused(&run, &what, "with the --allow-read");
    let granted = format!("--allow-read={}", text(&tree.path("own")));
    assert_prints(&taipan(&[&granted, &url]), "own data\n");
    // Code that is taken as if it had come from a server is such a program.
    let run = taipan(&["--base-url", &url, "-e", &source]);
    assert_refused(&run, &what, "with the --allow-read");
    let run = taipan(&[&format!("data:text/javascript,{source}")]);
    assert_refused(&run, &what, "with the --allow-read");
}

#[test]
fn servers_are_allowed_and_denied() {
    let served = files(&[("data.txt", "data"), ("a.mjs", "console.log('a')")]);
    let url = serve(served.path().to_owned());
    let host = url.trim_start_matches("http://").trim_end_matches('/');
    let fetch = format!("console.log(await (await fetch('{url}data.txt')).text())");
    let import = format!("import '{url}a.mjs'");
    let ask = |options: &[&str], code: &str| {
        let mut arguments = options.to_vec();
        arguments.extend(["-e", code]);
        taipan(&arguments)
    };
    let exact = format!("--allow-net={host}");
    let several = format!("--allow-net=example.com,{host}");
    for options in [
        &[][..],
        &[exact.as_str()],
        &[&several],
        &["--allow-net=127.0.0.1"],
        &["--allow-net=127.0.0.0/8"],
        &["--allow-net=example.com", "--allow-net=127.0.0.1"],
        &["-N=127.0.0.1"],
        &["-N"],
        &["--allow-net"],
        &["-A"],
        &["-A", "--allow-net=example.com"],
        &["--deny-net=example.com"],
    ] {
        assert_prints(&ask(options, &fetch), "data\n");
        assert_prints(&ask(options, &import), "a\n");
    }
    let what = format!("net access to \"{host}\"");
    for options in [
        &["--allow-net=example.com"][..],
        &["--allow-net=127.0.0.1:1"],
        &["--allow-net=localhost"],
        &["--allow-net=*.0.0.1.example"],
    ] {
        assert_refused(&ask(options, &fetch), &what, "with the --allow-net");
        assert_refused(&ask(options, &import), &what, "with the --allow-net");
    }
    let denied = format!("--deny-net={host}");
    for options in [
        &[denied.as_str()][..],
        &["--deny-net"],
        &["-A", "--deny-net=127.0.0.1"],
        &["--deny-net=10.0.0.0/8,127.0.0.0/8"],
        &["--deny-net=127.0.0.1", "--allow-net=127.0.0.1"],
    ] {
        assert_refused(&ask(options, &fetch), &what, "without the --deny-net");
        assert_refused(&ask(options, &import), &what, "without the --deny-net");
    }
    let port = host.rsplit(':').next().expect("a port");
    let by_name = format!("await fetch('http://localhost:{port}/data.txt')");
    let run = ask(&["--deny-net=127.0.0.1,[::1]"], &by_name);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("NotCapable: Requires net access"),
        "{run:?}"
    );
}

/// The program itself is what the user asks for.
#[test]
fn the_program_needs_no_grant() {
    let served = files(&[
        ("main.js", "console.log('here')"),
        ("imports.mjs", "import './main.js'"),
    ]);
    let url = serve(served.path().to_owned());
    let run = taipan(&["--allow-net=example.com", &format!("{url}main.js")]);
    assert_prints(&run, "here\n");
    let run = taipan(&["--deny-read", text(&served.path().join("main.js"))]);
    assert_prints(&run, "here\n");
    let run = taipan(&["--allow-net=example.com", &format!("{url}imports.mjs")]);
    let host = url.trim_start_matches("http://").trim_end_matches('/');
    let what = format!("net access to \"{host}\"");
    assert_refused(&run, &what, "with the --allow-net");
}

#[test]
fn the_environment() {
    let ask = |options: &[&str]| {
        let mut command = command();
        command
            .args(options)
            .args(["-e", "console.log(navigator.language)"])
            .env("LC_ALL", "de_DE.UTF-8");
        Run::from(command.output().expect("a run"))
    };
    for options in [&[][..], &["-A"], &["--allow-env"], &["-E=HOME"]] {
        assert_prints(&ask(options), "de-DE\n");
    }
    for options in [&["--deny-env"][..], &["-A", "--deny-env=LC_*,LANG"]] {
        assert_prints(&ask(options), "en-US\n");
    }
}

#[test]
fn a_proxy_is_not_taken_from_a_variable_that_is_denied() {
    let served = files(&[("data.txt", "data")]);
    let url = serve(served.path().to_owned());
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a port");
    let proxy = format!("http://{}", nobody.local_addr().expect("an address"));
    drop(nobody);
    let fetch = format!("console.log(await (await fetch('{url}data.txt')).text())");
    let ask = |options: &[&str]| {
        let mut command = command();
        command
            .args(options)
            .args(["-e", &fetch])
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .env("http_proxy", &proxy);
        Run::from(command.output().expect("a run"))
    };
    assert_eq!(ask(&[]).code, Some(1));
    assert_eq!(ask(&["--deny-env=HTTP_PROXY"]).code, Some(1));
    assert_prints(&ask(&["--deny-env=http_proxy"]), "data\n");
    assert_prints(&ask(&["--deny-env"]), "data\n");
}

/// A report shows a line of the source, and not of any file that a script names in its place.
#[test]
fn reports_show_lines_of_the_program_only() {
    let tree = Tree::new();
    let other = tree.path("other/data.txt");
    let source = format!(
        "const error = new Error('made up');
         error.stack = 'Error: made up\\n    at x (file://{}:1:1)';
         throw error",
        text(&other)
    );
    std::fs::write(tree.path("own/error.js"), source).expect("a file");
    let run = tree.run(&[], "own/error.js");
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("made up"), "{run:?}");
    assert!(!run.stderr.contains("other data"), "{run:?}");
}

#[test]
fn what_says_nothing_is_told() {
    for (option, part) in [
        ("--allow-net=http://example.com", "no URL"),
        ("--allow-net=", "a name or an address"),
        ("--deny-net=::1", "brackets"),
        ("--deny-net=example.com:x", "no such port"),
        ("--allow-read=", "value is required"),
        ("--allow-env=A=B", "no variable"),
    ] {
        let run = taipan(&[option, "-e", "console.log(1)"]);
        assert_ne!(run.code, Some(0), "{option}");
        assert_eq!(run.stdout, "", "{option}");
        assert!(run.stderr.contains(part), "{option}: {run:?}");
    }
}
