//! `fetch`.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use boa_engine::{Source, js_string};
use url::Url;

use crate::{
    Background,
    common::{Received, response},
    context, run, run_in, run_with,
};

/// A server that tells what it was asked.
fn echo() -> Background {
    Background::answering(|request: &Received| {
        let header = |name| request.header(name).unwrap_or("-").to_owned();
        let text = format!(
            "{} {} {} {} {}",
            request.method,
            request.target,
            header("content-type"),
            header("x-own"),
            String::from_utf8_lossy(&request.body)
        );
        response("200 OK\r\nX-Answer: yes\r\nSet-Cookie: a=b", text)
    })
}

#[test]
fn the_function() {
    run(r#"
        equal([fetch.name, fetch.length], ['fetch', 1]);
        const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
        equal([writable, enumerable, configurable], [true, true, true]);
        throws(TypeError, '', () => new fetch('data:,'));
        const promise = fetch();
        equal(promise instanceof Promise, true);
        await rejects(TypeError, '1 argument', promise);
    "#);
}

#[test]
fn a_response_of_a_server() {
    run_with(
        &echo(),
        r#"
        const response = await fetch(server + '/path?query#fragment');
        equal([response.type, response.url, response.redirected, response.status, response.ok, response.statusText],
            ['basic', server + '/path?query', false, 200, true, 'OK']);
        equal(response.headers.get('x-answer'), 'yes');
        equal(response.headers.getSetCookie(), ['a=b']);
        throws(TypeError, 'immutable', () => response.headers.set('a', 'b'));
        throws(TypeError, 'immutable', () => response.headers.delete('a'));
        equal(await response.text(), 'GET /path?query - - ');
        equal(response.bodyUsed, true);
    "#,
    );
}

#[test]
fn requests_of_every_kind() {
    run_with(
        &echo(),
        r#"
        const text = async (...args) => (await fetch(...args)).text();
        equal(await text(server + '/', { method: 'post', body: 'b\u00e9' }),
            'POST / text/plain;charset=UTF-8 - b\u00e9');
        equal(await text(server + '/', { method: 'PUT', body: new Uint8Array([97, 98]), headers: { 'X-Own': ' 1 ' } }),
            'PUT / - 1 ab');
        equal(await text(server + '/', { method: 'patch', headers: [['content-type', 'x/y']], body: 'z' }),
            'patch / x/y - z');
        equal(await text(server + '/', { method: 'DELETE', body: null }), 'DELETE / - - ');
        equal(await text(server + '/', { headers: new Headers({ 'x-own': '2' }) }), 'GET / - 2 ');
        equal(await text({ toString: () => server + '/object' }), 'GET /object - - ');
        equal(await text({ href: 1, toString: () => server + '/url' }, null), 'GET /url - - ');
        const init = { method: 'POST', headers: { 'x-own': '3' }, body: 'body' };
        const request = new Request(server + '/request', init);
        equal(await text(request), 'POST /request text/plain;charset=UTF-8 3 body');
        equal(request.bodyUsed, true);
        equal(await text(new Request(server + '/request', init), { body: 'other', headers: {} }),
            'POST /request text/plain;charset=UTF-8 - other');
        const head = await fetch(server + '/', { method: 'HEAD' });
        equal([head.status, await head.text(), head.bodyUsed], [200, '', false]);
    "#,
    );
}

#[test]
fn bad_requests_reject() {
    run_with(
        &echo(),
        r#"
        await rejects(TypeError, ['http://:', 'invalid URL'], fetch('http://:'));
        await rejects(TypeError, ['"relative.wasm"', 'invalid URL'], fetch('relative.wasm'));
        await rejects(TypeError, 'user name', fetch('http://user:secret@127.0.0.1/'));
        await rejects(TypeError, 'CONNECT', fetch(server, { method: 'CONNECT' }));
        await rejects(TypeError, 'trace', fetch(server, { method: 'trace' }));
        await rejects(TypeError, 'method', fetch(server, { method: 'a b' }));
        await rejects(TypeError, 'GET', fetch(server, { body: 'x' }));
        await rejects(TypeError, 'HEAD', fetch(server, { method: 'head', body: '' }));
        await rejects(TypeError, 'redirect', fetch(server, { redirect: 'maybe' }));
        await rejects(TypeError, 'header name', fetch(server, { headers: { 'a b': '' } }));
        await rejects(TypeError, '"x"', fetch(server, { headers: { x: '\x01' } }));
        await rejects(TypeError, 'RequestInit', fetch(server, 1));
        await rejects(RangeError, 'mine', fetch({ toString() { throw new RangeError('mine') } }));
        await rejects(RangeError, 'mine', fetch(server, { get method() { throw new RangeError('mine') } }));
        await rejects(TypeError, ['fetch failed', 'port 25'], fetch('http://127.0.0.1:25/'));
        await rejects(TypeError, ['fetch failed', 'ftp'], fetch('ftp://127.0.0.1/'));
    "#,
    );
}

#[test]
fn network_errors_say_where_and_why() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    run(&format!(
        "await rejects(TypeError, ['fetch failed: http://127.0.0.1:{port}/x', 'refused'],
            fetch('http://127.0.0.1:{port}/x'))"
    ));
}

