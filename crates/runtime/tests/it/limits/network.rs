//! Limits of what comes over the network.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    thread,
};

use taipan::Permissions;

use super::*;

/// What a server does with a request for a path.
type Answer = fn(&str, &mut TcpStream) -> std::io::Result<()>;

/// A server on the loopback interface, one thread a connection; gives its URL.
pub(crate) fn serve(answer: Answer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone()?).lines();
                while let Some(Ok(request)) = lines.next() {
                    while lines
                        .next()
                        .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
                    {
                    }
                    let path = request.split(' ').nth(1).unwrap_or("/").to_owned();
                    answer(&path, &mut stream)?;
                }
                Ok::<_, std::io::Error>(())
            });
        }
    });
    format!("http://{address}")
}

/// A response with all of its body.
pub(crate) fn respond(stream: &mut TcpStream, kind: &str, body: &[u8]) -> std::io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
    )?;
    stream.write_all(body)
}

fn networked(limits: Limits) -> Runtime {
    let builder = Runtime::builder()
        .permissions(Permissions::all())
        .limits(limits);
    builder.build().expect("a runtime")
}

/// What a promise is rejected with, as text.
fn rejection(runtime: &mut Runtime, source: &str) -> String {
    let source = format!("(async () => {{ {source} }})().then(() => 'nothing', String)");
    let promise = runtime.eval(&source).expect(&source);
    let value = runtime.resolve(promise).expect("a reason");
    value.as_string().expect("a text").to_std_string_lossy()
}

fn answer(path: &str, stream: &mut TcpStream) -> std::io::Result<()> {
    match path {
        // Without an end.
        "/endless" => {
            write!(stream, "HTTP/1.1 200 OK\r\n\r\n")?;
            loop {
                stream.write_all(&[b'x'; 4096])?;
            }
        }
        // A chunk now and then, without an end.
        "/slow" => {
            write!(stream, "HTTP/1.1 200 OK\r\n\r\n")?;
            loop {
                stream.write_all(b"x")?;
                thread::sleep(Duration::from_millis(5));
            }
        }
        "/zip" => {
            // A megabyte of zeros, compressed to a kilobyte.
            let body = gzip(&[0; 1 << 20]);
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n"
            )?;
            stream.write_all(&body)
        }
        "/module.js" => respond(stream, "text/javascript", &[b' '; 2000]),
        "/silent" => loop {
            thread::sleep(Duration::from_secs(1));
        },
        _ => respond(stream, "text/plain", &[b'x'; 1000]),
    }
}

/// Stored blocks would do, but then nothing is decoded to more than it was.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut runtime = Runtime::new().expect("a runtime");
    let length = bytes.len();
    let promise = runtime
        .eval(&format!(
            "new Response(new Blob([new Uint8Array({length})]).stream()
                 .pipeThrough(new CompressionStream('gzip'))).bytes().then(bytes => bytes.join())"
        ))
        .expect("a promise");
    let text = runtime.resolve(promise).expect("bytes");
    let text = text.as_string().expect("a text").to_std_string_lossy();
    let bytes = text.split(',').map(|byte| byte.parse().expect("a byte"));
    bytes.collect()
}

