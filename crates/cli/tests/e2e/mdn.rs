//! The example of MDN's page on `WebAssembly.instantiateStreaming()`, as it stands.

use std::fs;
use std::path::{Path, PathBuf};

use taipan_testkit::mounts::Mounts;
use taipan_testkit::server::Server;
use taipan_testkit::server::files::Files;

use super::command::run;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

fn example() -> String {
    examples()
        .join("instantiate-streaming.js")
        .to_str()
        .unwrap()
        .to_owned()
}

fn server() -> Server {
    let files = Files::new(Mounts::new().with("/", examples()));
    Server::start(move |request| files.answer(request)).unwrap()
}

#[test]
fn it_is_the_example() {
    let text = fs::read_to_string(example()).unwrap();
    assert!(
        text.contains("WebAssembly.instantiateStreaming(fetch(\"simple.wasm\"), importObject)")
    );
}

#[test]
fn from_a_file() {
    assert_eq!(run(&[&example()]).success(), "42\n");
}

#[test]
fn from_a_file_with_a_base_url() {
    let server = server();
    let url = server.url("/");
    assert_eq!(run(&["--base-url", &url, &example()]).success(), "42\n");
    let paths: Vec<String> = server
        .exchanges()
        .into_iter()
        .map(|exchange| exchange.request.path)
        .collect();
    assert_eq!(paths, ["/simple.wasm"], "the module came from the server");
}

#[test]
fn from_a_server() {
    let server = server();
    let url = server.url("/instantiate-streaming.js");
    assert_eq!(run(&[&url]).success(), "42\n");
    let paths: Vec<String> = server
        .exchanges()
        .into_iter()
        .map(|exchange| exchange.request.path)
        .collect();
    assert_eq!(paths, ["/instantiate-streaming.js", "/simple.wasm"]);
}

#[test]
fn from_a_file_url() {
    let path = examples()
        .join("instantiate-streaming.js")
        .canonicalize()
        .unwrap();
    let url = url::Url::from_file_path(path).unwrap();
    assert_eq!(run(&[url.as_str()]).success(), "42\n");
}