#[test]
fn a_truncated_body_rejects() {
    let server = Background::new(|mut connection| async move {
        connection.request().await;
        connection
            .write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            .await;
    });
    run_with(
        &server,
        r#"
        for (const method of ['arrayBuffer', 'bytes', 'text', 'json']) {
            const response = await fetch(server + '/x');
            equal(response.status, 200);
            await rejects(TypeError, ['fetch failed', server + '/x', 'before the body was complete'],
                response[method]());
        }
        const response = await fetch(server);
        const clone = response.clone();
        await rejects(TypeError, 'fetch failed', clone.text());
        await rejects(TypeError, 'fetch failed', response.text());
    "#,
    );
}

#[test]
fn a_reader_learns_of_a_failure_without_reading() {
    let server = Background::new(|mut connection| async move {
        connection.request().await;
        connection
            .write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            .await;
    });
    run_with(
        &server,
        r#"
        const reader = (await fetch(server + '/x')).body.getReader();
        await rejects(TypeError, 'before the body was complete', reader.closed);
        await rejects(TypeError, 'before the body was complete', reader.read());
        await rejects(TypeError, 'before the body was complete', reader.closed);

        // Who has begun to read gets what came before the failure.
        const other = (await fetch(server + '/x')).body.getReader();
        const [closed, chunk] = [other.closed, other.read()];
        equal((await chunk).value.length, 3);
        await rejects(TypeError, 'before the body was complete', closed);

        const cancelled = (await fetch(server + '/x')).body.getReader();
        const end = cancelled.closed;
        await cancelled.cancel();
        await end;
    "#,
    );
}

#[test]
fn closed_waits_for_a_reader_to_come_to_the_end() {
    let server = Background::answering(|_| response("200 OK", "all of it"));
    run_with(
        &server,
        r#"
        const reader = (await fetch(server)).body.getReader();
        let isClosed = false;
        reader.closed.then(() => isClosed = true);
        equal((await reader.read()).value.length, 9);
        equal((await reader.read()).done, true);
        await reader.closed;
        equal(isClosed, true);
    "#,
    );
}

#[test]
fn redirects() {
    let server = Background::answering(|request| match request.target.as_str() {
        "/" => response("302 Found\r\nLocation: /there", "moved"),
        target => response("200 OK", target),
    });
    run_with(
        &server,
        r#"
        const followed = await fetch(server + '/#fragment');
        equal([followed.redirected, followed.url, await followed.text()], [true, server + '/there', '/there']);
        await rejects(TypeError, 'redirect', fetch(server, { redirect: 'error' }));
        const manual = await fetch(server, { redirect: 'manual' });
        equal([manual.status, manual.headers.get('location'), manual.redirected], [302, '/there', false]);
    "#,
    );
}

#[test]
fn a_manual_redirect_is_the_redirect_itself() {
    let server = Background::answering(|_| response("307 Elsewhere\r\nLocation: /there", "moved"));
    run_with(
        &server,
        r#"
        const response = await fetch(server, { redirect: 'manual' });
        equal([response.type, response.url, response.redirected], ['basic', server + '/', false]);
        equal([response.status, response.statusText, response.ok], [307, 'Elsewhere', false]);
        equal(response.headers.get('location'), '/there');
        equal(await response.text(), 'moved');
    "#,
    );
}

/// A server of bodies that never end, and the largest number of its connections that were open at once.
fn endless() -> (Background, Arc<AtomicUsize>) {
    let most = Arc::new(AtomicUsize::new(0));
    let server = {
        let most = Arc::clone(&most);
        let open = Arc::new(AtomicUsize::new(0));
        Background::new(move |mut connection| {
            let (most, open) = (Arc::clone(&most), Arc::clone(&open));
            async move {
                let now = open.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                if connection.request().await.is_some() {
                    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n";
                    connection.write(head).await;
                    connection.write(vec![b'x'; 10_000]).await;
                    connection.closed().await;
                }
                open.fetch_sub(1, Ordering::SeqCst);
            }
        })
    };
    (server, most)
}

