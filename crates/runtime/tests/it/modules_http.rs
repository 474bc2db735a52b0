//! Modules and programs over HTTP.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use taipan::{SourceKind, Url};

use crate::support::{Files, logged, runtime};

/// A server of fixed answers on the loopback interface; it counts its requests.
struct Server {
    url: Url,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves each path with a content type, or a status line and further headers, and a
    /// body.
    fn new(answers: &[(&'static str, &'static str, &'static str)]) -> Self {
        let answers: HashMap<_, _> = answers
            .iter()
            .map(|(path, head, body)| (*path, (*head, *body)))
            .collect();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut lines = BufReader::new(&stream).lines();
                let request = lines.next().and_then(Result::ok).unwrap_or_default();
                for line in lines.by_ref() {
                    if line.map_or(true, |line| line.is_empty()) {
                        break;
                    }
                }
                let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                let (head, body) = answers
                    .get(&*path)
                    .copied()
                    .unwrap_or(("404 Not Found", ""));
                let head = if head.starts_with(|c: char| c.is_ascii_digit()) {
                    head.to_owned()
                } else {
                    format!("200 OK\r\ncontent-type: {head}")
                };
                log.lock().expect("the log").push(path);
                let length = body.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
            }
        });
        Self {
            url: Url::parse(&format!("http://{address}/")).expect("a URL"),
            requests,
        }
    }

    fn url(&self, path: &str) -> Url {
        self.url.join(path).expect("a URL")
    }

    /// How often a path was asked for.
    fn count(&self, path: &str) -> usize {
        let requests = self.requests.lock().expect("the log");
        requests.iter().filter(|request| *request == path).count()
    }
}

#[test]
fn a_program_and_its_modules_come_over_http() {
    let server = Server::new(&[
        (
            "/main.mjs",
            "text/javascript",
            "import { a } from './lib/a.js'; import './lib/b.js';
                                          console.log(a, import.meta.url)",
        ),
        (
            "/lib/a.js",
            "Application/JavaScript; charset=utf-8",
            "import './b.js'; export const a = 'a'",
        ),
        (
            "/lib/b.js",
            "text/javascript",
            "import './c.json' with { type: 'json' }",
        ),
        ("/lib/c.json", "application/json", "[]"),
    ]);
    let (mut runtime, log) = runtime();
    runtime
        .run_url(&server.url("main.mjs"), SourceKind::Detect)
        .expect("a program");
    assert_eq!(log.take(), [format!("a {}", server.url("main.mjs"))]);
    // Two importers share one request.
    assert_eq!(server.count("/lib/b.js"), 1);
}

#[test]
fn a_classic_script_imports_beside_itself() {
    let server = Server::new(&[
        (
            "/dir/main.js",
            "text/javascript",
            "import('./a.js').then(m => console.log(m.default))",
        ),
        ("/dir/a.js", "text/javascript", "export default 'beside'"),
    ]);
    let (mut runtime, log) = runtime();
    runtime
        .run_url(&server.url("dir/main.js"), SourceKind::Detect)
        .expect("a program");
    assert_eq!(log.take(), ["beside"]);
}

#[test]
fn after_a_redirect_the_last_url_counts() {
    let server = Server::new(&[
        (
            "/main.mjs",
            "text/javascript",
            "import { url } from './old.js'; console.log(url)",
        ),
        ("/old.js", "302 Found\r\nlocation: /new/a.js", ""),
        (
            "/new/a.js",
            "text/javascript",
            "import './b.js'; export const url = import.meta.url",
        ),
        ("/new/b.js", "text/javascript", ""),
    ]);
    let (mut runtime, log) = runtime();
    runtime
        .run_url(&server.url("main.mjs"), SourceKind::Detect)
        .expect("a program");
    assert_eq!(log.take(), [server.url("new/a.js").as_str()]);
}

#[test]
fn wrong_types_and_statuses_are_refused_and_named() {
    let server = Server::new(&[
        ("/plain.js", "text/plain", ""),
        ("/untyped.js", "200 OK", ""),
        ("/html.json", "text/html", "{}"),
    ]);
    for (path, attributes, part) in [
        ("plain.js", "", "its MIME type is \"text/plain\""),
        ("untyped.js", "", "without a MIME type"),
        (
            "html.json",
            "with { type: 'json' }",
            "its MIME type is \"text/html\", not that of JSON",
        ),
        ("nothing.js", "", "status 404"),
    ] {
        let (mut runtime, _) = runtime();
        let main = server.url("main.mjs");
        let source = format!("import './{path}' {attributes}");
        let error = runtime
            .eval_module(&source, Some(&main))
            .expect_err(path)
            .to_string();
        assert!(error.starts_with("TypeError: cannot import"), "{error}");
        assert!(error.contains(part), "{error}");
    }
    let (mut runtime, _) = runtime();
    let error = runtime
        .run_url(&server.url("nothing.js"), SourceKind::Detect)
        .expect_err("an error");
    assert!(error.to_string().contains("status 404"), "{error}");
}

#[test]
fn a_refused_connection_is_told() {
    // A port that was just given back has nobody listening.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let url = Url::parse(&format!("http://{address}/main.js")).expect("a URL");
    let (mut runtime, _) = runtime();
    let error = runtime
        .run_url(&url, SourceKind::Detect)
        .expect_err("an error");
    assert!(error.to_string().contains(url.as_str()), "{error}");
}

#[test]
fn a_remote_program_may_not_import_local_files_whatever_it_may_read() {
    let secret = Files::new(&[("secret.js", "export default 'secret'")]);
    let secret = Url::from_file_path(secret.path("secret.js")).expect("a URL");
    let source = format!(
        "const attempt = promise => promise.then(() => console.log('read'),
             error => console.log(error instanceof TypeError, error.message));
         (async () => {{
             await attempt(fetch(location));
             await attempt(import('{secret}'));
             await attempt(new Function(\"return import('{secret}')\")());
         }})()"
    )
    .replace("location", "'/elsewhere'");
    let source: &'static str = source.leak();
    let elsewhere: &'static str = format!("302 Found\r\nlocation: {secret}").leak();
    let server = Server::new(&[
        ("/main.js", "text/javascript", source),
        ("/elsewhere", elsewhere, ""),
    ]);
    // Even if relative URLs are to resolve against a file.
    let (with_base, base_log) = logged();
    let with_base = with_base.base_url(secret.clone()).build();
    for (mut runtime, log) in [runtime(), (with_base.expect("a runtime"), base_log)] {
        runtime
            .run_url(&server.url("main.js"), SourceKind::Detect)
            .expect("a program");
        let lines = log.take();
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(
            lines.iter().all(|line| line.starts_with("true ")),
            "{lines:?}"
        );
        assert!(lines[2].contains("only local modules"), "{lines:?}");
    }
}

#[test]
fn a_local_program_may_read_local_files() {
    let files = Files::new(&[(
        "main.js",
        "fetch('./main.js').then(r => r.text()).then(text => console.log(text.length > 9))",
    )]);
    let (mut runtime, log) = runtime();
    runtime
        .run_file(files.path("main.js"), SourceKind::Detect)
        .expect("a program");
    assert_eq!(log.take(), ["true"]);
}
