//! What an attack must not touch: a server that counts its connections, and files whose folder is watched.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use taipan::Url;
use url::form_urlencoded;

/// What is in every answer and every file that is out of bounds.
pub(crate) const SECRET: &str = "0a5e71b8-secret";

/// A server on the loopback interface that counts connections.
pub(crate) struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// A server that gives `answer` to the target of each request.
    fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                count.fetch_add(1, Ordering::SeqCst);
                let answer = Arc::clone(&answer);
                thread::spawn(move || serve(stream, &*answer));
            }
        });
        Self {
            address,
            connections,
        }
    }

    /// The server that nobody may ask. Whatever it is asked for is a script and a secret.
    pub(crate) fn forbidden() -> Self {
        Self::start(|_| Answer::ok("text/javascript", &format!("export default '{SECRET}'")))
    }

    /// The server that may be asked, and that leads elsewhere: `/redirect?STATUS&URL`, and `/header?NAME&VALUE`. What
    /// else is asked for is a script, that of the query.
    pub(crate) fn allowed() -> Self {
        Self::start(|target| {
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            let parts: Vec<String> = query
                .split('&')
                .map(|part| {
                    let pair = form_urlencoded::parse(part.as_bytes()).next();
                    pair.map_or_else(String::new, |(text, _)| text.into_owned())
                })
                .collect();
            match (path, &*parts) {
                ("/redirect", [status, location]) => Answer {
                    head: format!("{status} Elsewhere\r\nlocation: {location}"),
                    body: String::new(),
                },
                ("/header", [name, value]) => Answer {
                    head: format!("200 OK\r\ncontent-type: text/javascript\r\n{name}: {value}"),
                    body: "export default 'harmless'".to_owned(),
                },
                (_, [script, ..]) => Answer::ok("text/javascript", script),
                (_, []) => Answer::ok("text/javascript", ""),
            }
        })
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

struct Answer {
    /// The status and further header lines.
    head: String,
    body: String,
}

impl Answer {
    fn ok(kind: &str, body: &str) -> Self {
        Self {
            head: format!("200 OK\r\ncontent-type: {kind}\r\naccess-control-allow-origin: *"),
            body: body.to_owned(),
        }
    }
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&str) -> Answer) {
    let Ok(reader) = stream.try_clone() else {
        return;
    };
    let mut lines = BufReader::new(reader).lines();
    let request = lines.next().and_then(Result::ok).unwrap_or_default();
    for line in lines.by_ref() {
        if line.map_or(true, |line| line.is_empty()) {
            break;
        }
    }
    let Answer { head, body } = answer(request.split(' ').nth(1).unwrap_or_default());
    let length = body.len();
    // Whoever asked may have gone.
    let _ = write!(
        stream,
        "HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
}

/// A folder that may be read, and what is beside it, which may not be.
pub(crate) struct Tree {
    directory: tempfile::TempDir,
    watch: Watch,
}

impl Tree {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let root = directory.path().canonicalize().expect("a path");
        let script = format!("export default '{SECRET}'");
        let json = format!("{{\"secret\": \"{SECRET}\"}}");
        for (name, text) in [
            ("granted/open.txt", "harmless"),
            ("granted/open.mjs", "export default 'harmless'"),
            ("granted/private/secret.mjs", &*script),
            ("secret/secret.txt", &*script),
            ("secret/secret.mjs", &*script),
            ("secret/secret.json", &*json),
            ("granted-not/secret.mjs", &*script),
        ] {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            std::fs::write(path, text).expect("a file");
        }
        let wasm = wat::parse_str(format!("(module (export \"{SECRET}\" (func 0)) (func))"));
        std::fs::write(root.join("secret/secret.wasm"), wasm.expect("a module")).expect("a file");
        #[cfg(unix)]
        links(&root);
        let watch = Watch::new(&[
            root.join("secret"),
            root.join("granted-not"),
            root.join("granted/private"),
        ]);
        Self { directory, watch }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.directory.path().canonicalize().expect("a path")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// The URL of a file or folder in it.
    pub(crate) fn url(&self, name: &str) -> String {
        let url = Url::from_file_path(self.path(name)).expect("a URL");
        String::from(url)
    }

    /// Whether any file that is out of bounds was opened since the last time.
    pub(crate) fn was_opened(&self) -> bool {
        self.watch.was_opened()
    }
}

/// Links out of the folder that may be read.
#[cfg(unix)]
fn links(root: &Path) {
    use std::os::unix::fs::symlink;

    let link = |target: &Path, name: &str| {
        symlink(target, root.join("granted").join(name)).expect("a link");
    };
    link(&root.join("secret/secret.mjs"), "file.mjs");
    link(&root.join("secret"), "folder");
    link(Path::new("file.mjs"), "twice.mjs");
    link(Path::new("../secret/secret.mjs"), "relative.mjs");
    link(Path::new("folder/../secret/secret.mjs"), "crooked.mjs");
    link(Path::new("."), "self");
    link(&root.join("granted/private"), "alias");
    link(Path::new("/proc/self/root"), "root");
    link(Path::new("/dev/zero"), "zero");
    link(Path::new("/proc/self/environ"), "environ");
}

/// Notices that a file of some folders is opened.
#[cfg(target_os = "linux")]
struct Watch(rustix::fd::OwnedFd);

#[cfg(target_os = "linux")]
impl Watch {
    fn new(folders: &[PathBuf]) -> Self {
        use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};

        let watch = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).expect("a watch");
        for folder in folders {
            add_watch(&watch, folder, WatchFlags::OPEN | WatchFlags::ACCESS).expect("a watch");
        }
        Self(watch)
    }

    fn was_opened(&self) -> bool {
        let mut buffer = [std::mem::MaybeUninit::uninit(); 4096];
        let mut events = rustix::fs::inotify::Reader::new(&self.0, &mut buffer);
        let mut any = false;
        while events.next().is_ok() {
            any = true;
        }
        any
    }
}

/// Elsewhere what was read tells.
#[cfg(not(target_os = "linux"))]
struct Watch;

#[cfg(not(target_os = "linux"))]
impl Watch {
    fn new(_: &[PathBuf]) -> Self {
        Self
    }

    fn was_opened(&self) -> bool {
        false
    }
}
