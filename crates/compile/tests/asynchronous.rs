//! Compilation on other threads.
#![allow(clippy::unwrap_used)]

mod common;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use common::{block_on, compile_chunks, large_module, large_module_with, observe};
use taipan_compile::{
    Closed, CompileErrorKind, CompileFuture, CompileOptions, CompileSink, engine_config, spawn,
};

fn start() -> (CompileSink, CompileFuture) {
    let engine = wasmi::Engine::new(&engine_config());
    spawn(engine, CompileOptions::default())
}

/// Counts how often it is woken.
#[derive(Default)]
struct Counter(AtomicUsize);

impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Waits for something that other threads do, for a minute at most.
fn eventually(mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < end, "it never happened");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_module_in_chunks_is_compiled() {
    for (bytes, size) in [
        (large_module(5_000), 64 << 10),
        (large_module(200), 100),
        (b"\0asm\x01\0\0\0".to_vec(), 1),
    ] {
        let (mut sink, future) = start();
        let expected = observe(&compile_chunks([&bytes[..]], &CompileOptions::default()));
        let producer = thread::spawn(move || {
            for chunk in bytes.chunks(size) {
                block_on(sink.push(Bytes::copy_from_slice(chunk))).unwrap();
            }
            sink.finish();
        });
        let (module, translated) = block_on(future).unwrap();
        producer.join().unwrap();
        assert_eq!(observe(&Ok(module.clone())), expected);
        let memories = module.info().memories.len();
        assert_eq!(translated.imports().count(), memories);
    }
}

#[test]
fn many_compilations_at_once_do_not_block_each_other() {
    let bytes = Bytes::from(large_module(2_000));
    let mut jobs = Vec::new();
    for _ in 0..20 {
        let (mut sink, future) = start();
        block_on(sink.push(bytes.slice(..bytes.len() / 2))).unwrap();
        jobs.push((sink, future));
    }
    let (rest, mut futures) = (bytes.slice(bytes.len() / 2..), Vec::new());
    for (mut sink, future) in jobs {
        block_on(sink.push(rest.clone())).unwrap();
        sink.finish();
        futures.push(future);
    }
    for future in futures {
        block_on(future).unwrap();
    }
}

/// The future resolves though neither the end nor any more bytes arrive.
#[test]
fn a_bad_byte_is_reported_before_the_end() {
    let bad_body = large_module_with(50, &[3]);
    // All bodies but the last few, so that the code section is not complete.
    let bad_body = &bad_body[..bad_body.len() * 9 / 10];
    for bytes in [b"<!doctype html>", bad_body] {
        let (mut sink, future) = start();
        // The compiler may be so fast that this hears of it already.
        let _ = block_on(sink.push(Bytes::copy_from_slice(bytes)));
        let error = block_on(future).unwrap_err();
        assert_eq!(error.kind, CompileErrorKind::Invalid);
        assert!(sink.is_closed());
        let more = block_on(sink.push(Bytes::from_static(b"more")));
        assert_eq!(more, Err(Closed));
    }
}

/// A worker finds the invalid body after the driver has gone idle.
#[test]
fn a_bad_body_in_a_large_batch_is_reported_before_the_end() {
    let bytes = large_module_with(5_000, &[4_000]);
    let (mut sink, future) = start();
    let _ = block_on(sink.push(Bytes::from(bytes).slice(..2_000_000 * 3 / 4)));
    let error = block_on(future).unwrap_err();
    assert!(error.message.contains("type mismatch"), "{error}");
}

#[test]
fn a_sink_that_is_dropped_aborts() {
    let (mut sink, future) = start();
    block_on(sink.push(Bytes::from_static(b"\0asm"))).unwrap();
    drop(sink);
    let error = block_on(future).unwrap_err();
    assert_eq!(error.kind, CompileErrorKind::Aborted);
    assert!(error.to_string().contains("aborted"), "{error}");
}

#[test]
fn a_future_that_is_dropped_closes_the_sink() {
    let (mut sink, future) = start();
    block_on(sink.push(Bytes::from_static(b"\0asm"))).unwrap();
    assert!(!sink.is_closed());
    drop(future);
    assert!(sink.is_closed());
    assert_eq!(
        block_on(sink.push(Bytes::from_static(b"\x01"))),
        Err(Closed)
    );
    sink.finish();
}

/// A producer that is faster than the compiler has to wait, and is woken.
#[test]
fn the_sink_holds_back_what_cannot_be_consumed() {
    let bytes = Bytes::from(large_module(30_000));
    assert!(bytes.len() > 8 << 20);
    let (mut sink, future) = start();
    let wakes = Arc::new(Counter::default());
    let waker = Waker::from(Arc::clone(&wakes));
    let mut context = Context::from_waker(&waker);
    let mut waits = 0;
    for start in (0..bytes.len()).step_by(1 << 20) {
        let chunk = bytes.slice(start..(start + (1 << 20)).min(bytes.len()));
        let mut push = pin!(sink.push(chunk));
        loop {
            let before = wakes.0.load(Ordering::SeqCst);
            match push.as_mut().poll(&mut context) {
                Poll::Ready(outcome) => break outcome.unwrap(),
                Poll::Pending => {
                    waits += 1;
                    eventually(|| wakes.0.load(Ordering::SeqCst) > before);
                }
            }
        }
    }
    sink.finish();
    block_on(future).unwrap();
    assert!(waits > 0, "8 MiB were never too much");
}

/// A waiting producer hears of the end of the interest.
#[test]
fn a_waiting_producer_is_woken_when_the_future_is_dropped() {
    let bytes = Bytes::from(large_module(30_000));
    let (mut sink, future) = start();
    let producer = thread::spawn(move || {
        loop {
            if let Err(closed) = block_on(sink.push(bytes.clone())) {
                return closed;
            }
        }
    });
    // The second copy is no section of the first one's module, or the future is dropped before.
    thread::sleep(Duration::from_millis(5));
    drop(future);
    assert_eq!(producer.join().unwrap(), Closed);
}

/// A producer that has nothing to push is told, without asking again and again.
#[test]
fn a_producer_without_bytes_is_woken_when_the_sink_closes() {
    let give_up: fn(&mut CompileSink) = |_| {};
    let break_it: fn(&mut CompileSink) = |sink| {
        let _ = block_on(sink.push(Bytes::from_static(b"<!doctype html>")));
    };
    for (end, dropped) in [(give_up, true), (break_it, false)] {
        let (mut sink, future) = start();
        let mut future = Some(future);
        let wakes = Arc::new(Counter::default());
        let waker = Waker::from(Arc::clone(&wakes));
        let mut context = Context::from_waker(&waker);
        assert!(sink.poll_closed(&mut context).is_pending());
        assert_eq!(wakes.0.load(Ordering::SeqCst), 0);
        end(&mut sink);
        if dropped {
            future = None;
        }
        eventually(|| wakes.0.load(Ordering::SeqCst) == 1);
        assert!(sink.poll_closed(&mut context).is_ready());
        assert!(sink.is_closed());
        block_on(sink.closed());
        drop(future);
    }
}

#[test]
fn both_ends_can_move_between_threads() {
    fn send<T: Send + Unpin + 'static>(_: &T) {}
    let (sink, future) = start();
    send(&sink);
    send(&future);
}
