//! Servers that do their worst, against everything that asks servers: each request ends with the right error and before
//! its deadline, and the next one to a good server succeeds.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "hostile_servers/answers.rs"]
mod answers;
#[path = "hostile_servers/sockets.rs"]
mod sockets;

use std::time::{Duration, Instant};

use taipan::{Error, Limits, Permissions, Runtime, net};

use answers::{ANSWERS, Server, WHOLE};

/// How long a server may say nothing.
const IDLE: Duration = Duration::from_millis(400);

/// How long any request may take.
const TOTAL: Duration = Duration::from_secs(2);

/// How much of a body is taken.
const MOST: u64 = 1 << 20;

/// What asks. Each gives the outcome as text.
const CONSUMERS: &str = r"
    let count = 0;
    const outcome = (promise) => promise.then((value) => `fulfilled ${value}`, (error) => error.name + ': ' + error.message);
    const consumers = {
      text: async (url) => (await fetch(url)).text().then(text => text.length),
      bytes: async (url) => (await (await fetch(url)).bytes()).length,
      json: async (url) => (await fetch(url)).json(),
      reader: async (url) => { let sum = 0; for await (const chunk of (await fetch(url)).body) sum += chunk.length; return sum },
      clone: async (url) => { const r = await fetch(url); return (await Promise.all([r.clone().text(), r.text()])).map(t => t.length) },
      streaming: async (url) => { await WebAssembly.instantiateStreaming(fetch(url)) },
      import: async (url) => { await import(`${url}?${count++}`) },
      'import of a module': async (url) => { await import(`${url}?${count++}#.wasm`) },
      'import of JSON': async (url) => { await import(`${url}?${count++}`, { with: { type: 'json' } }) },
    };
    const ask = (consumer, url) => outcome(consumers[consumer](url));
    const events = (url) => new Promise((done) => {
      const source = new EventSource(url);
      source.onopen = () => {};
      source.onerror = () => { source.close(); done('error') };
    });
    const socket = (url) => new Promise((done) => {
      const socket = new WebSocket(url);
      let events = '';
      socket.onmessage = ({ data }) => { events += `message ${data.length ?? data.size} ` };
      socket.onerror = () => { events += 'error ' };
      socket.onclose = ({ code }) => done(`${events}close ${code}`);
    });
";

/// A worker that asks by `XMLHttpRequest`, since only workers have it, and tells the events that came and what there is to be
/// seen of the request then. In the end it does the same with a good server and the same object.
const ASKER: &str = r"
    const request = new XMLHttpRequest();
    const seen = () => [request.readyState, request.status, request.statusText, request.responseURL,
      request.getAllResponseHeaders(), request.getResponseHeader('content-type'), request.response];
    let events, done;
    for (const kind of ['load', 'error', 'timeout', 'abort', 'loadend']) {
      request.addEventListener(kind, () => {
        events.push(`${kind} ${request.readyState} ${request.status}`);
        if (kind === 'loadend') done();
      });
    }
    const ask = async (url, { type = '', timeout = 0, late = 0, synchronous = false }) => {
      events = [];
      const end = new Promise((resolve) => { done = resolve });
      request.open('GET', url, !synchronous);
      request.responseType = type;
      request.timeout = timeout;
      try {
        request.send();
        if (late) request.timeout = late;
        if (!synchronous) await end;
      } catch (error) {
        events.push(error.name);
      }
      return [...events, ...seen()];
    };
    onmessage = async ({ data: [url, how] }) => postMessage(await ask(url, how));
";

/// Asks the worker, and gives what it tells as JSON.
const ASK: &str = r"
    const worker = new Worker(URL.createObjectURL(new Blob([ASKER])));
    const xhr = (url, how = {}) => new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(JSON.stringify(data));
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage([url, how]);
    });
";

fn runtime() -> Runtime {
    runtime_with(Some(IDLE))
}

/// One in which `xhr` asks by `XMLHttpRequest`.
fn runtime_with_worker(idle_timeout: Option<Duration>) -> Runtime {
    let mut runtime = runtime_with(idle_timeout);
    let asker = serde_json::to_string(ASKER).unwrap();
    runtime.eval(&format!("const ASKER = {asker};")).unwrap();
    runtime.eval(ASK).unwrap();
    runtime
}

fn runtime_with(idle_timeout: Option<Duration>) -> Runtime {
    let options = net::ClientOptions {
        idle_timeout,
        total_timeout: idle_timeout.and(Some(TOTAL)),
        proxy: net::Proxy::None,
        ..Default::default()
    };
    let mut runtime = Runtime::builder()
        .permissions(Permissions::all())
        .limits(
            Limits::new()
                .response_size(MOST)
                .run_timeout(Duration::from_secs(60)),
        )
        .network(options)
        .console(|_: taipan::Level, _: &str| {})
        .build()
        .unwrap();
    runtime.eval(CONSUMERS).unwrap();
    runtime
}

