//! `WebAssembly.compileStreaming` and `instantiateStreaming` of responses.

use std::{fs, sync::Arc};

use tokio::sync::Notify;
use url::Url;

use crate::{
    Background,
    common::{response, within},
    context, run, run_in, run_with,
};

/// The module of MDN's example: it imports a function and calls it with 42.
const SIMPLE: &str = r#"(module
    (import "my_namespace" "imported_func" (func $imported (param i32)))
    (func (export "exported_func") (i32.const 42) (call $imported)))"#;

fn simple() -> Vec<u8> {
    wat::parse_str(SIMPLE).unwrap()
}

const USE: &str = r#"
    const use = async (module) => {
        let seen;
        const imports = { my_namespace: { imported_func: value => { seen = value } } };
        const { instance } = await WebAssembly.instantiateStreaming(module, imports);
        instance.exports.exported_func();
        equal(seen, 42);
    };
"#;

fn wasm_response(head: &str, body: &[u8]) -> Vec<u8> {
    response(&format!("{head}\r\nContent-Type: application/wasm"), body)
}

#[test]
fn from_a_server() {
    let module = simple();
    let server = Background::answering(move |_| wasm_response("200 OK", &module));
    run_with(
        &server,
        &format!(
            "{USE}
            await use(fetch(server));
            await use(await fetch(server));
            const response = await fetch(server);
            equal(await WebAssembly.compileStreaming(response) instanceof WebAssembly.Module, true);
            equal(response.bodyUsed, true);
            const clone = (await fetch(server)).clone();
            await use(clone);"
        ),
    );
}

#[test]
fn one_byte_at_a_time() {
    let bytes = wasm_response("200 OK", &simple());
    let server = Background::new(move |mut connection| {
        let bytes = bytes.clone();
        async move {
            connection.request().await;
            for byte in bytes {
                connection.write([byte]).await;
                tokio::task::yield_now().await;
            }
        }
    });
    run_with(&server, &format!("{USE} await use(fetch(server))"));
}

#[test]
fn from_a_file_by_a_relative_url() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("simple.wasm"), simple()).unwrap();
    let mut context = context();
    let base = Url::from_file_path(directory.path().join("script.js")).unwrap();
    taipan_web::set_base_url(&mut context, base);
    run_in(
        &mut context,
        &format!(
            "{USE} await use(fetch('simple.wasm'));
            await rejects(TypeError, 'no such file', WebAssembly.compileStreaming(fetch('missing.wasm')))"
        ),
    );
}

#[test]
fn from_a_response_of_the_script() {
    let bytes: Vec<String> = simple().iter().map(u8::to_string).collect();
    run(&format!(
        "{USE}
        const bytes = new Uint8Array([{}]);
        const headers = {{ 'Content-Type': 'application/wasm' }};
        await use(new Response(bytes, {{ headers }}));
        const late = new Response(bytes, {{ headers: {{ 'content-type': 'text/x' }} }});
        late.headers.set('content-type', 'application/wasm');
        await use(Promise.resolve(late));
        await rejects(TypeError, 'already been used', late.blob());
        // An empty body is a response, and no module.
        await rejects(WebAssembly.CompileError, '', WebAssembly.compileStreaming(new Response('', {{ headers }})));
        await rejects(WebAssembly.CompileError, '', WebAssembly.compileStreaming(new Response(null, {{ headers }})));",
        bytes.join(",")
    ));
}

