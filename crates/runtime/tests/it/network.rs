//! Embedders in the place of the network.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use taipan::{
    SourceKind,
    net::{
        ClientOptions, FetchError, FetchErrorKind, NativeBody, NativeResponse, Request, RequestBody,
    },
};

use crate::support::logged;

/// Runs a script in what `configure` makes of a builder, and returns what it logs.
fn logs(
    configure: impl FnOnce(taipan::RuntimeBuilder) -> taipan::RuntimeBuilder,
    source: &str,
) -> Vec<String> {
    let (builder, log) = logged();
    let mut runtime = configure(builder).build().expect("a runtime");
    runtime
        .eval(&format!("(async () => {{ {source} }})()"))
        .expect(source);
    runtime.run().expect("the loop");
    assert_eq!(runtime.uncaught_errors(), 0, "{:?}", log.take());
    log.take()
}

/// Tells what was asked, and sends back the body.
async fn echo(request: Request) -> Result<NativeResponse, FetchError> {
    let own = request.headers.get("x-own").cloned();
    let body = match request.body {
        Some(body) => body.into_native(),
        None => NativeBody::empty(),
    };
    let mut response = NativeResponse::new(201)
        .with_status_text("Echoed")
        .with_header("x-method", request.method.as_str())
        .with_body(body);
    if let Some(own) = own.as_ref().and_then(|own| own.to_str().ok()) {
        response = response.with_header("x-own", own);
    }
    Ok(response)
}

#[test]
fn a_transport_sees_requests_and_streams_both_ways() {
    let source = r#"
        const body = new ReadableStream({
            start(controller) {
                for (const part of ['a', 'b', 'c']) controller.enqueue(new TextEncoder().encode(part));
                controller.close();
            }
        });
        const init = { method: 'PUT', body, duplex: 'half', headers: { 'x-own': 'yes' } };
        const response = await fetch('https://nowhere.invalid/', init);
        console.log(response.status, response.statusText, response.headers.get('x-method'),
            response.headers.get('x-own'), await response.text());
    "#;
    let logs = logs(|builder| builder.transport(echo), source);
    assert_eq!(logs, ["201 Echoed PUT yes abc"]);
}

#[test]
fn what_a_transport_refuses_is_an_error_of_the_script() {
    let refuse = |request: Request| async move {
        let error = FetchError::new(FetchErrorKind::Denied, &request.url, "not allowed here");
        Err::<NativeResponse, _>(error)
    };
    let source =
        "try { await fetch('http://host/x') } catch (e) { console.log(e.name, e.message) }";
    assert_eq!(
        logs(|builder| builder.transport(refuse), source),
        ["TypeError fetch failed: http://host/x: not allowed here"]
    );
}

#[test]
fn a_scheme_for_fetch_and_for_imports() {
    let app = |request: Request| async move {
        let (kind, text) = match request.url.path() {
            "/main.js" => (
                "text/javascript",
                "import { x } from './lib.js'; console.log(x, import.meta.url);
                 console.log(await (await fetch('data.txt')).text())",
            ),
            "/lib.js" => ("text/javascript", "export const x = 42"),
            _ => ("text/plain", "some data"),
        };
        Ok(NativeResponse::new(200)
            .with_header("content-type", kind)
            .with_body(NativeBody::from_bytes(text.into())))
    };
    let (builder, log) = logged();
    let mut runtime = builder.scheme("APP", app).build().expect("a runtime");
    runtime
        .run_url(
            &"app://files/main.js".parse().expect("a URL"),
            SourceKind::Module,
        )
        .expect("the program");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["42 app://files/main.js", "some data"]);
}

#[test]
fn aborting_drops_the_transports_future() {
    struct OnDrop(Arc<AtomicBool>);
    impl Drop for OnDrop {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let dropped = Arc::new(AtomicBool::new(false));
    let guard = Arc::new(Mutex::new(Some(OnDrop(Arc::clone(&dropped)))));
    let stall = move |_: Request| {
        let guard = guard.lock().expect("a lock").take();
        async move {
            let _guard = guard;
            std::future::pending::<Result<NativeResponse, FetchError>>().await
        }
    };
    let source = r#"
        const controller = new AbortController();
        const response = fetch('http://host/', { signal: controller.signal });
        setTimeout(() => controller.abort(new Error('enough')), 10);
        try { await response } catch (e) { console.log(e.message) }
    "#;
    assert_eq!(logs(|builder| builder.transport(stall), source), ["enough"]);
    // The thread that it runs on may need a moment.
    for _ in 0..500 {
        if dropped.load(Ordering::SeqCst) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the future goes on");
}

#[test]
fn options_for_the_client() {
    let options = ClientOptions {
        url_filter: Some(Arc::new(|url| match url.host_str() {
            Some("good.invalid") => Ok(()),
            _ => Err("only good.invalid".to_owned()),
        })),
        ..ClientOptions::default()
    };
    let source = r#"
        console.log((await fetch('http://good.invalid/')).status);
        try { await fetch('http://bad.invalid/') } catch (e) { console.log(e.message) }
    "#;
    assert_eq!(
        logs(|builder| builder.network(options).transport(echo), source),
        [
            "201",
            "fetch failed: http://bad.invalid/: only good.invalid"
        ]
    );
}

#[test]
fn bodies_of_requests_are_bytes_or_streams() {
    let kinds = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&kinds);
    let note = move |request: Request| {
        let kind = match &request.body {
            None => "none".to_owned(),
            Some(RequestBody::Bytes(bytes)) => format!("{} bytes", bytes.len()),
            Some(RequestBody::Stream(_)) => "stream".to_owned(),
        };
        log.lock().expect("the log").push(kind);
        async { Ok(NativeResponse::new(200)) }
    };
    let source = r#"
        const send = body => fetch('http://host/', { method: 'POST', body, duplex: 'half' });
        await send(null);
        await send('text');
        const request = new Request('http://host/', { method: 'POST', body: 'touched' });
        request.body;
        await fetch(request);
        await send(new ReadableStream({ start(c) { c.close() } }));
    "#;
    logs(|builder| builder.transport(note), source);
    let kinds = kinds.lock().expect("the log");
    assert_eq!(kinds[..], ["none", "4 bytes", "7 bytes", "stream"]);
}
