//! Streaming compilation: from a response's body to a module, off the JavaScript thread.
//!
//! <https://webassembly.github.io/spec/web-api/#streaming-modules>
//!
//! This crate knows no HTTP. What a `Response` is, and how its body arrives, is told by a
//! [`ResponseSource`] that the embedder registers with [`set_response_source`]; `taipan_fetch`
//! brings one.

use std::{
    fmt,
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
};

use boa_engine::{
    Context, JsError, JsNativeError, JsResult, JsValue,
    job::{Job, NativeAsyncJob},
};
use bytes::Bytes;
use taipan_compile::{
    Builtins, CompileErrorKind, CompileFuture, CompileOptions, CompileSink, ModuleCache,
};

use crate::{agent::Agent, errors, module::Module};

/// What is a response, and how to get at its body.
pub trait ResponseSource: 'static {
    /// The steps of "compile a potential WebAssembly response" up to consuming the body: `value`
    /// is what the promise of a response was fulfilled with.
    ///
    /// <https://webassembly.github.io/spec/web-api/#compile-a-potential-webassembly-response>
    ///
    /// # Errors
    /// A `TypeError` if the value is no `Response`, its MIME type is not `application/wasm`, its
    /// status is not ok, or its body was used before.
    fn body(&self, value: &JsValue, context: &mut Context) -> JsResult<Box<dyn ModuleBody>>;
}

/// Says why a body broke off, if it knows.
pub type Explain = Box<dyn FnOnce(&mut Context) -> Option<JsError>>;

/// The body of a response, to be consumed by the compiler.
pub trait ModuleBody {
    /// What is asked first, on the JavaScript thread, when the body has broken off: it may know of a reason that is a
    /// JavaScript value, and cannot be handed to [`ModuleSink::fail`] by another thread.
    fn explain(&self) -> Option<Explain> {
        None
    }

    /// Sends the body's bytes to `sink`, and returns at once: where the bytes come from a network,
    /// a task off the JavaScript thread does the work.
    fn pipe_to(self: Box<Self>, sink: ModuleSink, context: &mut Context);
}

/// Makes a JavaScript error on the JavaScript thread.
type MakeError = Box<dyn FnOnce(&mut Context) -> JsError + Send>;

/// Where a body's bytes go: the streaming compiler.
///
/// A sink that is dropped without [`finish`](Self::finish) or [`fail`](Self::fail) rejects the
/// promise with a `TypeError`: nothing hangs.
pub struct ModuleSink {
    compiler: CompileSink,
    failure: Arc<Mutex<Option<MakeError>>>,
}

impl fmt::Debug for ModuleSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModuleSink").finish_non_exhaustive()
    }
}

/// Nobody is interested in the rest of the body: the module is invalid, or was given up. Whoever
/// produces the bytes should drop the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the compiler takes no more bytes")
    }
}

impl std::error::Error for Closed {}

impl ModuleSink {
    /// Hands on the next bytes, as soon as the compiler has room for them.
    ///
    /// # Errors
    /// [`Closed`] if no more bytes are wanted.
    pub async fn push(&mut self, chunk: Bytes) -> Result<(), Closed> {
        self.compiler.push(chunk).await.map_err(|_| Closed)
    }

    /// Whether no more bytes are wanted.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.compiler.is_closed()
    }

    /// Resolves as soon as no more bytes are wanted, although nobody pushes any.
    pub async fn closed(&mut self) {
        self.compiler.closed().await;
    }

    /// The body is complete.
    pub fn finish(self) {
        self.compiler.finish();
    }

    /// The body broke off: the promise is rejected with the error that `make` makes.
    pub fn fail(self, make: impl FnOnce(&mut Context) -> JsError + Send + 'static) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(make));
        // Dropping the compiler's sink ends the compilation as aborted.
    }
}