#[test]
fn a_body_has_so_many_bytes() {
    let url = serve(answer);
    let mut runtime = networked(Limits::new().response_size(1500));
    for source in [
        "await (await fetch('URL/endless')).text()",
        "await (await fetch('URL/endless')).clone().arrayBuffer()",
        "for await (const chunk of (await fetch('URL/endless')).body);",
        "await (await fetch('URL/zip')).bytes()",
        "await (await fetch('data:,' + 'x'.repeat(1501))).text()",
        "await WebAssembly.compileStreaming(fetch('URL/endless').then(response =>
            new Response(response.body, { headers: { 'content-type': 'application/wasm' } })))",
        "await import('URL/module.js')",
    ] {
        let error = rejection(&mut runtime, &source.replace("URL", &url));
        assert!(error.starts_with("TypeError"), "{source}: {error}");
        assert!(
            error.contains("more than the 1500 bytes"),
            "{source}: {error}"
        );
        lives(&mut runtime);
    }
    let program = format!("{url}/module.js").parse().expect("a URL");
    let error = runtime
        .run_url(&program, taipan::SourceKind::Detect)
        .expect_err("too large");
    assert!(error.to_string().contains("1500"), "{error}");
    let fits = "if ((await (await fetch('URL/')).text()).length !== 1000) throw 'not all'";
    assert_eq!(
        rejection(&mut runtime, &fits.replace("URL", &url)),
        "nothing"
    );
}

#[test]
fn files_have_so_many_bytes() {
    let large = format!("export default '{}'", "x".repeat(2000));
    let files =
        crate::support::Files::new(&[("large.js", &large), ("small.js", "export default 1")]);
    let mut runtime = networked(Limits::new().response_size(1500));
    let url = |name| taipan::Url::from_file_path(files.path(name)).expect("a URL");
    for source in ["await import('URL')", "await (await fetch('URL')).text()"] {
        let large = source.replace("URL", url("large.js").as_str());
        let error = rejection(&mut runtime, &large);
        assert!(
            error.contains("more than the 1500 bytes"),
            "{source}: {error}"
        );
        let small = source.replace("URL", url("small.js").as_str());
        assert_eq!(rejection(&mut runtime, &small), "nothing");
    }
}

#[test]
fn a_body_without_an_end_ends_with_the_run() {
    let url = serve(answer);
    let mut runtime = networked(Limits::new().run_timeout(SHORT));
    for source in [
        "await (await fetch('URL/slow')).text()",
        "for await (const chunk of (await fetch('URL/slow')).body);",
        "await (await fetch('URL/silent')).text()",
    ] {
        let source = format!("(async () => {{ {} }})()", source.replace("URL", &url));
        let error = error_of(&mut runtime, &source);
        assert_eq!(
            error.limit(),
            Some(Limit::RunTimeout(SHORT)),
            "{source}: {error}"
        );
        lives(&mut runtime);
    }
}

#[test]
fn so_many_connections_are_open_at_once() {
    let url = serve(answer);
    let mut runtime = networked(Limits::new().connections(2));
    let many = "globalThis.held = [await fetch('URL/slow'), await fetch('URL/slow')];
        await fetch('URL/')";
    let error = rejection(&mut runtime, &many.replace("URL", &url));
    assert!(error.starts_with("TypeError"), "{error}");
    assert!(error.contains("no more than 2 connections"), "{error}");
    runtime
        .eval("for (const response of held) response.body.cancel()")
        .expect("they are closed");
    // One after the other, to several hosts; and what is garbage holds none.
    let other = serve(answer);
    let again = "for (let i = 0; i < 10; i++) {
            await (await fetch('URL/')).text();
            await (await fetch('OTHER/')).text();
            await fetch('URL/slow');
        }";
    let again = again.replace("URL", &url).replace("OTHER", &other);
    assert_eq!(rejection(&mut runtime, &again), "nothing");
    lives(&mut runtime);
}

#[test]
fn so_many_responses_are_under_way_at_once() {
    let url = serve(answer);
    let mut runtime = networked(Limits::new().fetches(3));
    let many = "const held = []; for (;;) held.push(await fetch('URL/slow'))";
    let error = rejection(&mut runtime, &many.replace("URL", &url));
    assert!(error.contains("no more than 3 responses"), "{error}");
    // Their turn comes when others are through.
    let all = "await Promise.all(Array.from({ length: 20 }, async () =>
        { await (await fetch('URL/')).text() }))";
    assert_eq!(
        rejection(&mut runtime, &all.replace("URL", &url)),
        "nothing"
    );
    lives(&mut runtime);
}
