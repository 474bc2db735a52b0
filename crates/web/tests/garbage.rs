//! What is kept alive, and what is not.

use boa_engine::{Context, Source, job::SimpleJobExecutor};
use std::rc::Rc;

fn context() -> Context {
    let mut context = Context::builder()
        .job_executor(Rc::new(SimpleJobExecutor::new()))
        .build()
        .expect("a context");
    taipan_web::register(&mut context).expect("registers");
    context
}

/// Runs a script and everything that it queues.
fn eval(context: &mut Context, source: &str) -> String {
    let value = context
        .eval(Source::from_bytes(source))
        .unwrap_or_else(|error| panic!("{source}: {error}"));
    context.run_jobs().expect("no job fails");
    value
        .to_string(context)
        .expect("a string")
        .to_std_string_escaped()
}

fn alive(context: &mut Context) -> String {
    context.clear_kept_objects();
    // Ephemerons and the values that hang on them take more than one round.
    for _ in 0..3 {
        boa_gc::force_collect();
    }
    eval(
        context,
        "refs.filter(ref => ref.deref() !== undefined).length",
    )
}

#[test]
fn ports_are_collected_with_what_listens_and_what_waits() {
    let mut context = context();
    eval(
        &mut context,
        r"
        var refs = [];
        (() => {
            for (let i = 0; i < 50; i++) {
                const { port1, port2 } = new MessageChannel();
                const inner = new MessageChannel();
                // Listeners that refer to the other end, a message that waits, and a port that is in it.
                inner.port1.onmessage = () => [port1, port2, inner];
                port1.onmessage = () => port2;
                port2.onclose = () => port1;
                port1.postMessage({ text: 'never read' }, [inner.port2]);
                refs.push(new WeakRef(port1), new WeakRef(port2), new WeakRef(inner.port1));
            }
        })(); ''",
    );
    assert_eq!(alive(&mut context), "0");
}

#[test]
fn a_port_keeps_the_other_end() {
    let mut context = context();
    eval(
        &mut context,
        r"
        var refs = [], log = [], kept;
        (() => {
            const { port1, port2 } = new MessageChannel();
            port2.onmessage = event => log.push(event.data);
            refs.push(new WeakRef(port2));
            // Two times on its way to a new owner.
            const carrier = new MessageChannel();
            carrier.port2.onmessage = event => { kept = event.ports[0]; };
            carrier.port1.postMessage(0, [port1]);
        })(); ''",
    );
    assert_eq!(alive(&mut context), "1");
    eval(&mut context, "kept.postMessage('heard')");
    assert_eq!(eval(&mut context, "log.join()"), "heard");
    eval(&mut context, "kept.close(); kept = undefined");
    assert_eq!(alive(&mut context), "0");
}

#[test]
fn broadcast_channels_live_as_long_as_somebody_listens() {
    let mut context = context();
    eval(
        &mut context,
        r"
        var refs = [], log = [];
        (() => {
            for (let i = 0; i < 40; i++) {
                const channel = new BroadcastChannel('x');
                if (i % 4 === 0) channel.onmessage = event => log.push(event.data);
                if (i % 8 === 0) refs[i] = channel;
                refs.push(new WeakRef(channel));
            }
            refs = refs.filter(ref => ref instanceof WeakRef);
        })(); ''",
    );
    assert_eq!(alive(&mut context), "10");
    eval(&mut context, "new BroadcastChannel('x').postMessage(1)");
    assert_eq!(eval(&mut context, "log.length"), "10");
    eval(
        &mut context,
        "refs.forEach((ref, i) => i % 8 ? ref.deref()?.close() : ref.deref() && (ref.deref().onmessage = null)); ''",
    );
    assert_eq!(alive(&mut context), "0");
}

