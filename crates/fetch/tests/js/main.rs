//! The JavaScript interfaces, on the engine's own job executor.
//!
//! A test is the body of an async function; `equal` and `throws` are there to check with.
#![allow(clippy::unwrap_used, reason = "this is a test")]

#[path = "../common/mod.rs"]
mod common;

mod fetch;
mod headers;
mod response;
#[cfg(feature = "wasm")]
mod streaming;
mod upload;
mod web_socket;

use std::{future::Future, thread};

use boa_engine::{
    Context, JsValue, Source, builtins::promise::PromiseState, js_string,
    object::builtins::JsPromise,
};
use tokio::sync::oneshot;

use common::{Connection, Received, Server};

const PRELUDE: &str = r#"
    function equal(actual, expected, what = '') {
        const [a, b] = [actual, expected].map(value =>
            value === undefined ? 'undefined' : JSON.stringify(value));
        if (a !== b) throw new Error(`${what}: got ${a}, expected ${b}`);
    }
    function check(error, constructor, message) {
        if (!(error instanceof constructor)) {
            throw new Error(`expected a ${constructor.name}, got ${error}`);
        }
        for (const part of [message].flat()) {
            if (!error.message.includes(part)) {
                throw new Error(`"${error.message}" does not say "${part}"`);
            }
        }
    }
    function throws(constructor, message, f) {
        let result;
        try { result = f() } catch (error) { return check(error, constructor, message) }
        throw new Error(`nothing was thrown, the result is ${result}`);
    }
    async function rejects(constructor, message, promise) {
        let result;
        try { result = await promise } catch (error) { return check(error, constructor, message) }
        throw new Error(`nothing was thrown, the result is ${result}`);
    }
"#;

/// A context with everything that a test may need.
fn context() -> Context {
    let mut context = Context::default();
    taipan_web::register(&mut context).unwrap();
    #[cfg(feature = "wasm")]
    taipan_wasm::register(&mut context, &taipan_wasm::Options::default()).unwrap();
    taipan_fetch::register(&mut context, taipan_fetch::FetchOptions::default()).unwrap();
    context.eval(Source::from_bytes(PRELUDE)).unwrap();
    context
}

/// Runs the body of an async function in `context` and fails if it throws or never ends.
fn run_in(context: &mut Context, script: &str) {
    let script = format!("(async () => {{ {script} }})()");
    let promise = context.eval(Source::from_bytes(&script)).unwrap();
    let promise = JsPromise::from_object(promise.as_object().unwrap()).unwrap();
    context.run_jobs().unwrap();
    match promise.state() {
        PromiseState::Fulfilled(_) => {}
        PromiseState::Rejected(error) => panic!("{}", error.display()),
        PromiseState::Pending => panic!("it never ended"),
    }
}

fn run(script: &str) {
    run_in(&mut context(), script);
}

/// Runs a script against a server, whose address is the global `server`.
fn run_with(server: &Background, script: &str) {
    let mut context = context();
    let url = JsValue::from(js_string!(server.url.as_str()));
    let global = context.global_object();
    global
        .set(js_string!("server"), url, true, &mut context)
        .unwrap();
    run_in(&mut context, script);
}

/// A server on a thread of its own: a context keeps the thread of the test busy.
struct Background {
    url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Background {
    fn start<F>(make: impl FnOnce() -> F + Send + 'static) -> Self
    where
        F: Future<Output = Server>,
    {
        let (stop, stopped) = oneshot::channel();
        let (started, url) = oneshot::channel();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let server = make().await;
                started.send(server.url("")).unwrap();
                // The test ends by dropping the sender.
                let _ = stopped.await;
            });
        });
        Self {
            url: url.blocking_recv().unwrap(),
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    fn answering(answer: impl Fn(&Received) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::start(move || Server::answering(answer))
    }

    fn new<F>(handler: impl Fn(Connection) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self::start(move || Server::new(handler))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.stop.take());
        let result = self.thread.take().map(thread::JoinHandle::join);
        if !thread::panicking() {
            result.unwrap().unwrap();
        }
    }
}
