//! Streams as Rust makes and reads them.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    rc::Rc,
    task::{self, Poll, Waker},
};

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue, Source,
    job::{Job, NativeAsyncJob},
    js_string,
    property::Attribute,
};
use bytes::Bytes;
use taipan_web::streams::{
    BufferedSource, ByteSink, ByteSource, NativeTransform, ReadableStream, SourceError,
    TransformStream, TransformStreamDefaultController, WritableStream, into_byte_source, read_all,
};

/// What a test and its source share.
#[derive(Default)]
struct Feed {
    chunks: RefCell<VecDeque<Result<Bytes, &'static str>>>,
    ended: Cell<bool>,
    waker: RefCell<Option<Waker>>,
    polls: Cell<usize>,
    cancelled: Cell<bool>,
    dropped: Cell<bool>,
}

impl Feed {
    fn push(&self, chunk: &'static [u8]) {
        self.chunks.borrow_mut().push_back(Ok(chunk.into()));
        self.wake();
    }

    fn fail(&self, message: &'static str) {
        self.chunks.borrow_mut().push_back(Err(message));
        self.wake();
    }

    fn end(&self) {
        self.ended.set(true);
        self.wake();
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }
}

struct Fed(Rc<Feed>);

impl ByteSource for Fed {
    fn poll_chunk(
        &mut self,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Bytes, SourceError>>> {
        self.0.polls.set(self.0.polls.get() + 1);
        match self.0.chunks.borrow_mut().pop_front() {
            Some(chunk) => Poll::Ready(Some(chunk.map_err(|message| -> SourceError {
                Box::new(move |_| JsNativeError::typ().with_message(message).into())
            }))),
            None if self.0.ended.get() => Poll::Ready(None),
            None => {
                *self.0.waker.borrow_mut() = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn cancel(&mut self) {
        self.0.cancelled.set(true);
    }
}

impl Drop for Fed {
    fn drop(&mut self) {
        self.0.dropped.set(true);
    }
}

fn context() -> Context {
    let mut context = Context::default();
    taipan_web::register(&mut context).expect("everything registers");
    context
}

/// A stream with a source that the test feeds.
fn fed(context: &mut Context) -> (Rc<Feed>, JsObject<ReadableStream>) {
    let feed = Rc::new(Feed::default());
    let stream = ReadableStream::from_byte_source(Box::new(Fed(Rc::clone(&feed))), context);
    (feed, stream.expect("a stream"))
}

fn define(name: &str, value: impl Into<JsValue>, context: &mut Context) {
    context
        .register_global_property(js_string!(name), value, Attribute::all())
        .expect("a global");
}

fn eval(source: &str, context: &mut Context) -> JsValue {
    match context.eval(Source::from_bytes(source)) {
        Ok(value) => value,
        Err(error) => panic!("{source}: {error}"),
    }
}

fn run(context: &mut Context) {
    context.run_jobs().expect("no error of the engine");
}

/// What the script has put into `log`.
fn log(context: &mut Context) -> String {
    eval("log.join(' ')", context)
        .to_string(context)
        .expect("a string")
        .to_std_string_lossy()
}

#[test]
fn nothing_is_polled_before_somebody_reads() {
    let context = &mut context();
    let (feed, stream) = fed(context);
    feed.push(b"ab");
    define("stream", stream.upcast(), context);
    eval(
        "globalThis.log = []; globalThis.reader = stream.getReader();",
        context,
    );
    run(context);
    assert_eq!(feed.polls.get(), 0);
    eval(
        "reader.read().then(r => log.push(r.value, r.done));",
        context,
    );
    run(context);
    assert_eq!(log(context), "97,98 false");
    assert_eq!(feed.polls.get(), 1, "one read, one poll");
}

#[test]
fn reads_wait_for_chunks_and_see_the_end() {
    let context = &mut context();
    let (feed, stream) = fed(context);
    define("stream", stream.upcast(), context);
    eval(
        "globalThis.log = [];
         globalThis.reader = stream.getReader();
         for (let i = 0; i < 4; i++)
             reader.read().then(r => log.push(r.done ? 'end' : String.fromCharCode(...r.value)));",
        context,
    );
    // The reads wait meanwhile.
    feed.push(b"");
    feed.push(b"one");
    feed.push(b"two");
    feed.push(b"three");
    feed.end();
    run(context);
    assert_eq!(log(context), "one two three end");
    eval("reader.closed.then(() => log.push('closed'));", context);
    run(context);
    assert_eq!(log(context), "one two three end closed");
    assert!(feed.dropped.get(), "a source is dropped at its end");
}

#[test]
fn an_error_of_the_source_errors_the_stream() {
    let context = &mut context();
    let (feed, stream) = fed(context);
    feed.push(b"x");
    feed.fail("broken");
    define("stream", stream.upcast(), context);
    eval(
        "globalThis.log = [];
         const reader = stream.getReader();
         reader.read().then(() => reader.read()).catch(e => log.push(e.name, e.message));",
        context,
    );
    run(context);
    assert_eq!(log(context), "TypeError broken");
}

#[test]
fn cancelling_reaches_the_source() {
    let context = &mut context();
    let (feed, stream) = fed(context);
    define("stream", stream.upcast(), context);
    eval("stream.cancel('enough');", context);
    run(context);
    assert!(feed.cancelled.get() && feed.dropped.get());
}

#[test]
fn cancelling_ends_a_read_that_waits() {
    let context = &mut context();
    let (feed, stream) = fed(context);
    define("stream", stream.upcast(), context);
    eval(
        "globalThis.log = [];
         const reader = stream.getReader();
         reader.read().then(r => log.push(r.done));
         reader.cancel().then(() => log.push('cancelled'));",
        context,
    );
    // The job that waits has nothing to wait for any more: this returns.
    run(context);
    assert_eq!(log(context), "true cancelled");
    assert!(feed.cancelled.get());
}

#[test]
fn a_stream_that_is_garbage_drops_its_source() {
    let context = &mut context();
    let (feed, stream) = fed(context);
    drop(stream);
    boa_gc::force_collect();
    boa_gc::force_collect();
    assert!(feed.dropped.get());
}

#[test]
fn byob_reads_are_filled_from_the_source() {
    let context = &mut context();
    let (feed, stream) = fed(context);
    feed.push(b"abcdef");
    feed.push(b"gh");
    feed.end();
    define("stream", stream.upcast(), context);
    eval(
        "globalThis.log = [];
         (async () => {
             const reader = stream.getReader({ mode: 'byob' });
             const text = r => String.fromCharCode(...r.value) + (r.done ? '!' : '');
             log.push(text(await reader.read(new Uint8Array(4))));
             log.push(text(await reader.read(new Uint8Array(4), { min: 4 })));
             log.push(text(await reader.read(new Uint8Array(4))));
             log.push((await reader.read(new Uint8Array(7))).value.buffer.byteLength);
         })().catch(e => log.push(e));",
        context,
    );
    run(context);
    assert_eq!(log(context), "abcd efgh ! 7");
}

#[test]
fn a_byob_read_within_an_element_at_the_end_fails() {
    let context = &mut context();
    let (feed, stream) = fed(context);
    feed.push(b"abc");
    feed.end();
    define("stream", stream.upcast(), context);
    eval(
        "globalThis.log = [];
         (async () => {
             const reader = stream.getReader({ mode: 'byob' });
             const first = await reader.read(new Uint16Array(4));
             log.push(first.value.length);
             await reader.read(new Uint16Array(4));
         })().catch(e => log.push(e.name));",
        context,
    );
    run(context);
    assert_eq!(log(context), "1 TypeError");
}

#[test]
fn the_source_can_be_taken_once_and_only_from_a_fresh_stream() {
    let context = &mut context();
    let (_, stream) = fed(context);
    assert!(!ReadableStream::is_locked(&stream));
    assert!(ReadableStream::take_byte_source(&stream).is_some());
    assert!(ReadableStream::is_locked(&stream) && ReadableStream::is_disturbed(&stream));
    assert!(ReadableStream::take_byte_source(&stream).is_none());

    let (_, stream) = fed(context);
    define("stream", stream.clone().upcast(), context);
    eval("globalThis.reader = stream.getReader();", context);
    assert!(
        ReadableStream::take_byte_source(&stream).is_none(),
        "it is locked"
    );
    eval("reader.read(); reader.releaseLock();", context);
    assert!(
        ReadableStream::take_byte_source(&stream).is_none(),
        "it is disturbed"
    );
    assert!(!ReadableStream::is_locked(&stream));
}

/// What [`read_all`] hands over.
type Outcome = Rc<RefCell<Option<Result<Vec<u8>, String>>>>;

fn read_everything(stream: &JsObject<ReadableStream>, context: &mut Context) -> Outcome {
    let outcome = Outcome::default();
    let slot = Rc::clone(&outcome);
    read_all(stream, context, move |result, _| {
        *slot.borrow_mut() = Some(result.map_err(|error| error.to_string()));
        Ok(())
    })
    .expect("no error of the engine");
    outcome
}

fn script_stream(source: &str, context: &mut Context) -> JsObject<ReadableStream> {
    eval(source, context)
        .as_object()
        .expect("an object")
        .downcast::<ReadableStream>()
        .expect("a ReadableStream")
}

#[test]
fn read_all_reads_sources_and_scripts() {
    let context = &mut context();
    let stream = ReadableStream::from_bytes("all there".into(), context).expect("a stream");
    let outcome = read_everything(&stream, context);
    assert_eq!(outcome.take(), Some(Ok(b"all there".to_vec())), "at once");

    let (feed, stream) = fed(context);
    let outcome = read_everything(&stream, context);
    assert_eq!(outcome.take(), None);
    feed.push(b"in ");
    feed.push(b"parts");
    feed.end();
    run(context);
    assert_eq!(outcome.take(), Some(Ok(b"in parts".to_vec())));

    let stream = script_stream(
        "new ReadableStream({ start(c) {
             c.enqueue(new Uint8Array([104, 105])); c.enqueue(new Uint8Array([33])); c.close(); } })",
        context,
    );
    let outcome = read_everything(&stream, context);
    run(context);
    assert_eq!(outcome.take(), Some(Ok(b"hi!".to_vec())));

    let stream = script_stream(
        "new ReadableStream({ start(c) { c.enqueue('text'); c.close(); } })",
        context,
    );
    let outcome = read_everything(&stream, context);
    run(context);
    let message = outcome.take().expect("an outcome").expect_err("an error");
    assert!(message.contains("not a Uint8Array"), "{message}");

    let outcome = read_everything(&stream, context);
    let message = outcome.take().expect("an outcome").expect_err("an error");
    assert!(message.contains("locked"), "{message}");
}

#[test]
fn branches_of_a_source_are_read_at_their_own_pace() {
    let context = &mut context();
    let (feed, stream) = fed(context);
    let (first, second) = ReadableStream::tee(&stream, context).expect("two streams");
    assert!(ReadableStream::is_locked(&stream));
    let first = read_everything(&first, context);
    feed.push(b"for ");
    feed.push(b"both");
    feed.end();
    run(context);
    assert_eq!(first.take(), Some(Ok(b"for both".to_vec())));
    let second = read_everything(&second, context);
    assert_eq!(second.take(), Some(Ok(b"for both".to_vec())), "at once");
}

#[test]
fn both_branches_may_wait_and_both_get_the_error() {
    let context = &mut context();
    let (feed, stream) = fed(context);
    let (first, second) = ReadableStream::tee(&stream, context).expect("two streams");
    define("first", first.upcast(), context);
    define("second", second.upcast(), context);
    eval(
        "globalThis.log = [];
         globalThis.errors = [];
         for (const branch of [first, second]) {
             (async () => {
                 for await (const chunk of branch) log.push(chunk.length);
             })().catch(error => errors.push(error));
         }",
        context,
    );
    feed.push(b"123");
    feed.fail("broken");
    run(context);
    assert_eq!(log(context), "3 3");
    let same = eval("errors.length === 2 && errors[0] === errors[1]", context);
    assert!(same.to_boolean());
}

#[test]
fn a_source_is_cancelled_when_both_branches_are() {
    let context = &mut context();
    let (feed, stream) = fed(context);
    let (first, second) = ReadableStream::tee(&stream, context).expect("two streams");
    ReadableStream::cancel(&first, JsValue::undefined(), context).expect("no error");
    assert!(!feed.cancelled.get());
    ReadableStream::cancel(&second, JsValue::undefined(), context).expect("no error");
    assert!(feed.cancelled.get() && feed.dropped.get());
}

/// Reads at most `most` chunks out of a source, then drops it.
fn drain(
    mut source: Box<dyn ByteSource>,
    most: usize,
    context: &mut Context,
) -> Rc<RefCell<Vec<String>>> {
    let chunks = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&chunks);
    let job = async move |context: &RefCell<&mut Context>| -> JsResult<JsValue> {
        for _ in 0..most {
            match poll_fn(|cx| source.poll_chunk(cx)).await {
                Some(Ok(chunk)) => sink
                    .borrow_mut()
                    .push(String::from_utf8_lossy(&chunk).into_owned()),
                Some(Err(error)) => {
                    let error = error(&mut context.borrow_mut());
                    sink.borrow_mut().push(error.to_string());
                }
                None => {
                    sink.borrow_mut().push("end".to_owned());
                    break;
                }
            }
        }
        Ok(JsValue::undefined())
    };
    context.enqueue_job(Job::AsyncJob(NativeAsyncJob::new(job)));
    chunks
}

