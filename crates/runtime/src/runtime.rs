//! The runtime.

use std::{
    cell::{Cell, RefMut},
    future::Future,
    path::Path,
    rc::Rc,
};

use boa_engine::{Context, JsObject, JsResult, JsValue};
use taipan_fetch::net::Reactor;
use url::Url;

use crate::{
    Callable, Error, FromJs, IntoArguments, IntoJs, RuntimeBuilder, SourceKind, UncaughtKind,
    core::{Core, Started, WhenIdle},
    event_loop::EventLoop,
    globals,
    host::Host,
    limits::{self, Governor, Terminator},
    loader::{self, Loader},
    scripts::SourceText,
    teardown,
    worker::Workers,
};

/// An error that no script caught.
#[derive(Debug)]
pub struct Uncaught {
    /// Where it comes from.
    pub kind: UncaughtKind,
    /// The error.
    pub error: Error,
}

impl Uncaught {
    /// The report for a human.
    #[must_use]
    pub fn report(&self) -> String {
        let report = self.error.report();
        match self.kind {
            UncaughtKind::Exception => format!("Uncaught {report}"),
            UncaughtKind::Rejection => format!("Uncaught (in promise) {report}"),
        }
    }
}

/// A JavaScript environment with its event loop.
///
/// A runtime lives on one thread. Functions that wait exist twice: one blocks the thread
/// and is for programs without tokio; the other, ending in `_async`, gives a future for
/// the caller's own tokio runtime, which must have its time driver enabled. Such a future
/// may be dropped at any time, for a timeout say: what was pending stays pending, and the
/// next one that is awaited goes on with it.
///
/// Script can bring the engine to panic. The runtime is of no use any more then: what ran
/// the script, and everything after it, fails with [`Error::Engine`]. To know such a panic
/// from one of the embedder's own functions, which goes on unwinding, the first runtime of a
/// process puts a panic hook before the one that is there; where that is replaced, and where
/// the standard library panics on behalf of the engine, the panic of the engine unwinds too.
/// So it does out of what is called with [`context`](Self::context).
///
/// Workers that scripts start have runtimes and threads of their own, see
/// [`RuntimeBuilder::on_worker`]. They end with the runtime.
///
/// ```
/// let mut runtime = taipan::Runtime::new()?;
/// let promise = runtime.eval("new Promise(resolve => setTimeout(resolve, 1, 42))")?;
/// let value = runtime.resolve(promise)?;
/// assert_eq!(value.as_number(), Some(42.0));
/// # Ok::<_, taipan::Error>(())
/// ```
pub struct Runtime {
    core: Rc<Core>,
    /// What the blocking functions run on, made when it is first needed.
    reactor: Option<Reactor>,
}

impl Drop for Runtime {
    fn drop(&mut self) {
        if teardown::has_begun() {
            std::mem::forget(Rc::clone(&self.core));
            std::mem::forget(self.reactor.take());
        }
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime")
            .field("event_loop", self.core.event_loop())
            .finish_non_exhaustive()
    }
}