/// Has `WebAssembly.compileStreaming` and `instantiateStreaming` take responses by `source`.
///
/// # Errors
/// If `WebAssembly` is not registered in the context.
pub fn set_response_source(source: Rc<dyn ResponseSource>, context: &mut Context) -> JsResult<()> {
    let agent = Agent::of(context)?;
    *agent.response_source.borrow_mut() = Some(source);
    Ok(())
}

/// A compilation under way, from bytes that arrive through the sink.
pub(crate) struct Compilation {
    future: CompileFuture,
    failure: Arc<Mutex<Option<MakeError>>>,
    /// See [`ModuleBody::explain`].
    pub(crate) explain: Option<Explain>,
    what: &'static str,
}

/// Starts a compilation. `what` is the API for messages.
pub(crate) fn start(
    agent: &Agent,
    builtins: Builtins,
    what: &'static str,
) -> (ModuleSink, Compilation) {
    let modules = Arc::clone(&agent.modules);
    start_with(
        agent.engine.clone(),
        agent.compile_options(builtins),
        modules,
        what,
    )
}

/// The same, without an agent.
pub(crate) fn start_with(
    engine: wasmi::Engine,
    options: CompileOptions,
    modules: Arc<ModuleCache>,
    what: &'static str,
) -> (ModuleSink, Compilation) {
    let (compiler, future) = taipan_compile::spawn_cached(engine, options, modules);
    let failure = Arc::new(Mutex::new(None));
    (
        ModuleSink {
            compiler,
            failure: Arc::clone(&failure),
        },
        Compilation {
            future,
            failure,
            explain: None,
            what,
        },
    )
}

impl Compilation {
    /// What to wait for, wherever that is wanted.
    pub(crate) fn into_future(self) -> CompileFuture {
        self.future
    }

    /// Enqueues a job that waits for the end of the compilation and hands its result to `then`.
    pub(crate) fn then(
        self,
        then: impl FnOnce(JsResult<Module>, &mut Context) -> JsResult<()> + 'static,
        context: &mut Context,
    ) {
        let Self {
            future,
            failure,
            explain,
            what,
        } = self;
        let realm = context.realm().clone();
        let future = taipan_webidl::ordered::in_order(future, context);
        let job = NativeAsyncJob::with_realm(
            async move |context| {
                let result = future.await;
                let context = &mut context.borrow_mut();
                let result = match result {
                    Ok((compiled, translated)) => Ok(Module::new(compiled, translated)),
                    Err(error) if error.kind == CompileErrorKind::Aborted => {
                        let make = failure
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .take();
                        let explained = explain.and_then(|explain| explain(context));
                        Err(match (explained, make) {
                            (Some(error), _) => error,
                            (None, Some(make)) => make(context),
                            (None, None) => JsNativeError::typ()
                                .with_message(format!("{what}: the body broke off"))
                                .into(),
                        })
                    }
                    Err(error) => Err(errors::compile_error(what, &error, context)),
                };
                then(result, context)?;
                Ok(JsValue::undefined())
            },
            realm,
        );
        context.enqueue_job(Job::AsyncJob(job));
    }
}

/// Compiles bytes that are all there, off the JavaScript thread.
pub(crate) fn compile_bytes(
    bytes: Vec<u8>,
    builtins: Builtins,
    what: &'static str,
    then: impl FnOnce(JsResult<Module>, &mut Context) -> JsResult<()> + 'static,
    context: &mut Context,
) -> JsResult<()> {
    let agent = Agent::of(context)?;
    let (mut sink, compilation) = start(&agent, builtins, what);
    let realm = context.realm().clone();
    let feed = NativeAsyncJob::with_realm(
        async move |_| {
            if sink.push(Bytes::from(bytes)).await.is_ok() {
                sink.finish();
            }
            Ok(JsValue::undefined())
        },
        realm,
    );
    context.enqueue_job(Job::AsyncJob(feed));
    compilation.then(then, context);
    Ok(())
}