#[test]
fn what_is_no_response() {
    run(r#"
        for (const value of [undefined, null, '', 1, {}, new Uint8Array(8), Response, Response.prototype]) {
            await rejects(TypeError, 'Response', WebAssembly.compileStreaming(value));
            await rejects(TypeError, 'Response', WebAssembly.instantiateStreaming(Promise.resolve(value)));
        }
        const mine = new RangeError('mine');
        await rejects(RangeError, 'mine', WebAssembly.compileStreaming(Promise.reject(mine)));
    "#);
}

#[test]
fn mime_types() {
    let module = simple();
    let server = Background::answering(move |request| {
        let content_type = match request.target.as_str() {
            "/upper" => "Content-Type:  APPLICATION/Wasm \t",
            "/charset" => "Content-Type: application/wasm;charset=utf-8",
            "/semicolon" => "Content-Type: application/wasm;",
            "/twice" => "Content-Type: application/wasm\r\nContent-Type: application/wasm",
            "/empty" => "Content-Type:",
            "/text" => "Content-Type: text/plain",
            _ => "X-None: x",
        };
        response(&format!("200 OK\r\n{content_type}"), &module)
    });
    run_with(
        &server,
        r#"
        const compile = path => WebAssembly.compileStreaming(fetch(server + path));
        equal(await compile('/upper') instanceof WebAssembly.Module, true);
        await rejects(TypeError, [server + '/none', 'no MIME type'], compile('/none'));
        for (const [path, shown] of [
            ['/charset', '"application/wasm;charset=utf-8"'],
            ['/semicolon', '"application/wasm;"'],
            ['/twice', '"application/wasm, application/wasm"'],
            ['/empty', '""'],
            ['/text', '"text/plain"'],
        ]) await rejects(TypeError, [server + path, shown], compile(path));
        const response = await fetch(server + '/text');
        await rejects(TypeError, 'text/plain', WebAssembly.compileStreaming(response));
        equal(response.bodyUsed, false);
    "#,
    );
}

#[test]
fn statuses() {
    let module = simple();
    let server = Background::answering(move |request| {
        wasm_response(&format!("{} Status", &request.target[1..]), &module)
    });
    run_with(
        &server,
        r#"
        const compile = status => WebAssembly.compileStreaming(fetch(`${server}/${status}`));
        equal(await compile(201) instanceof WebAssembly.Module, true);
        equal(await compile(299) instanceof WebAssembly.Module, true);
        for (const status of [300, 404, 500]) {
            await rejects(TypeError, [`${server}/${status}`, `status ${status}`], compile(status));
        }
        await rejects(WebAssembly.CompileError, '', compile(204));
    "#,
    );
}

#[test]
fn a_bad_status_is_told_along_with_a_bad_mime_type() {
    let server = Background::answering(|request| {
        let (status, content_type) = request.target[1..].split_once('/').unwrap();
        let status = status.replace('+', " ");
        let content_type = match content_type {
            "html" => "Content-Type: text/html",
            "wasm" => "Content-Type: application/wasm",
            _ => "X-None: x",
        };
        response(&format!("{status}\r\n{content_type}"), "<!doctype html>")
    });
    run_with(
        &server,
        r#"
        const expected = 'expected "application/wasm"';
        const message = path =>
            WebAssembly.compileStreaming(fetch(server + path)).catch(error => {
                check(error, TypeError, [server + path]);
                return error.message.slice(error.message.indexOf(path) + path.length + 1);
            });
        for (const [path, shown] of [
            ['/404+Not+Found/html', `has the MIME type "text/html", ${expected} (status 404 Not Found)`],
            ['/404+Not+Found/none', `has no MIME type, ${expected} (status 404 Not Found)`],
            ['/404+Not+Found/wasm', 'has the status 404'],
            ['/503+/html', `has the MIME type "text/html", ${expected} (status 503)`],
            ['/200+OK/html', `has the MIME type "text/html", ${expected}`],
            ['/200+OK/none', `has no MIME type, ${expected}`],
        ]) equal(await message(path), shown);
    "#,
    );
}

#[test]
fn a_used_body() {
    let module = simple();
    let server = Background::answering(move |_| wasm_response("200 OK", &module));
    run_with(
        &server,
        r#"
        const response = await fetch(server);
        response.arrayBuffer();
        await rejects(TypeError, 'already been used', WebAssembly.compileStreaming(response));
        const other = await fetch(server);
        const compiled = WebAssembly.compileStreaming(other);
        await rejects(TypeError, 'already been used', WebAssembly.compileStreaming(other));
        equal(await compiled instanceof WebAssembly.Module, true);
    "#,
    );
}

#[test]
fn transfers_that_break_off_reject() {
    let module = simple();
    let server = Background::new(move |mut connection| {
        let module = module.clone();
        async move {
            let request = connection.request().await.unwrap();
            let (framing, bytes) = match request.target.as_str() {
                "/length" => (format!("Content-Length: {}", module.len() + 1), module),
                "/chunked" => {
                    let mut bytes = format!("{:x}\r\n", module.len()).into_bytes();
                    bytes.extend_from_slice(&module);
                    bytes.extend_from_slice(b"\r\n");
                    ("Transfer-Encoding: chunked".to_owned(), bytes)
                }
                _ => (
                    "Content-Encoding: gzip".to_owned(),
                    b"\x1f\x8b\x08\0\0\0\0\0\0\0".to_vec(),
                ),
            };
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Type: application/wasm\r\n{framing}\r\n\r\n");
            connection.write(head).await;
            connection.write(bytes).await;
        }
    });
    run_with(
        &server,
        r#"
        for (const path of ['/length', '/chunked', '/coding']) {
            await rejects(TypeError, ['fetch failed', server + path], WebAssembly.compileStreaming(fetch(server + path)));
            await rejects(TypeError, ['fetch failed', server + path],
                WebAssembly.instantiateStreaming(fetch(server + path)));
        }
    "#,
    );
}

#[test]
fn a_bad_byte_rejects_at_once_and_drops_the_connection() {
    let closed = Arc::new(Notify::new());
    let server = {
        let closed = Arc::clone(&closed);
        Background::new(move |mut connection| {
            let closed = Arc::clone(&closed);
            async move {
                connection.request().await;
                // Most of the module is announced and never sent.
                connection
                    .write("HTTP/1.1 200 OK\r\nContent-Type: application/wasm\r\nContent-Length: 1000\r\n\r\n\0asx")
                    .await;
                connection.closed().await;
                closed.notify_one();
            }
        })
    };
    let mut context = context();
    let script = format!(
        "await rejects(WebAssembly.CompileError, '', WebAssembly.compileStreaming(fetch('{}')))",
        server.url
    );
    run_in(&mut context, &script);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(within(closed.notified()));
}

#[test]
fn a_stall_is_not_the_end() {
    let bytes = wasm_response("200 OK", &simple());
    let server = Background::new(move |mut connection| {
        let bytes = bytes.clone();
        async move {
            // Nothing distinguishes a stalled server from a slow one: it goes on when somebody asks it to.
            let request = connection.request().await.unwrap();
            let half = bytes.len() - 20;
            if request.target != "/" {
                if request.target == "/go" {
                    GO.notify_one();
                }
                connection.respond("200 OK", "").await;
                return;
            }
            connection.write(&bytes[..half]).await;
            GO.notified().await;
            connection.write(&bytes[half..]).await;
        }
    });
    run_with(
        &server,
        &format!(
            "{USE}
            let done = false;
            const used = use(fetch(server)).then(() => done = true);
            await fetch(server + '/nothing');
            equal(done, false);
            await fetch(server + '/go');
            await used;"
        ),
    );
}

/// Tells the stalled server to go on.
static GO: Notify = Notify::const_new();