impl Runtime {
    /// A runtime with default settings.
    ///
    /// # Errors
    ///
    /// Fails when the engine cannot be set up.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Configures a runtime.
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder::default()
    }

    pub(crate) fn from_parts(
        host: Host,
        event_loop: Rc<EventLoop>,
        loader: Rc<Loader>,
        uncaught: Rc<Cell<usize>>,
        governor: Rc<Governor>,
        workers: Workers,
    ) -> Self {
        teardown::arm();
        Self {
            core: Rc::new(Core::new(
                host, event_loop, loader, uncaught, governor, workers,
            )),
            reactor: None,
        }
    }

    /// What the runtime consists of.
    pub(crate) fn core(&self) -> &Rc<Core> {
        &self.core
    }

    /// The engine's context.
    ///
    /// What script it runs may leave microtasks behind; they run with the next turn.
    pub fn context(&mut self) -> RefMut<'_, Context> {
        let mut context = self.core.host().context();
        limits::apply(&mut context);
        self.core.governor().apply(&mut context);
        context
    }

    /// The event loop.
    #[must_use]
    pub fn event_loop(&self) -> &Rc<EventLoop> {
        self.core.event_loop()
    }

    /// A handle that stops what this runtime runs, from any thread.
    ///
    /// In a runtime that is not [interruptible](RuntimeBuilder::interruptible) it does not stop WebAssembly code.
    #[must_use]
    pub fn terminator(&self) -> Terminator {
        self.core.governor().terminator()
    }

    /// How many errors were reported that no script caught.
    #[must_use]
    pub fn uncaught_errors(&self) -> usize {
        self.core.uncaught_errors()
    }

    /// Runs a classic script, then the microtasks it left, and gives its value.
    ///
    /// # Errors
    ///
    /// Fails when the script cannot be parsed or throws.
    pub fn eval(&mut self, source: &str) -> Result<JsValue, Error> {
        self.eval_script(source, None)
    }

    /// The same for a script with a URL, which its relative imports resolve against.
    ///
    /// # Errors
    ///
    /// As [`eval`](Self::eval).
    pub fn eval_script(&mut self, source: &str, url: Option<&Url>) -> Result<JsValue, Error> {
        self.core.eval_script(source, url)
    }

    /// Runs a classic script, waits for its value if that is a promise, and converts it.
    ///
    /// ```
    /// let mut runtime = taipan::Runtime::new()?;
    /// let text: String = runtime.eval_as("fetch('data:,hi').then(response => response.text())")?;
    /// assert_eq!(text, "hi");
    /// # Ok::<_, taipan::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`eval`](Self::eval) and [`resolve_as`](Self::resolve_as).
    pub fn eval_as<T: FromJs>(&mut self, source: &str) -> Result<T, Error> {
        let started = self
            .core
            .start(|context| loader::evaluate(source, None, context))?;
        self.finish(started)
    }

    /// The same as a future.
    ///
    /// # Errors
    ///
    /// As [`eval_as`](Self::eval_as).
    pub async fn eval_as_async<T: FromJs>(&mut self, source: &str) -> Result<T, Error> {
        let started = self
            .core
            .start(|context| loader::evaluate(source, None, context))?;
        self.core
            .drive(self.core.finish(started), WhenIdle::Fail)
            .await
    }

    /// Calls `f` with the engine's context, then runs the microtasks it left. Values of script may be used in it, and
    /// errors of script become errors of the runtime.
    ///
    /// ```
    /// use taipan::engine::{js_string, object::builtins::JsArray};
    ///
    /// let mut runtime = taipan::Runtime::new()?;
    /// let length = runtime.with(|context| {
    ///     let array = JsArray::from_iter([1.into(), js_string!("two").into()], context);
    ///     array.length(context)
    /// })?;
    /// assert_eq!(length, 2);
    /// # Ok::<_, taipan::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails with what `f` returns.
    pub fn with<T>(&mut self, f: impl FnOnce(&mut Context) -> JsResult<T>) -> Result<T, Error> {
        self.core.task(f)
    }

    /// The value of a global variable, or of a property further inside, as in `"Math.max"`.
    ///
    /// ```
    /// let mut runtime = taipan::Runtime::new()?;
    /// runtime.eval("var settings = { depth: 3 }; let name = 'taipan'")?;
    /// assert_eq!(runtime.get::<u32>("settings.depth")?, 3);
    /// assert_eq!(runtime.get::<String>("name")?, "taipan");
    /// assert_eq!(runtime.get::<Option<u32>>("settings.width")?, None);
    /// # Ok::<_, taipan::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails when there is no such thing, when it cannot be converted, and with what a getter throws.
    pub fn get<T: FromJs>(&mut self, path: &str) -> Result<T, Error> {
        self.core.task(|context| globals::get(path, context))
    }

    /// Sets a global variable, or a property further inside, as in `"settings.depth"`.
    ///
    /// # Errors
    ///
    /// Fails when the value cannot be converted or the property cannot be set.
    pub fn set(&mut self, path: &str, value: impl IntoJs) -> Result<(), Error> {
        self.core.task(|context| globals::set(path, value, context))
    }

    /// Calls a function that a global variable, or a property further inside, is. It gets the object it is a property
    /// of as `this`. A promise that it returns is waited for.
    ///
    /// ```
    /// let mut runtime = taipan::Runtime::new()?;
    /// runtime.eval("async function greet(name, n) { return `hello ${name}`.repeat(n) }")?;
    /// assert_eq!(runtime.call::<String>("greet", ("you", 2))?, "hello youhello you");
    /// assert_eq!(runtime.call::<i32>("Math.max", (1, 5, 3))?, 5);
    /// # Ok::<_, taipan::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails when there is no such function, when an argument or the result cannot be converted, and with what the
    /// function throws or its promise is rejected with.
    pub fn call<T: FromJs>(
        &mut self,
        path: &str,
        arguments: impl IntoArguments,
    ) -> Result<T, Error> {
        let started = self
            .core
            .start(|context| globals::call(path, arguments, context))?;
        self.finish(started)
    }

    /// The same as a future.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub async fn call_async<T: FromJs>(
        &mut self,
        path: &str,
        arguments: impl IntoArguments,
    ) -> Result<T, Error> {
        let started = self
            .core
            .start(|context| globals::call(path, arguments, context))?;
        self.core
            .drive(self.core.finish(started), WhenIdle::Fail)
            .await
    }

    /// Calls a function, of script or of WebAssembly; a promise that it returns is waited for.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub fn call_function<T: FromJs>(
        &mut self,
        function: &impl Callable,
        arguments: impl IntoArguments,
    ) -> Result<T, Error> {
        let started = self
            .core
            .start(|context| function.call_values(arguments.into_arguments(context)?, context))?;
        self.finish(started)
    }

    /// The same as a future.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub async fn call_function_async<T: FromJs>(
        &mut self,
        function: &impl Callable,
        arguments: impl IntoArguments,
    ) -> Result<T, Error> {
        let started = self
            .core
            .start(|context| function.call_values(arguments.into_arguments(context)?, context))?;
        self.core
            .drive(self.core.finish(started), WhenIdle::Fail)
            .await
    }

    /// Runs a module and everything it imports, waits for it, and gives its namespace.
    /// Without a URL the module gets one beside the base URL.
    ///
    /// # Errors
    ///
    /// Fails when the module or one it imports cannot be loaded or throws.
    pub fn eval_module(&mut self, source: &str, url: Option<&Url>) -> Result<JsObject, Error> {
        self.block_on(async |this| this.eval_module_async(source, url).await)
    }

    /// The same as a future.
    ///
    /// # Errors
    ///
    /// As [`eval_module`](Self::eval_module).
    pub async fn eval_module_async(
        &mut self,
        source: &str,
        url: Option<&Url>,
    ) -> Result<JsObject, Error> {
        let future = self.core.eval_module(source, url);
        self.core.drive(future, WhenIdle::Fail).await
    }

    /// Runs a program from a file and everything that comes of it, until nothing is
    /// pending.
    ///
    /// No [permission](crate::RuntimeBuilder::permissions) is needed for the file itself. For
    /// what it imports one is, for example for all of its folder:
    ///
    /// ```no_run
    /// use taipan::{Permissions, Runtime, SourceKind};
    ///
    /// let mut runtime = Runtime::builder()
    ///     .permissions(Permissions::none().allow_read(["scripts"]))
    ///     .build()?;
    /// runtime.run_file("scripts/main.js", SourceKind::Detect)?;
    /// # Ok::<_, taipan::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails when the file cannot be read, or when the program throws; what was pending
    /// then still is, see [`run`](Self::run). An error in a callback is reported, see
    /// [`RuntimeBuilder::on_uncaught`], and is no error here.
    pub fn run_file(&mut self, path: impl AsRef<Path>, kind: SourceKind) -> Result<(), Error> {
        let path = path.as_ref();
        self.block_on(async |this| this.run_file_async(path, kind).await)
    }

    /// The same as a future.
    ///
    /// # Errors
    ///
    /// As [`run_file`](Self::run_file).
    pub async fn run_file_async(
        &mut self,
        path: impl AsRef<Path>,
        kind: SourceKind,
    ) -> Result<(), Error> {
        let future = self.core.run_file(path.as_ref(), kind);
        self.core.drive(future, WhenIdle::Fail).await?;
        self.core.run().await
    }

    /// Runs a program from a URL (`file:`, `http:`, `https:`, `data:`) and everything that
    /// comes of it, until nothing is pending.
    ///
    /// No [permission](crate::RuntimeBuilder::permissions) is needed for the URL itself, and to
    /// be redirected on the same host; for what the program imports and fetches it is.
    ///
    /// # Errors
    ///
    /// As [`run_file`](Self::run_file).
    pub fn run_url(&mut self, url: &Url, kind: SourceKind) -> Result<(), Error> {
        self.block_on(async |this| this.run_url_async(url, kind).await)
    }

    /// The same as a future.
    ///
    /// # Errors
    ///
    /// As [`run_file`](Self::run_file).
    pub async fn run_url_async(&mut self, url: &Url, kind: SourceKind) -> Result<(), Error> {
        let loaded = self.load_async(url).await?;
        self.run_source_async(&loaded.text, &loaded.url, kind).await
    }

    /// Loads a program from a URL (`file:`, `http:`, `https:`, `data:`) without running it.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be loaded.
    ///
    /// ```
    /// let mut runtime = taipan::Runtime::new()?;
    /// let program = runtime.load(&"data:text/html,<p>Hello".parse()?)?;
    /// assert_eq!(program.mime_type.as_deref(), Some("text/html"));
    /// assert_eq!(program.text, "<p>Hello");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn load(&mut self, url: &Url) -> Result<SourceText, Error> {
        self.block_on(async |this| this.load_async(url).await)
    }

    /// The same as a future.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub async fn load_async(&mut self, url: &Url) -> Result<SourceText, Error> {
        let loaded = self.core.drive(self.core.load(url), WhenIdle::Wait).await?;
        Ok(loaded.into())
    }

    /// Runs a program given as text, as if it had come from `url`, and everything that
    /// comes of it, until nothing is pending.
    ///
    /// # Errors
    ///
    /// As [`run_file`](Self::run_file).
    pub fn run_source(&mut self, source: &str, url: &Url, kind: SourceKind) -> Result<(), Error> {
        self.block_on(async |this| this.run_source_async(source, url, kind).await)
    }

    /// The same as a future.
    ///
    /// # Errors
    ///
    /// As [`run_file`](Self::run_file).
    pub async fn run_source_async(
        &mut self,
        source: &str,
        url: &Url,
        kind: SourceKind,
    ) -> Result<(), Error> {
        let future = self.core.run_source(source, url, kind);
        self.core.drive(future, WhenIdle::Fail).await?;
        self.core.run().await
    }

    /// Turns the event loop until nothing is pending, here or in a worker. Workers that wait for messages stay.
    ///
    /// # Errors
    ///
    /// Fails when the engine does. Errors of script are reported, see
    /// [`RuntimeBuilder::on_uncaught`].
    pub fn run(&mut self) -> Result<(), Error> {
        self.block_on(async |this| this.run_async().await)
    }

    /// The same as a future.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub async fn run_async(&mut self) -> Result<(), Error> {
        self.core.run().await
    }

    /// Waits for a promise, turning the event loop meanwhile, and gives what it is
    /// fulfilled with. Any other value is given back.
    ///
    /// # Errors
    ///
    /// Fails when the promise is rejected, and when nothing is left that could settle it.
    pub fn resolve(&mut self, value: JsValue) -> Result<JsValue, Error> {
        self.block_on(async move |this| this.resolve_async(value).await)
    }

    /// The same as a future.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve).
    pub async fn resolve_async(&mut self, value: JsValue) -> Result<JsValue, Error> {
        self.core
            .drive(self.core.resolve(value), WhenIdle::Fail)
            .await
    }

    /// Waits for a promise as [`resolve`](Self::resolve) does, and converts what it is fulfilled with.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve), and when the value cannot be converted.
    pub fn resolve_as<T: FromJs>(&mut self, value: JsValue) -> Result<T, Error> {
        let started = self.core.start(|_| Ok(value))?;
        self.finish(started)
    }

    /// The same as a future.
    ///
    /// # Errors
    ///
    /// As [`resolve_as`](Self::resolve_as).
    pub async fn resolve_as_async<T: FromJs>(&mut self, value: JsValue) -> Result<T, Error> {
        let started = self.core.start(|_| Ok(value))?;
        self.core
            .drive(self.core.finish(started), WhenIdle::Fail)
            .await
    }

    /// Waits for what was started. What is no promise needs no event loop.
    fn finish<T: FromJs>(&mut self, started: Started<T>) -> Result<T, Error> {
        match started {
            Started::Value(value) => Ok(value),
            promise => self.block_on(async move |this| {
                this.core
                    .drive(this.core.finish(promise), WhenIdle::Fail)
                    .await
            }),
        }
    }

    /// Waits for a future of Rust, turning the event loop meanwhile: for a [`Promised`](crate::Promised) value, for
    /// an answer that script gives through a channel, or for the next request of a server.
    ///
    /// ```
    /// use taipan::Promised;
    ///
    /// let tokio = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    /// tokio.block_on(async {
    ///     let mut runtime = taipan::Runtime::new()?;
    ///     let source = "[1, 2].map(n => new Promise(done => setTimeout(done, n, n)))";
    ///     let values: Vec<Promised<u32>> = runtime.eval_as_async(source).await?;
    ///     let sum = runtime
    ///         .run_until(async {
    ///             let mut sum = 0;
    ///             for value in values {
    ///                 sum += value.await?;
    ///             }
    ///             Ok::<_, taipan::Error>(sum)
    ///         })
    ///         .await??;
    ///     assert_eq!(sum, 3);
    ///     Ok::<_, Box<dyn std::error::Error>>(())
    /// })?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails when the engine does.
    pub async fn run_until<F: Future>(&mut self, future: F) -> Result<F::Output, Error> {
        let future = async { Ok(future.await) };
        self.core.drive(future, WhenIdle::Wait).await
    }

    /// Runs a future of this runtime to its end on this thread.
    fn block_on<T>(
        &mut self,
        f: impl AsyncFnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if tokio::runtime::Handle::try_current().is_ok() {
            return Err(Error::WithinAsync);
        }
        let reactor = match &self.reactor {
            Some(reactor) => reactor.clone(),
            None => {
                let reactor = Reactor::new().map_err(Error::EventLoop)?;
                self.reactor.insert(reactor).clone()
            }
        };
        block_on(&reactor, f(self))
    }
}

/// Kept apart so that the future is polled on the stack of this call and no larger frame.
fn block_on<T>(reactor: &Reactor, future: impl Future<Output = T>) -> T {
    reactor.run(future)
}
