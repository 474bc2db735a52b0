//! What pages, and `XMLHttpRequest` in them, must not get at.

use std::{
    cell::RefCell,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use taipan::{Permissions, Runtime, Url};
use taipan_page::Page;

/// What is in everything that is out of bounds; what runs there writes it to the console.
const SECRET: &str = "5d1c90e2-secret";

/// A server on the loopback interface that counts connections.
struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Redirects from `/to?URL` (to what the query says, with the status 307); everything else is a script.
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                count.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || serve(stream));
            }
        });
        Self {
            address,
            connections,
        }
    }
}

fn serve(mut stream: TcpStream) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let request = lines.next().and_then(Result::ok).unwrap_or_default();
    for line in lines.by_ref() {
        if line.map_or(true, |line| line.is_empty()) {
            break;
        }
    }
    let target = request.split(' ').nth(1).unwrap_or_default();
    let head = match target.split_once("/to?") {
        Some((_, location)) => format!("307 Elsewhere\r\nlocation: {location}"),
        None => {
            "200 OK\r\ncontent-type: text/javascript\r\naccess-control-allow-origin: *".to_owned()
        }
    };
    let body = script();
    let length = body.len();
    // Whoever asked may have gone.
    let _ = write!(
        stream,
        "HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
}

fn script() -> String {
    format!("console.log('{SECRET}')")
}

/// Two servers and two folders, of which one each is granted.
struct Ground {
    open: Server,
    closed: Server,
    directory: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().canonicalize().unwrap();
        for name in ["granted", "secret", "granted-not"] {
            std::fs::create_dir(root.join(name)).unwrap();
            std::fs::write(root.join(name).join("script.js"), script()).unwrap();
        }
        std::fs::write(root.join("granted/script.js"), "console.log('harmless')").unwrap();
        #[cfg(unix)]
        for (target, link) in [
            (root.join("secret/script.js"), "file.js"),
            (root.join("secret"), "folder"),
            (PathBuf::from("file.js"), "twice.js"),
            (PathBuf::from("/proc/self/root"), "root"),
        ] {
            std::os::unix::fs::symlink(target, root.join("granted").join(link)).unwrap();
        }
        Self {
            open: Server::start(),
            closed: Server::start(),
            directory,
        }
    }

    fn root(&self) -> PathBuf {
        self.directory.path().canonicalize().unwrap()
    }

    fn url(&self, name: &str) -> Url {
        Url::from_file_path(self.root().join(name)).unwrap()
    }

    fn permissions(&self) -> Permissions {
        Permissions::none()
            .allow_net([self.open.address.to_string()])
            .allow_read([self.root().join("granted")])
    }

    /// In `html`, `$OPEN` and `$CLOSED` are the servers, `$ROOT` the URL and `$PATH` the path of the folder with both.
    fn fill(&self, html: &str) -> String {
        let root = self.url("");
        html.replace("$OPEN", &self.open.address.to_string())
            .replace("$CLOSED_PORT", &self.closed.address.port().to_string())
            .replace("$CLOSED", &self.closed.address.to_string())
            .replace("$ROOT", root.as_str().trim_end_matches('/'))
            .replace("$PATH", &path(&self.root()))
    }

    /// What a page at `url` writes to the console, with what was not caught, and whether the closed server was asked.
    fn run(&self, html: &str, url: &Url, permissions: Permissions) -> (String, bool) {
        let before = self.closed.connections.load(Ordering::SeqCst);
        let lines = Rc::new(RefCell::new(Vec::new()));
        let (console, uncaught) = (Rc::clone(&lines), Rc::clone(&lines));
        let mut runtime = Runtime::builder()
            .permissions(permissions)
            .console(move |_, text: &str| console.borrow_mut().push(text.to_owned()))
            .on_uncaught(move |error| uncaught.borrow_mut().push(error.report()))
            .build()
            .unwrap();
        if let Err(error) = Page::run_source(&mut runtime, &self.fill(html), url) {
            lines.borrow_mut().push(error.report());
        }
        let told = lines.borrow().join("\n");
        (
            told,
            self.closed.connections.load(Ordering::SeqCst) != before,
        )
    }
}

fn path(root: &Path) -> String {
    root.to_str().unwrap().to_owned()
}

/// That pages do not get at what they must not, and would if everything were allowed.
fn refused(pages: &[&str]) {
    let ground = Ground::new();
    let url = ground.url("granted/page.html");
    for page in pages {
        let (told, was_asked) = ground.run(page, &url, ground.permissions());
        assert!(!told.contains(SECRET), "{page}: it got the secret: {told}");
        assert!(!was_asked, "{page}: it got through: {told}");
        let (told, was_asked) = ground.run(page, &url, Permissions::all());
        assert!(
            told.contains(SECRET) || was_asked,
            "{page}: it does not even work where everything is allowed: {told}"
        );
    }
}

/// A page that asks for `url` with `XMLHttpRequest` and tells what came.
fn request(url: &str) -> String {
    format!(
        "<script>
            const request = new XMLHttpRequest();
            request.onloadend = () => console.log(request.status, request.responseText, request.responseURL);
            request.open('GET', `{url}`);
            request.send();
         </script>"
    )
}