#[test]
fn scripts_can_be_read_as_sources() {
    let context = &mut context();
    let stream = script_stream(
        "globalThis.log = [];
         new ReadableStream({
             i: 0,
             pull(c) {
                 log.push(++this.i);
                 if (this.i > 2) c.close(); else c.enqueue(new Uint8Array([96 + this.i]));
             },
             cancel(reason) { log.push('cancelled'); },
         }, { highWaterMark: 0 })",
        context,
    );
    let source = into_byte_source(&stream, context).expect("a source");
    run_until_idle_with(source, 9, context, &["a", "b", "end"]);
    assert_eq!(log(context), "1 2 3");
}

fn run_until_idle_with(
    source: Box<dyn ByteSource>,
    most: usize,
    context: &mut Context,
    expected: &[&str],
) {
    let chunks = drain(source, most, context);
    run(context);
    let chunks = chunks.borrow();
    let first_lines: Vec<&str> = chunks
        .iter()
        .map(|chunk| chunk.trim_end_matches(" (native)"))
        .collect();
    assert_eq!(first_lines, expected);
}

#[test]
fn a_script_is_cancelled_when_its_source_is_dropped() {
    let context = &mut context();
    let stream = script_stream(
        "globalThis.log = [];
         new ReadableStream({
             pull(c) { c.enqueue(new Uint8Array([97])); },
             cancel(reason) { log.push('cancelled'); },
         }, { highWaterMark: 0 })",
        context,
    );
    let source = into_byte_source(&stream, context).expect("a source");
    run_until_idle_with(source, 2, context, &["a", "a"]);
    assert_eq!(log(context), "cancelled");
}