#[track_caller]
fn text(runtime: &mut Runtime, source: &str) -> Result<String, Error> {
    let start = Instant::now();
    let promise = runtime.eval(source)?;
    let text = runtime.resolve_as::<String>(promise)?;
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{source}: {:?}",
        start.elapsed()
    );
    Ok(text)
}

/// Whatever happened, a good server can be asked.
#[track_caller]
fn goes_on(runtime: &mut Runtime, server: &Server) {
    let fine = text(runtime, &format!("ask('text', '{}')", server.url("whole")));
    assert_eq!(fine.unwrap(), "fulfilled 4");
}

#[test]
fn every_answer_to_every_consumer() {
    let server = Server::start();
    taipan::on_js_thread(|| {
        let mut runtime = runtime();
        let consumers: Vec<String> = runtime.eval_as("Object.keys(consumers)").unwrap();
        for answer in ANSWERS {
            for consumer in &consumers {
                // The slow ones are waited for by a few only.
                if answer.is_slow && !matches!(consumer.as_str(), "text" | "streaming" | "import") {
                    continue;
                }
                let url = server.url(answer.path);
                let got = text(&mut runtime, &format!("ask('{consumer}', '{url}')")).unwrap();
                let streaming = consumer == "streaming" || consumer == "import of a module";
                let is_error = got.starts_with("TypeError: ")
                    // What there was of a body was no module, or no JSON.
                    || streaming && got.starts_with("CompileError: ")
                    || consumer.contains("JSON") && got.starts_with("SyntaxError: ");
                assert!(is_error, "{} to {consumer}: {got}", answer.path);
            }
            goes_on(&mut runtime, &server);
        }
    })
    .unwrap();
}

#[test]
fn every_answer_to_an_event_source() {
    let server = Server::start();
    taipan::on_js_thread(|| {
        let mut runtime = runtime();
        for answer in ANSWERS.iter().filter(|answer| !answer.is_slow) {
            let got = text(
                &mut runtime,
                &format!("events('{}')", server.url(answer.path)),
            );
            assert_eq!(got.unwrap(), "error", "{}", answer.path);
        }
        goes_on(&mut runtime, &server);
    })
    .unwrap();
}

#[test]
fn every_answer_to_a_web_socket() {
    let server = Server::start();
    taipan::on_js_thread(|| {
        let mut runtime = runtime();
        for answer in ANSWERS.iter().filter(|answer| !answer.is_slow) {
            let url = server.url(answer.path).replace("http:", "ws:");
            let got = text(&mut runtime, &format!("socket('{url}')"));
            assert_eq!(got.unwrap(), "error close 1006", "{}", answer.path);
        }
        goes_on(&mut runtime, &server);
    })
    .unwrap();
}

#[test]
fn a_response_that_is_cut_or_reset_at_each_byte() {
    let server = Server::start();
    taipan::on_js_thread(|| {
        let mut runtime = runtime();
        for how in ["cut", "reset"] {
            for at in 0..WHOLE.len() {
                let url = server.url(&format!("{how}/{at}"));
                for consumer in ["text", "streaming", "import"] {
                    let got = text(&mut runtime, &format!("ask('{consumer}', '{url}')"));
                    let got = got.unwrap();
                    assert!(
                        got.starts_with("TypeError: "),
                        "{how} {at} {consumer}: {got}"
                    );
                }
            }
            goes_on(&mut runtime, &server);
        }
    })
    .unwrap();
}

#[test]
fn bodies_that_are_small_on_the_way() {
    assert!(answers::bomb("gzip").len() < 1 << 20);
    let server = Server::start();
    taipan::on_js_thread(|| {
        let mut runtime = runtime();
        for coding in ["gzip", "deflate", "br", "zstd"] {
            for consumer in [
                "text",
                "bytes",
                "reader",
                "clone",
                "streaming",
                "import",
                "json",
            ] {
                let url = server.url(&format!("bomb/{coding}"));
                let got = text(&mut runtime, &format!("ask('{consumer}', '{url}')")).unwrap();
                // Zeros are no module, which is found out first.
                let expected = match consumer {
                    "streaming" => {
                        got.starts_with("CompileError: ") || got.starts_with("TypeError: ")
                    }
                    _ => {
                        got.starts_with("TypeError: ")
                            && got.contains("more than the 1048576 bytes")
                    }
                };
                assert!(expected, "{coding} {consumer}: {got}");
            }
            goes_on(&mut runtime, &server);
        }
    })
    .unwrap();
}

#[test]
fn sockets_that_misbehave_once_they_are_open() {
    let server = sockets::Server::start();
    let good = Server::start();
    taipan::on_js_thread(|| {
        let mut runtime = runtime();
        for (path, expected) in sockets::EXPECTED {
            let got = text(&mut runtime, &format!("socket('{}')", server.url(path))).unwrap();
            assert!(expected.contains(&got.as_str()), "{path}: {got}");
        }
        goes_on(&mut runtime, &good);
    })
    .unwrap();
}

