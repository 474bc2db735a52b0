//! The pages under `examples/mdn-style`, each from a file and from a server. What a page shows is in a file beside it: what
//! it writes to the console, then the text of its body.

use std::{
    fs,
    path::{Path, PathBuf},
};

use taipan_testkit::{
    mounts::Mounts,
    server::{Reply, Server, files::Files},
};

use super::command::{Finished, run};

/// The pages that end with an error nobody catches, and what is said of it.
const UNCAUGHT: [(&str, &str); 1] = [(
    "trap",
    "Uncaught (in promise) RuntimeError: integer divide by zero",
)];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/mdn-style")
}

/// The files of the folder with this extension, sorted.
fn files(extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|known| known == extension))
        .collect();
    files.sort();
    files
}

/// Compares what a page has shown with what it should.
fn check(page: &Path, run: &Finished, failures: &mut Vec<String>) {
    let expected = fs::read_to_string(page.with_extension("txt")).unwrap();
    let name = page.file_stem().and_then(|name| name.to_str()).unwrap();
    let uncaught = UNCAUGHT.iter().find(|(page, _)| *page == name);
    let is_told = match uncaught {
        Some((_, error)) => run.err.starts_with(error),
        None => run.err.is_empty(),
    };
    let code = i32::from(uncaught.is_some());
    if run.out != expected || run.status.code() != Some(code) || !is_told {
        failures.push(format!("{name}: {run:#?}\ninstead of {expected:#?}"));
    }
}

#[test]
fn there_are_enough_pages() {
    assert!(files("html").len() >= 12, "{:?}", files("html"));
    assert_eq!(files("html").len(), files("txt").len());
}

#[test]
fn from_files() {
    let mut failures = Vec::new();
    for page in files("html") {
        let run = run(&["--print-text", page.to_str().unwrap()]);
        check(&page, &run, &mut failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn from_a_server() {
    let files_of_pages = Files::new(Mounts::new().with("/", folder()));
    let server = Server::start(move |request| files_of_pages.answer(request)).unwrap();
    let mut failures = Vec::new();
    for page in files("html") {
        let name = page.file_name().and_then(|name| name.to_str()).unwrap();
        let run = run(&["--print-text", &server.url(&format!("/{name}"))]);
        check(&page, &run, &mut failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn a_server_says_what_is_a_page() {
    let server = Server::start(|request| {
        let kind = match request.path.as_str() {
            "/script.html" => "text/javascript",
            _ => "text/html; charset=utf-8",
        };
        let text = match request.path.as_str() {
            "/script.html" => "console.log('a script')",
            _ => "<p>the index",
        };
        Reply::new(text).header("Content-Type", kind)
    })
    .unwrap();
    let index = run(&["--print-text", &server.url("/")]);
    assert_eq!(index.success(), "the index\n");
    assert_eq!(run(&[&server.url("/script.html")]).success(), "a script\n");
}

#[test]
fn only_pages_have_a_text() {
    let script = folder().join("load.js");
    let run = run(&["--print-text", script.to_str().unwrap()]);
    assert_eq!((run.status.code(), &*run.out), (Some(1), ""), "{run:?}");
    assert!(run.err.contains("it is not an HTML page"), "{run:?}");
}

#[test]
fn modules_are_what_their_texts_say() {
    for path in files("wat") {
        let module = fs::read(path.with_extension("wasm")).unwrap();
        let text = wat::parse_file(&path).unwrap();
        assert!(module == text, "{} is not up to date", path.display());
    }
}