#[test]
fn a_script_that_gives_no_bytes_is_cancelled() {
    let context = &mut context();
    let stream = script_stream(
        "globalThis.log = [];
         new ReadableStream({
             pull(c) { c.enqueue('no bytes'); },
             cancel(reason) { log.push(reason.name); },
         }, { highWaterMark: 0 })",
        context,
    );
    let source = into_byte_source(&stream, context).expect("a source");
    run_until_idle_with(
        source,
        9,
        context,
        &[
            "TypeError: a chunk of the stream is not a Uint8Array",
            "end",
        ],
    );
    assert_eq!(log(context), "TypeError");
}

/// Counts what it gets, and passes it on.
#[derive(Default)]
struct Counting {
    bytes: Rc<Cell<usize>>,
    values: Rc<Cell<usize>>,
}

impl NativeTransform for Counting {
    fn transform(
        &mut self,
        chunk: JsValue,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        self.values.set(self.values.get() + 1);
        TransformStreamDefaultController::enqueue(controller, chunk, context)
    }

    fn transform_bytes(
        &mut self,
        chunk: Bytes,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        self.bytes.set(self.bytes.get() + chunk.len());
        TransformStreamDefaultController::enqueue_bytes(controller, chunk, context)
    }

    fn flush(
        &mut self,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        TransformStreamDefaultController::enqueue_bytes(controller, "!".into(), context)
    }
}

