//! Published packages with WebAssembly in them, of several toolchains: `js-tests/packages`.
//!
//! They are installed with npm, so these tests need it and its registry; where either is not there they say so and check
//! nothing.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use crate::support::{command, serve};

/// Whether packages can be installed.
fn registry_answers() -> bool {
    static ANSWERS: OnceLock<bool> = OnceLock::new();
    *ANSWERS.get_or_init(|| {
        let ping = npm()
            .args(["ping", "--fetch-retries=0", "--fetch-timeout=10000"])
            .output();
        ping.is_ok_and(|output| output.status.success())
    })
}

fn npm() -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.stdin(Stdio::null());
    npm
}

/// A copy of the package's folder in which what it depends on is installed.
fn installed(name: &str) -> Option<PathBuf> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../js-tests/packages")
        .join(name);
    let to = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("packages")
        .join(name);
    fs::create_dir_all(&to).expect("a folder");
    let is_current = to.join("node_modules").is_dir()
        && fs::read(from.join("package-lock.json")).ok()
            == fs::read(to.join("package-lock.json")).ok();
    if !is_current && !registry_answers() {
        println!("npm or its registry is not there: nothing is checked");
        return None;
    }
    for entry in fs::read_dir(from).expect("the folder of the test") {
        let entry = entry.expect("a file");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
    if !is_current {
        let arguments = [
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ];
        let output = npm()
            .args(arguments)
            .current_dir(&to)
            .output()
            .expect("npm runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
    }
    Some(to)
}

/// Runs the program of the package, from files and by HTTP.
fn check(name: &str) {
    let Some(folder) = installed(name) else {
        return;
    };
    let expected = fs::read_to_string(folder.join("expected.txt")).expect("what is expected");
    let file = folder.join("main.mjs").into_os_string();
    let url = format!("{}main.mjs", serve(folder));
    for program in [file, url.into()] {
        let output = command().arg(&program).output().expect("the binary runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert_eq!(stdout, expected, "{program:?}: {stderr}");
        assert!(output.status.success(), "{program:?}: {stderr}");
    }
}

macro_rules! packages {
    ($($test:ident: $name:literal,)*) => {
        $(
            #[test]
            fn $test() {
                check($name);
            }
        )*

        #[test]
        fn every_package_is_here() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../js-tests/packages");
            for entry in fs::read_dir(folder).expect("the packages") {
                let name = entry.expect("a folder").file_name();
                assert!([$($name),*].iter().any(|known| name == **known), "{name:?} is not run");
            }
        }
    };
}

/// A program that imports installed packages by their names.
#[test]
fn packages_are_imported_by_their_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    let manifest = r#"{ "exports": {
        ".": { "node": "./node.js", "browser": "./browser.js", "default": "./default.js" },
        "./parts/*": "./parts/*.mjs" } }"#;
    write("node_modules/@scope/a/package.json", manifest);
    write(
        "node_modules/@scope/a/browser.js",
        "export { default } from 'b';",
    );
    write(
        "node_modules/@scope/a/parts/one.mjs",
        "export const one = 1;",
    );
    write(
        "node_modules/b/package.json",
        r#"{ "main": "old.js", "module": "lib/new" }"#,
    );
    write("node_modules/b/lib/new.js", "export default 'b';");
    write("node_modules/b/data.json", "[2]");
    write(
        "src/deep/main.mjs",
        "import a from '@scope/a';
        import { one } from '@scope/a/parts/one';
        import data from 'b/data.json' with { type: 'json' };
        console.log(a, one, data[0], import.meta.resolve('b').endsWith('/node_modules/b/lib/new.js'));
        for (const name of ['c', '@scope/a/private', '../../node_modules/b/none.js']) {
            await import(name).catch(({ name, message }) => console.log(name, message));
        }",
    );
    let main = folder.path().join("src/deep/main.mjs");
    let run = |arguments: &[&str]| {
        let output = command().args(arguments).arg(&main).output();
        let output = output.expect("the binary runs");
        (
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let root = format!("--allow-read={}", folder.path().display());
    let (stdout, stderr) = run(&[&root]);
    assert!(
        stdout.starts_with("b 1 2 true\nTypeError"),
        "{stdout}{stderr}"
    );
    assert!(
        stdout.contains("and there is no such package in a node_modules folder that may be read"),
        "{stdout}"
    );
    assert!(
        stdout.contains("it does not export \"./private\""),
        "{stdout}"
    );
    // Above the program's folder nothing may be read, nor is it told what there is.
    let (stdout, stderr) = run(&[]);
    assert_eq!(stdout, "");
    assert!(
        stderr.contains("no such package in a node_modules folder that may be read"),
        "{stderr}"
    );
    // And not by HTTP.
    let url = format!("{}src/deep/main.mjs", serve(folder.path().to_owned()));
    let output = command().arg(url).output().expect("the binary runs");
    assert!(String::from_utf8_lossy(&output.stderr).contains("must start with"));
}

/// What a package exchanges for something else on the web.
#[test]
fn packages_say_what_is_exchanged_on_the_web() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write(
        "node_modules/a/package.json",
        r#"{ "main": "./lib/index", "browser": {
            "./lib/index.js": "./lib/web", "./lib/files.js": "./lib/requests.js", "lib/logging": false,
            "fs": false, "crypto": "./lib/random.js", "old": "new" } }"#,
    );
    write(
        "node_modules/a/lib/web.js",
        "import { files } from './files.js';
        import logging from './logging.js';
        import fs from 'fs';
        import crypto from 'crypto';
        import made from 'old';
        export default [files, typeof logging, typeof fs, crypto, made].join(' ');",
    );
    write("node_modules/a/lib/index.js", "throw 'not for the web'");
    write("node_modules/a/lib/files.js", "throw 'not for the web'");
    write("node_modules/a/lib/logging.js", "throw 'not for the web'");
    write(
        "node_modules/a/lib/requests.js",
        "export const files = 'requests'",
    );
    write("node_modules/a/lib/random.js", "export default 'random'");
    write("node_modules/new/package.json", "{}");
    write("node_modules/new/index.js", "export default 'new'");
    write(
        "main.mjs",
        "import a from 'a';
        import { files } from 'a/lib/files.js';
        import { files as same } from './node_modules/a/lib/files.js';
        console.log(a, files, same);
        await import('fs').catch(({ name }) => console.log(name));
        await import('old').catch(({ name }) => console.log(name));",
    );
    let output = command().arg(folder.path().join("main.mjs")).output();
    let output = output.expect("the binary runs");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "requests object object random new requests requests\nTypeError\nTypeError\n",
        "{output:?}"
    );
}

packages! {
    assemblyscript: "assemblyscript",
    clang: "clang",
    emscripten: "emscripten",
    tinygo: "tinygo",
    wasi: "wasi",
    wasm_bindgen: "wasm-bindgen",
    zig: "zig",
}