#[test]
fn nothing_is_kept_of_a_thousand_failures() {
    let server = Server::start();
    taipan::on_js_thread(|| {
        let mut runtime = runtime();
        let source = format!(
            "(async () => {{
               let failures = 0;
               for (let i = 0; i < 50; i++) {{
                 const all = Array.from({{ length: 20 }}, (_, i) => fetch('{}' + i).then(r => r.text()));
                 for (const {{ status }} of await Promise.allSettled(all)) failures += status === 'rejected';
               }}
               return String(failures);
             }})()",
            server.url("reset/")
        );
        assert_eq!(text(&mut runtime, &source).unwrap(), "1000");
        goes_on(&mut runtime, &server);
    })
    .unwrap();
}

/// What there is to be seen of a request that has failed: it is done, and has no response.
fn failed(events: &str, response: &str) -> String {
    format!(r#"[{events},4,0,"","","",null,{response}]"#)
}

#[track_caller]
fn goes_on_with_requests(runtime: &mut Runtime, server: &Server) {
    let url = server.url("whole");
    let seen = |events: &str| {
        let headers =
            r#""content-length: 4\r\ncontent-type: text/javascript\r\n","text/javascript""#;
        format!(r#"[{events},4,200,"OK","{url}",{headers},"1+1;"]"#)
    };
    for (how, events) in [
        ("{}", r#""load 4 200","loadend 4 200""#),
        ("{ synchronous: true }", r#""load 4 200","loadend 4 200""#),
    ] {
        let got = text(runtime, &format!("xhr('{url}', {how})")).unwrap();
        assert_eq!(got, seen(events), "{how}");
    }
}

#[test]
fn every_answer_to_an_xml_http_request() {
    let server = Server::start();
    taipan::on_js_thread(|| {
        let mut runtime = runtime_with_worker(Some(IDLE));
        for answer in ANSWERS {
            let url = server.url(answer.path);
            let error = r#""error 4 0","loadend 4 0""#;
            let timeout = r#""timeout 4 0","loadend 4 0""#;
            let mut ways = vec![
                ("{}", failed(error, r#""""#)),
                ("{ type: 'arraybuffer' }", failed(error, "null")),
                (
                    "{ synchronous: true }",
                    failed(r#""NetworkError""#, r#""""#),
                ),
            ];
            if answer.is_slow {
                ways.extend([
                    ("{ timeout: 50 }", failed(timeout, r#""""#)),
                    ("{ type: 'blob', late: 50 }", failed(timeout, "null")),
                    (
                        "{ timeout: 50, synchronous: true }",
                        failed(r#""TimeoutError""#, r#""""#),
                    ),
                ]);
            } else {
                ways.push(("{ type: 'json', timeout: 10000 }", failed(error, "null")));
            }
            for (how, expected) in ways {
                let got = text(&mut runtime, &format!("xhr('{url}', {how})"));
                let got = got.unwrap_or_else(|error| panic!("{} {how}: {error}", answer.path));
                assert_eq!(got, expected, "{} {how}", answer.path);
            }
        }
        goes_on_with_requests(&mut runtime, &server);
        goes_on(&mut runtime, &server);
    })
    .unwrap();
}

#[test]
fn an_xml_http_request_that_is_cut_or_reset_at_each_byte_or_too_large() {
    let server = Server::start();
    taipan::on_js_thread(|| {
        let mut runtime = runtime_with_worker(Some(IDLE));
        let cuts = ["cut", "reset"]
            .iter()
            .flat_map(|how| (0..WHOLE.len()).map(move |at| format!("{how}/{at}")));
        let bombs = ["gzip", "deflate", "br", "zstd"].map(|coding| format!("bomb/{coding}"));
        for path in cuts.chain(bombs) {
            let url = server.url(&path);
            let got = text(&mut runtime, &format!("xhr('{url}')")).unwrap();
            let error = failed(r#""error 4 0","loadend 4 0""#, r#""""#);
            assert_eq!(got, error, "{path}");
            let got = text(
                &mut runtime,
                &format!("xhr('{url}', {{ synchronous: true }})"),
            );
            assert_eq!(got.unwrap(), failed(r#""NetworkError""#, r#""""#), "{path}");
        }
        goes_on_with_requests(&mut runtime, &server);
    })
    .unwrap();
}

#[test]
fn nothing_waits_for_an_xml_http_request_but_its_worker() {
    let server = Server::start();
    taipan::on_js_thread(|| {
        for how in ["{ synchronous: true }", "{}"] {
            // Nothing but the server ends these requests, after five seconds.
            let mut runtime = runtime_with_worker(None);
            let start = Instant::now();
            let source = format!(
                "(async () => {{
                   xhr('{}', {how});
                   await new Promise((resolve) => setTimeout(resolve, 200));
                   worker.terminate();
                   return 'terminated';
                 }})()",
                server.url("silent")
            );
            assert_eq!(text(&mut runtime, &source).unwrap(), "terminated");
            goes_on(&mut runtime, &server);
            drop(runtime);
            assert!(
                start.elapsed() < Duration::from_secs(4),
                "{:?}",
                start.elapsed()
            );
        }
    })
    .unwrap();
}