#[test]
fn unread_responses_give_their_connections_back() {
    let (server, most) = endless();
    run_with(
        &server,
        r#"
        for (let i = 0; i < 300; i++) {
            const response = await fetch(server);
            equal(response.status, 200);
            if (i % 3 === 0) response.clone();
        }
    "#,
    );
    let most = most.load(Ordering::SeqCst);
    assert!(most < 100, "{most} connections were open");
}

#[test]
fn unread_responses_in_use_keep_their_connections() {
    let (server, most) = endless();
    run_with(
        &server,
        r#"
        const all = [];
        for (let i = 0; i < 100; i++) all.push(await fetch(server));
        for (const response of all) equal(response.bodyUsed, false);
    "#,
    );
    assert_eq!(most.load(Ordering::SeqCst), 100);
}

#[test]
fn null_body_statuses() {
    let server = Background::answering(|_| b"HTTP/1.1 204 No Content\r\n\r\n".to_vec());
    run_with(
        &server,
        r#"
        const response = await fetch(server);
        equal([response.status, await response.text(), response.bodyUsed], [204, '', false]);
    "#,
    );
}

#[test]
fn clones_share_a_stream() {
    let text = "0123456789".repeat(100_000);
    let server = Background::answering(move |_| response("200 OK", &text));
    run_with(
        &server,
        r#"
        const response = await fetch(server);
        const clone = response.clone();
        equal([clone.url, clone.type, clone.status], [server + '/', 'basic', 200]);
        throws(TypeError, 'immutable', () => clone.headers.set('a', 'b'));
        const expected = '0123456789'.repeat(100_000);
        equal(await clone.text() === expected, true);
        equal(response.bodyUsed, false);
        equal((await response.arrayBuffer()).byteLength, 1_000_000);
        // Side by side, and three of them.
        const [a, b] = [await fetch(server)].flatMap(first => [first, first.clone()]);
        const c = b.clone();
        const texts = await Promise.all([a.text(), b.text(), c.text()]);
        equal(texts.every(text => text === expected), true);
    "#,
    );
}

#[test]
fn relative_urls_resolve_against_the_base() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("data.json"), r#"{"a":1}"#).unwrap();
    let mut context = context();
    let base = Url::from_file_path(directory.path().join("script.js")).unwrap();
    taipan_web::set_base_url(&mut context, base);
    run_in(
        &mut context,
        r#"
        const response = await fetch('data.json');
        equal([response.status, response.headers.get('content-type')], [200, 'application/json']);
        equal(response.url.startsWith('file:///') && response.url.endsWith('/data.json'), true);
        equal(await response.json(), { a: 1 });
        await rejects(TypeError, ['fetch failed: file://', 'no such file'], fetch('missing.json'));
        await rejects(TypeError, 'is a directory', fetch('.'));
        equal(Response.redirect('x').headers.get('location').endsWith('/x'), true);
    "#,
    );
    let server = echo();
    taipan_web::set_base_url(&mut context, server.url.parse().unwrap());
    run_in(
        &mut context,
        "equal(await (await fetch('/a/../b')).text(), 'GET /b - - ')",
    );
}

#[test]
fn data_urls() {
    run(r#"
        const response = await fetch('data:text/x;base64,aGk=#fragment');
        equal([response.url, response.headers.get('content-type'), await response.text()],
            ['data:text/x;base64,aGk=', 'text/x', 'hi']);
        await rejects(TypeError, 'base64', fetch('data:;base64,!'));
    "#);
}

#[test]
fn the_request_leaves_at_once() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let server = Background::answering(move |_| {
        sender.send(()).unwrap();
        response("200 OK", "")
    });
    let mut context = context();
    let script = format!("fetch('{}').then(r => status = r.status)", server.url);
    context.eval(Source::from_bytes(&script)).unwrap();
    // No job has run.
    receiver.recv().unwrap();
    context.run_jobs().unwrap();
    let global = context.global_object();
    let status = global.get(js_string!("status"), &mut context).unwrap();
    assert_eq!(status.as_number(), Some(200.0));
}

#[test]
fn many_at_once() {
    run_with(
        &echo(),
        r#"
        const responses = await Promise.all(Array.from({ length: 50 }, (_, index) => fetch(`${server}/${index}`)));
        const texts = await Promise.all(responses.map(response => response.text()));
        texts.forEach((text, index) => equal(text, `GET /${index} - - `));
    "#,
    );
}

#[test]
fn a_context_may_go_before_its_requests_do() {
    let server = echo();
    for _ in 0..10 {
        let mut context = context();
        let script = format!("fetch('{}').then(r => r.text())", server.url);
        context.eval(Source::from_bytes(&script)).unwrap();
    }
    let server = echo();
    run_with(&server, "equal((await fetch(server)).status, 200)");
}