#[test]
fn pipes_between_native_ends_make_no_objects() {
    let context = &mut context();
    let source = BufferedSource::new(["one ".into(), "two".into()]);
    let stream = ReadableStream::from_byte_source(Box::new(source), context).expect("a stream");
    let transform = Counting::default();
    let (bytes, values) = (Rc::clone(&transform.bytes), Rc::clone(&transform.values));
    let transform =
        TransformStream::from_native(Box::new(transform), context).expect("a transform");
    define("stream", stream.upcast(), context);
    define("transform", transform.upcast(), context);
    let readable = script_stream("stream.pipeThrough(transform)", context);
    let outcome = read_everything(&readable, context);
    run(context);
    assert_eq!(outcome.take(), Some(Ok(b"one two!".to_vec())));
    assert_eq!((bytes.get(), values.get()), (7, 0));
}

/// Writes down what it is told. Takes one byte at a poll, if it is slow.
#[derive(Default)]
struct Recorder {
    log: Rc<RefCell<Vec<String>>>,
    slow: bool,
}

impl ByteSink for Recorder {
    fn poll_write(
        &mut self,
        chunk: &mut Bytes,
        cx: &mut task::Context<'_>,
    ) -> Poll<Result<(), SourceError>> {
        if chunk == "bad" {
            return Poll::Ready(Err(Box::new(|_| {
                JsNativeError::range().with_message("bad").into()
            })));
        }
        let part = chunk.split_to(if self.slow { 1 } else { chunk.len() });
        let part = String::from_utf8_lossy(&part).into_owned();
        self.log.borrow_mut().push(part);
        if chunk.is_empty() {
            return Poll::Ready(Ok(()));
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn poll_close(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), SourceError>> {
        self.log.borrow_mut().push("closed".to_owned());
        Poll::Ready(Ok(()))
    }

    fn abort(&mut self) {
        self.log.borrow_mut().push("aborted".to_owned());
    }
}

fn recording(slow: bool, context: &mut Context) -> Rc<RefCell<Vec<String>>> {
    let recorder = Recorder {
        slow,
        ..Recorder::default()
    };
    let log = Rc::clone(&recorder.log);
    let stream = WritableStream::from_byte_sink(Box::new(recorder), context).expect("a stream");
    define("sink", stream.upcast(), context);
    log
}

#[test]
fn sinks_are_written_to_and_closed() {
    let context = &mut context();
    let log = recording(false, context);
    let source = BufferedSource::new(["one".into(), "two".into()]);
    let stream = ReadableStream::from_byte_source(Box::new(source), context).expect("a stream");
    define("stream", stream.upcast(), context);
    eval("stream.pipeTo(sink);", context);
    run(context);
    assert_eq!(*log.borrow(), ["one", "two", "closed"]);

    let log = recording(true, context);
    eval(
        "globalThis.log = [];
         const writer = sink.getWriter();
         writer.write(new Uint8Array([97, 98])).then(() => log.push('written'));
         writer.close().then(() => log.push('closed'));",
        context,
    );
    run(context);
    assert_eq!(*log.borrow(), ["a", "a", "b", "closed"][1..].to_vec());
    assert_eq!(self::log(context), "written closed");
}

#[test]
fn sinks_fail_and_are_aborted() {
    let context = &mut context();
    let log = recording(false, context);
    eval("sink.abort();", context);
    run(context);
    assert_eq!(*log.borrow(), ["aborted"]);

    for chunk in ["new TextEncoder().encode('bad')", "'no bytes'"] {
        let log = recording(false, context);
        eval(
            &format!(
                "globalThis.log = [];
                 sink.getWriter().write({chunk}).catch(error => log.push(error.name));"
            ),
            context,
        );
        run(context);
        assert!(log.borrow().is_empty());
        let expected = if chunk.contains("bad") {
            "RangeError"
        } else {
            "TypeError"
        };
        assert_eq!(self::log(context), expected);
    }
}