#[test]
fn blobs_are_collected_though_their_urls_are_not_revoked() {
    let mut context = context();
    eval(
        &mut context,
        r"
        var refs = [];
        (() => {
            for (let i = 0; i < 50; i++) {
                const file = new File(['content'], 'name');
                const data = new FormData();
                data.append('file', file);
                const reader = new FileReader();
                reader.onload = () => [reader, data, file];
                reader.readAsText(file);
                structuredClone({ file, data: [file] });
                URL.createObjectURL(file);
                refs.push(new WeakRef(file), new WeakRef(data), new WeakRef(reader), new WeakRef(file.stream()));
            }
        })(); ''",
    );
    assert_eq!(alive(&mut context), "0");
}

#[test]
fn a_url_stands_for_a_blob_until_it_is_revoked() {
    let mut context = context();
    let url = eval(
        &mut context,
        "var url = URL.createObjectURL(new Blob(['content'], { type: 'a/b' }))",
    );
    assert_eq!(url, "undefined");
    let url = eval(&mut context, "url");
    assert!(url.starts_with("blob:null/"), "{url}");
    let resolve = taipan_web::blob::url_store::resolve;
    let (bytes, kind) = resolve(&url, &context).expect("a blob");
    assert_eq!((&bytes[..], &*kind), (&b"content"[..], "a/b"));
    assert!(resolve(&format!("{url}#fragment"), &context).is_some());
    assert!(resolve(&format!("{url}?query"), &context).is_none());
    eval(&mut context, "URL.revokeObjectURL(url + '#fragment')");
    assert!(resolve(&url, &context).is_some());
    eval(&mut context, "URL.revokeObjectURL(url)");
    assert!(resolve(&url, &context).is_none());
}

#[test]
fn streams_are_collected_with_what_waits_for_them() {
    let mut context = context();
    eval(
        &mut context,
        r"
        var refs = [];
        (() => {
            const never = () => new Promise(() => {});
            for (let i = 0; i < 20; i++) {
                const waiting = new ReadableStream({ pull: () => (waiting, never()) });
                const reader = waiting.getReader();
                reader.read().then(() => reader);
                const bytes = new ReadableStream({ type: 'bytes', pull: () => (bytes, never()) });
                bytes.getReader({ mode: 'byob' }).read(new Uint8Array(9)).then(() => bytes);
                const sink = new WritableStream({ write: () => (sink, never()) });
                const writer = sink.getWriter();
                writer.ready.then(() => writer);
                writer.write('x').then(() => writer);
                const source = new ReadableStream({ pull: () => (source, never()) });
                const piped = source.pipeThrough(new TransformStream());
                const controller = new AbortController();
                const target = new WritableStream();
                const other = new ReadableStream();
                other.pipeTo(target, { signal: controller.signal }).then(() => other);
                const [one, two] = new ReadableStream({ pull: () => (one, never()) }).tee();
                const [three, four] =
                    new ReadableStream({ type: 'bytes', pull: () => (three, never()) }).tee();
                one.getReader().read();
                four.getReader().read();
                const iterated = new ReadableStream();
                iterated[Symbol.asyncIterator]().next().then(() => iterated);
                for (const stream of [waiting, bytes, sink, source, piped, target, other, one, two,
                                      three, four, iterated])
                    refs.push(new WeakRef(stream));
            }
        })(); ''",
    );
    assert_eq!(alive(&mut context), "0");
}

#[test]
fn what_blobs_and_buffers_hold_counts() {
    let mut context = context();
    eval(
        &mut context,
        r"
        var refs = [];
        const bytes = new Uint8Array(1 << 20);
        for (let i = 0; i < 200; i++) {
            refs.push(new WeakRef(i % 2 ? new Blob([bytes]) : structuredClone(bytes)));
        } ''",
    );
    context.clear_kept_objects();
    eval(
        &mut context,
        "for (let i = 0; i < 200; i++) refs.push(new WeakRef(i % 2 ? new Blob([bytes]) : structuredClone(bytes))); ''",
    );
    let alive = eval(
        &mut context,
        "refs.slice(0, 200).filter(ref => ref.deref() !== undefined).length",
    );
    assert_eq!(alive, "0");
}