const ELSEWHERE: &[&str] = &[
    "http://$CLOSED/",
    "http://localhost:$CLOSED_PORT/",
    "http://0x7f000001:$CLOSED_PORT/",
    "http://$OPEN/to?http://$CLOSED/",
    "http://$OPEN/to?http://$OPEN/to?http://$CLOSED/",
    "$ROOT/secret/script.js",
    "../secret/script.js",
    "../granted-not/script.js",
    "%2e%2e/secret/script.js",
    "./folder/../../secret/script.js",
    "file://localhost$PATH/secret/script.js",
    "FILE:$PATH/secret/script.js",
    "$PATH/secret/script.js",
    "$ROOT/granted/%2e%2E/secret/script.js?query#fragment",
];

#[cfg(unix)]
const LINKS: &[&str] = &[
    "file.js",
    "twice.js",
    "folder/script.js",
    "root$PATH/secret/script.js",
];

#[cfg(not(unix))]
const LINKS: &[&str] = &[];

/// All that leads out of what is granted, in each of these pages, where `$URL` stands for it.
fn all_refused(page: &str) {
    let urls = ELSEWHERE.iter().chain(LINKS);
    let pages: Vec<String> = urls.map(|url| page.replace("$URL", url)).collect();
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    refused(&pages);
}

#[test]
fn requests() {
    all_refused(&request("$URL"));
}

#[test]
fn requests_with_a_body() {
    refused(&[
        "<script>
            const request = new XMLHttpRequest();
            request.open('POST', 'http://$CLOSED/');
            request.setRequestHeader('content-type', 'text/plain');
            request.send('what was found out');
         </script>",
        "<script>
            const request = new XMLHttpRequest();
            request.open('PUT', 'http://$OPEN/to?http://$CLOSED/');
            request.send(new Blob(['what was found out']));
         </script>",
    ]);
}

#[test]
fn scripts() {
    all_refused("<script src='$URL'></script>");
    refused(&["<script src='http://user:password@$CLOSED/'></script>"]);
    all_refused("<script type=module src='$URL'></script>");
}

#[test]
fn scripts_that_scripts_add() {
    all_refused(
        "<body><script>
            const script = document.createElement('script');
            script.src = '$URL';
            document.body.append(script);
         </script>",
    );
    all_refused("<script>document.write('<script src=\"$URL\"></' + 'script>')</script>");
}

#[test]
fn imports() {
    all_refused("<script type=module>import(new URL('$URL', location.href).href)</script>");
    all_refused("<script>import(new URL('$URL', location.href).href)</script>");
}

#[test]
fn fetches_and_workers() {
    all_refused(
        "<script>fetch('$URL').then(answer => answer.text()).then(text => console.log(text))</script>",
    );
    all_refused("<script>new Worker('$URL')</script>");
}

#[test]
fn bases() {
    refused(&[
        "<base href='$ROOT/secret/'><script src=script.js></script>",
        "<base href='../secret/'><script src=script.js></script>",
        "<base href='http://$CLOSED/'><script src=script.js></script>",
        "<base href='http://$OPEN/to?'><script src='/to?http://$CLOSED/'></script>",
        "<base href='$ROOT/secret/'><script>
            const request = new XMLHttpRequest();
            request.onload = () => console.log(request.responseText);
            request.open('GET', 'script.js');
            request.send();
         </script>",
    ]);
}

/// A page of a server gets at no file, whatever is granted.
#[test]
fn pages_of_servers_read_no_files() {
    let ground = Ground::new();
    let url = Url::parse(&format!("http://{}/page.html", ground.open.address)).unwrap();
    for page in [
        &*request("$ROOT/secret/script.js"),
        "<script src='$ROOT/secret/script.js'></script>",
        "<script type=module src='$ROOT/secret/script.js'></script>",
        "<script>import('$ROOT/secret/script.js')</script>",
        "<script>new Worker('$ROOT/secret/script.js')</script>",
        "<base href='$ROOT/secret/'><script src=script.js></script>",
    ] {
        let (told, _) = ground.run(page, &url, ground.permissions());
        assert!(!told.contains(SECRET), "{page}: it got the secret: {told}");
    }
}

/// The console, or an error, says what was missing.
#[test]
fn refusals_name_the_grant() {
    let ground = Ground::new();
    let url = ground.url("granted/page.html");
    for (page, wanted) in [
        ("<script src='http://$CLOSED/'></script>", "net access to"),
        (
            "<script src=../secret/script.js></script>",
            "read access to",
        ),
        (
            "<script type=module src=../secret/script.js></script>",
            "read access to",
        ),
        ("<script>fetch('http://$CLOSED/')</script>", "net access to"),
    ] {
        let (told, _) = ground.run(page, &url, ground.permissions());
        assert!(told.contains(wanted), "{page}: {told}");
    }
    // What is granted works.
    let (told, _) = ground.run(
        "<script src=script.js></script>",
        &url,
        ground.permissions(),
    );
    assert_eq!(told, "harmless");
    let (told, _) = ground.run(&request("script.js"), &url, ground.permissions());
    assert!(told.starts_with("200 console.log('harmless')"), "{told}");
}
