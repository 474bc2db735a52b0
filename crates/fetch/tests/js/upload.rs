//! Streams as the bodies of requests, and requests that are aborted.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use crate::{Background, common::response, run_with};

/// A server that tells how it was sent what.
fn echo() -> Background {
    Background::answering(|request| {
        let header = |name| request.header(name).unwrap_or("-").to_owned();
        let text = format!(
            "{} {} {} {}",
            request.method,
            header("transfer-encoding"),
            header("content-length"),
            String::from_utf8_lossy(&request.body)
        );
        response("200 OK", text)
    })
}

#[test]
fn streams_are_sent_in_chunks() {
    run_with(
        &echo(),
        r#"
        const send = async (body, more) =>
            (await fetch(server, { method: 'POST', body, duplex: 'half', ...more })).text();
        const bytes = text => new TextEncoder().encode(text);
        const later = new ReadableStream({
            async start(controller) {
                for (const part of ['a', 'b', 'c']) {
                    await new Promise(resolve => setTimeout(resolve, 5));
                    controller.enqueue(bytes(part));
                }
                controller.close();
            }
        });
        equal(await send(later), 'POST chunked - abc');
        equal(await send(new ReadableStream({ start(c) { c.close() } })), 'POST chunked - ');
        equal(await send((await fetch('data:,body')).body), 'POST chunked - body');
        const request = new Request(server, { method: 'PUT', body: new Blob(['blob']).stream(), duplex: 'half' });
        const copy = request.clone();
        equal(await (await fetch(request)).text(), 'PUT chunked - blob');
        equal(await (await fetch(copy)).text(), 'PUT chunked - blob');
        equal([request.bodyUsed, copy.bodyUsed], [true, true]);
    "#,
    );
}

#[test]
fn bytes_have_a_length() {
    run_with(
        &echo(),
        r#"
        const send = async body => (await fetch(server, { method: 'POST', body })).text();
        equal(await send('text'), 'POST - 4 text');
        equal(await send(new URLSearchParams({ a: 'b c' })), 'POST - 5 a=b+c');
        equal(await send(new Blob(['x', 'y'])), 'POST - 2 xy');
        equal(await send(''), 'POST - 0 ');
        const looked = new Request(server, { method: 'POST', body: 'looked at' });
        looked.body;
        equal(await (await fetch(looked)).text(), 'POST - 9 looked at');
        equal(looked.body.locked, true);
    "#,
    );
}

#[test]
fn a_stream_that_fails_or_has_no_bytes() {
    run_with(
        &echo(),
        r#"
        const send = body => fetch(server, { method: 'POST', body, duplex: 'half' });
        await rejects(TypeError, ['body of the request', 'boom'],
            send(new ReadableStream({ pull(c) { c.error(new Error('boom')) } })));
        let cancelled = false;
        const strings = new ReadableStream({
            start(c) { c.enqueue('text') },
            cancel() { cancelled = true }
        });
        await rejects(TypeError, 'Uint8Array', send(strings));
        await new Promise(resolve => setTimeout(resolve));
        equal(cancelled, true);
    "#,
    );
}

#[test]
fn a_server_that_does_not_read_holds_the_stream_back() {
    let server = Background::new(|mut connection| async move {
        connection.head().await;
        connection.closed().await;
    });
    run_with(
        &server,
        r#"
        let pulled = 0, reason;
        const body = new ReadableStream({
            pull(controller) {
                pulled++;
                controller.enqueue(new Uint8Array(1 << 16));
                if (pulled > 4000) controller.close();
            },
            cancel(given) { reason = given }
        });
        const controller = new AbortController();
        const { signal } = controller;
        const promise = fetch(server, { method: 'POST', body, duplex: 'half', signal });
        // The server reads all that it does not look at, so time is what there is to go by.
        await new Promise(resolve => setTimeout(resolve, 20));
        controller.abort('enough');
        let error;
        try { await promise } catch (thrown) { error = thrown }
        equal(error, 'enough');
        await new Promise(resolve => setTimeout(resolve, 50));
        const before = pulled;
        await new Promise(resolve => setTimeout(resolve, 20));
        equal([pulled, reason], [before, 'enough']);
    "#,
    );
}

/// A server of bodies that never end, and the number of its connections that are open.
fn endless() -> (Background, Arc<AtomicUsize>) {
    let open = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&open);
    let server = Background::new(move |mut connection| {
        let open = Arc::clone(&count);
        async move {
            open.fetch_add(1, Ordering::SeqCst);
            connection.request().await;
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc";
            connection.write(head).await;
            connection.closed().await;
            open.fetch_sub(1, Ordering::SeqCst);
        }
    });
    (server, open)
}

#[test]
fn aborting_closes_connections() {
    let (server, open) = endless();
    run_with(
        &server,
        r#"
        const controller = new AbortController();
        const { signal } = controller;
        const responses = await Promise.all(Array.from({ length: 4 }, () => fetch(server, { signal })));
        const text = responses[0].text();
        const reader = responses[1].body.getReader();
        await reader.read();
        const copy = responses[2].clone();
        controller.abort('stop');
        for (const promise of [text, reader.read(), copy.text(), responses[2].text(), responses[3].bytes()]) {
            let error;
            try { await promise } catch (thrown) { error = thrown }
            equal(error, 'stop');
        }
    "#,
    );
    for _ in 0..500 {
        if open.load(Ordering::SeqCst) == 0 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("{} connections are open", open.load(Ordering::SeqCst));
}

#[test]
fn a_signal_keeps_no_responses_alive() {
    let (server, open) = endless();
    run_with(
        &server,
        r#"
        const { signal } = new AbortController();
        globalThis.kept = signal;
        for (let index = 0; index < 300; index++) await fetch(server, { signal });
    "#,
    );
    let open = open.load(Ordering::SeqCst);
    assert!(open < 200, "{open} connections are open");
}

#[test]
fn redirects_of_bodies() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let server = {
        let log = Arc::clone(&log);
        Background::answering(move |request| {
            let mut log = log.lock().unwrap();
            log.push(format!("{} {}", request.method, request.target));
            match request.target.as_str() {
                "/303" => response("303 See Other\r\nLocation: /there", ""),
                "/307" => response("307 Temporary Redirect\r\nLocation: /there", ""),
                _ => response("200 OK", &request.body),
            }
        })
    };
    run_with(
        &server,
        r#"
        const stream = () => new Blob(['body']).stream();
        const send = (path, body) => fetch(server + path, { method: 'POST', body, duplex: 'half' });
        equal(await (await send('/307', 'body')).text(), 'body');
        equal(await (await send('/303', stream())).text(), '');
        await rejects(TypeError, 'cannot be sent again', send('/307', stream()));
    "#,
    );
    assert_eq!(
        log.lock().unwrap()[..],
        [
            "POST /307",
            "POST /there",
            "POST /303",
            "GET /there",
            "POST /307"
        ]
    );
}
