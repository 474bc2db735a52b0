//! Workers may do what their parents may, and no more.

use taipan::Permissions;

use super::attack::{self, Attack, Ground};

/// The scripts of workers and how they get them.
#[test]
fn scripts_of_workers() {
    attack::all(&[
        Attack::fails(
            "a file",
            "const w = new Worker('../secret/secret.mjs', { type: 'module' });
             return new Promise((ok, no) => { w.onerror = e => { e.preventDefault(); no(new Error(e.message)) };
                 setTimeout(ok, 300, 'silence') }).finally(() => w.terminate())",
        ),
        Attack::fails(
            "a link",
            "const w = new Worker('./file.mjs', { type: 'module' });
             return new Promise((ok, no) => { w.onerror = e => { e.preventDefault(); no(new Error(e.message)) };
                 setTimeout(ok, 300, 'silence') }).finally(() => w.terminate())",
        ),
        Attack::fails(
            "a server",
            "const w = new Worker('http://$CLOSED/a.js', { type: 'module' });
             return new Promise((ok, no) => { w.onerror = e => { e.preventDefault(); no(new Error(e.message)) };
                 setTimeout(ok, 300, 'silence') }).finally(() => w.terminate())",
        ),
        Attack::fails(
            "a redirect",
            "const w = new Worker('http://$OPEN/redirect?302&http://$CLOSED/a.js', { type: 'module' });
             return new Promise((ok, no) => { w.onerror = e => { e.preventDefault(); no(new Error(e.message)) };
                 setTimeout(ok, 300, 'silence') }).finally(() => w.terminate())",
        ),
        Attack::fails(
            "a static import",
            "const script = \"import 'http://$CLOSED/a.js'\";
             const w = new Worker('data:text/javascript,' + encodeURIComponent(script), { type: 'module' });
             return new Promise((ok, no) => { w.onerror = e => { e.preventDefault(); no(new Error(e.message)) };
                 setTimeout(ok, 300, 'silence') }).finally(() => w.terminate())",
        ),
    ]);
}

/// What is tried in a worker.
const TRIES: [(&str, &str); 12] = [
    (
        "a request",
        "return (await fetch('http://$CLOSED/')).text()",
    ),
    (
        "a redirect",
        "return (await fetch('http://$OPEN/redirect?302&http://$CLOSED/')).text()",
    ),
    (
        "a file",
        "return (await fetch('$ROOT/secret/secret.txt')).text()",
    ),
    (
        "a link",
        "return (await fetch('$ROOT/granted/folder/secret.txt')).text()",
    ),
    (
        "what is denied",
        "return (await fetch('$ROOT/granted/private/secret.mjs')).text()",
    ),
    (
        "an import",
        "return (await import('http://$CLOSED/a.js')).default",
    ),
    (
        "a redirected import",
        "return (await import('http://$OPEN/redirect?302&http://$CLOSED/a.js')).default",
    ),
    ("a script", "return importScripts('http://$CLOSED/a.js')"),
    (
        "a redirected script",
        "return importScripts('http://$OPEN/redirect?302&http://$CLOSED/a.js')",
    ),
    (
        "a socket",
        "const s = new WebSocket('ws://$CLOSED/'); return new Promise(r => s.onclose = r)",
    ),
    (
        "a source of events",
        "const s = new EventSource('http://$CLOSED/'); return new Promise(r => s.onerror = r)",
    ),
    (
        "compilation",
        "return WebAssembly.compileStreaming(fetch('$ROOT/secret/secret.wasm')).then(m => WebAssembly.Module.exports(m)[0].name)",
    ),
];

/// A script that runs the body of a function in a worker and ends as that does.
fn in_worker(body: &str, worker: &str) -> String {
    let quoted = format!("{body:?}");
    format!(
        "const body = {quoted};
         const script = `(async () => {{ ${{body}} }})().then(
             value => postMessage(['returned', String(value)]),
             error => postMessage([error?.name, error?.message]))`;
         const worker = {worker};
         const [name, message] = await new Promise(told => {{
             worker.onmessage = event => told(event.data);
             worker.onerror = event => {{ event.preventDefault(); told(['error', event.message]) }};
         }});
         worker.terminate();
         if (name !== 'returned') throw {{ name, message }};
         return message"
    )
}

const BY_BLOB: &str = "new Worker(URL.createObjectURL(new Blob([script])))";
const BY_DATA: &str = "new Worker('data:text/javascript,' + encodeURIComponent(script))";

/// A worker of a worker.
const NESTED: &str = "new Worker(URL.createObjectURL(new Blob([
    'const worker = new Worker(URL.createObjectURL(new Blob([' + JSON.stringify(script) + '])));' +
    'worker.onmessage = event => postMessage(event.data)'])))";

#[test]
fn tries_in_workers() {
    let ground = Ground::new();
    let permissions = ground
        .permissions()
        .deny_read([ground.tree.path("granted/private")]);
    for worker in [BY_BLOB, BY_DATA, NESTED] {
        for (name, body) in TRIES {
            let source = in_worker(&ground.fill(body), worker).leak();
            ground.check_with(&Attack::new(name, source), permissions.clone());
        }
    }
    let granted = "return (await fetch('$ROOT/granted/open.txt')).text()";
    let source = in_worker(&ground.fill(granted), BY_BLOB).leak();
    let outcome = ground.run(&Attack::harmless("what is granted", source), permissions);
    assert_eq!(outcome.told, "returned harmless");
}

/// An embedder may grant a worker less.
#[test]
fn less_for_workers() {
    let ground = Ground::new();
    for (name, body) in TRIES {
        let source = in_worker(&ground.fill(body), BY_BLOB).leak();
        let attack = Attack::new(name, source);
        let outcome = ground.run_in(&attack, Permissions::all(), |builder| {
            builder.on_worker(|builder| builder.permissions(Permissions::none()))
        });
        outcome.check(&attack);
    }
}
