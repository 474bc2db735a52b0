//! The same script does the same, byte for byte.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use taipan::{Permissions, SourceKind};

use crate::{
    limits::network::{respond, serve},
    support::logged,
};

/// What a script logs with a seed.
fn run(source: &str, seed: u64) -> Vec<String> {
    let (builder, log) = logged();
    let mut runtime = builder
        .deterministic(seed)
        .permissions(Permissions::all())
        .build()
        .expect("a runtime");
    let url = "taipan:main.mjs".parse().expect("a URL");
    let ran = runtime.run_source(source, &url, SourceKind::Module);
    ran.expect(source);
    log.take()
}

/// That several runs are the same; gives what they log.
fn same(source: &str) -> Vec<String> {
    let first = run(source, 1);
    assert!(!first.is_empty(), "{source}");
    for _ in 0..5 {
        assert_eq!(run(source, 1), first, "{source}");
    }
    first
}

/// Says how long to wait: something else every time.
fn delay() -> Duration {
    static STATE: AtomicU64 = AtomicU64::new(1);
    let seed = STATE.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
    let now = std::time::UNIX_EPOCH
        .elapsed()
        .expect("a time")
        .subsec_nanos();
    Duration::from_micros((seed ^ u64::from(now)).wrapping_mul(0xbf58_476d_1ce4_e5b9) % 8000)
}

/// A server that answers in no order.
fn server() -> String {
    serve(|path, stream| {
        thread::sleep(delay());
        let kind = if path.ends_with(".js") {
            "text/javascript"
        } else {
            "application/wasm"
        };
        match path {
            // In pieces, the delays between them included.
            "/pieces" => {
                use std::io::Write as _;
                write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n")?;
                for _ in 0..5 {
                    thread::sleep(delay());
                    stream.write_all(b"0123456789")?;
                }
                Ok(())
            }
            "/module.wasm" => respond(stream, kind, b"\0asm\x01\0\0\0"),
            _ => respond(stream, kind, format!("console.log('{path}')").as_bytes()),
        }
    })
}

#[test]
fn random_numbers_come_of_the_seed() {
    let source = "console.log(Math.random(), Math.random(), crypto.randomUUID());
        console.log(crypto.getRandomValues(new Uint8Array(100)).join());
        const { publicKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign']);
        console.log(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)).join());
        const form = new FormData(); form.append('a', 'b');
        console.log(await new Response(form).text())";
    let first = same(source);
    assert_ne!(run(source, 2), first);
}

#[test]
fn timers_take_no_time() {
    let start = Instant::now();
    let log = same(
        "const start = [Date.now(), performance.now(), performance.timeOrigin];
         console.log(...start, new Date().toString());
         setTimeout(() => console.log('last', Date.now() - start[0]), 3.6e6);
         let ticks = 0;
         const timer = setInterval(() => { if (++ticks === 1000) clearInterval(timer) }, 60_000 / 1000);
         AbortSignal.timeout(500).onabort = event => console.log(event.type, performance.now());
         await new Promise(done => setTimeout(done, 1000.5));
         console.log(performance.now(), ticks, event());
         function event() { return new Event('x').timeStamp }",
    );
    assert!(start.elapsed() < Duration::from_secs(60));
    assert_eq!(log.last().map(String::as_str), Some("last 3600000"));
    assert!(log[0].contains("Sat Jan 01 2000 00:00:00"), "{log:?}");
}

#[test]
fn responses_come_in_the_order_of_the_requests() {
    let url = server();
    let source = "const order = [];
        let zeros = 0;
        const tick = () => { zeros++; if (order.length < 10) setTimeout(tick, 1) };
        tick();
        await Promise.all(Array.from({ length: 10 }, async (_, i) => {
            const response = await fetch(`URL/${i}`);
            order.push(`header ${i} ${performance.now()} ${zeros}`);
            const text = await response.text();
            order.push(`body ${i} ${text.length}`);
            setTimeout(() => order.push(`timer ${i} ${performance.now()}`));
        }));
        const first = await Promise.race([3, 2, 1].map(async i => (await fetch(`URL/${i}`), i)));
        order.push(first);
        for await (const chunk of (await fetch('URL/pieces')).body) order.push(`chunk ${chunk.length}`);
        setTimeout(() => console.log(order.join('\\n'), zeros), 10)";
    let log = same(&source.replace("URL", &url));
    let headers: Vec<_> = log[0]
        .lines()
        .filter(|line| line.starts_with("header"))
        .collect();
    for (index, line) in headers.iter().enumerate() {
        assert!(line.starts_with(&format!("header {index} ")), "{log:?}");
    }
    assert!(log[0].contains("\n3\n"), "{log:?}");
    assert!(log[0].contains("chunk 50"), "{log:?}");
}

#[test]
fn modules_and_compilations_come_in_order() {
    let url = server();
    let source = "const log = text => () => console.log(text);
        const large = new Uint8Array(8 + 6 + 1_000_000);
        large.set([0, 97, 115, 109, 1, 0, 0, 0, 0, 0xc4, 0x84, 0x3d, 3, 97, 98, 99]);
        await Promise.all([
            WebAssembly.compile(large).then(log('large'), log('large')),
            import('URL/c.js').then(log('c')),
            WebAssembly.compileStreaming(fetch('URL/module.wasm')).then(log('streaming')),
            fetch('URL/x').then(log('fetch')),
            WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(log('small')),
            import('URL/b.js').then(log('b')),
            import('URL/a.js').then(log('a')),
        ])";
    same(&source.replace("URL", &url));
}
