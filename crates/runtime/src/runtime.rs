//! The runtime.

use std::{
    cell::{Cell, RefMut},
    future::{Future, poll_fn},
    path::Path,
    rc::Rc,
    task::Poll,
};

use boa_engine::{
    Context, JsError, JsObject, JsResult, JsValue, Module, NativeFunction,
    builtins::promise::PromiseState,
    object::{FunctionObjectBuilder, builtins::JsPromise},
};
use url::Url;

use crate::{
    Error, RuntimeBuilder, UncaughtKind,
    event_loop::{Driver, EventLoop},
    host::Host,
    limits::{self, Governor, Run, Terminator},
    loader::{self, Asker, Loader},
    panics,
    scripts::SourceText,
    source_kind::{Program, SourceKind},
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
    /// Workers end when this goes.
    workers: Workers,
    // The context and what borrows it go before the rest.
    host: Host,
    event_loop: Rc<EventLoop>,
    loader: Rc<Loader>,
    uncaught: Rc<Cell<usize>>,
    governor: Rc<Governor>,
    /// Numbers the modules that come without a URL.
    inline_modules: usize,
    /// What the blocking functions run on, made when it is first needed.
    tokio: Option<tokio::runtime::Runtime>,
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime")
            .field("event_loop", &self.event_loop)
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
        Self {
            workers,
            host,
            event_loop,
            loader,
            uncaught,
            governor,
            inline_modules: 0,
            tokio: None,
        }
    }

    pub(crate) fn loader(&self) -> &Rc<Loader> {
        &self.loader
    }

    /// The engine's context.
    ///
    /// What script it runs may leave microtasks behind; they run with the next turn.
    pub fn context(&mut self) -> RefMut<'_, Context> {
        let mut context = self.host.context();
        limits::apply(&mut context);
        self.governor.apply(&mut context);
        context
    }

    /// The event loop.
    #[must_use]
    pub fn event_loop(&self) -> &Rc<EventLoop> {
        &self.event_loop
    }

    /// A handle that stops what this runtime runs, from any thread.
    ///
    /// In a runtime that is not [interruptible](RuntimeBuilder::interruptible) it does not stop WebAssembly code.
    #[must_use]
    pub fn terminator(&self) -> Terminator {
        self.governor.terminator()
    }

    /// How many errors were reported that no script caught.
    #[must_use]
    pub fn uncaught_errors(&self) -> usize {
        self.uncaught.get()
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
        if let Some(url) = url {
            self.loader.observer().loaded(url, source);
        }
        self.enter(|context| {
            self.event_loop.begin_task(context);
            let result = loader::parse_script(source, url, context)
                .and_then(|script| script.evaluate(context));
            self.event_loop.checkpoint(context);
            result
        })
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
        let _run = self.begin_run();
        let url = url.cloned().unwrap_or_else(|| self.inline_url());
        self.loader.observer().loaded(&url, source);
        let module = self.enter(|context| {
            self.event_loop.begin_task(context);
            self.loader.add_module(source, &url, context)
        })?;
        self.evaluate(&module).await?;
        self.enter(|context| Ok(module.namespace(context)))
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
        let path = path.as_ref();
        let file = |source| Error::File {
            path: path.to_owned(),
            source,
        };
        // From the path that was given: what it leads to may be a pipe, which has none.
        let text = loader::decode(&std::fs::read(path).map_err(file)?);
        let absolute = path
            .canonicalize()
            .or_else(|_| std::path::absolute(path))
            .map_err(file)?;
        let url = Url::from_file_path(&absolute)
            .map_err(|()| file(std::io::Error::other("the path cannot be written as a URL")))?;
        self.run_source_async(&text, &url, kind).await
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
        let _run = self.begin_run();
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
        let _run = self.begin_run();
        self.loader.observer().loading(url);
        let loading = loader::load(url, self.loader.client(), Asker::Embedder);
        let loaded = self.governor.wait(loading).await;
        self.check()?;
        Ok(loaded.ok_or(Error::Terminated)??.into())
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
        let _run = self.begin_run();
        self.loader.observer().loaded(url, source);
        let module = self.enter(|context| {
            self.event_loop.begin_task(context);
            if taipan_web::base_url(context).is_none() {
                taipan_web::set_base_url(context, url.clone());
            }
            let result = match Program::parse(source, url, kind, &self.loader, context) {
                Ok(Program::Module(module)) => return Ok(Some(module)),
                Ok(Program::Script(script)) => script.evaluate(context).map(drop),
                Err(error) => Err(error),
            };
            let result = result.or_else(|error| uncaught(error, context));
            self.event_loop.checkpoint(context);
            result.map(|()| None)
        })?;
        if let Some(module) = module
            && let Err(error) = self.try_evaluate(&module).await?
        {
            self.enter(|context| {
                let result = uncaught(error, context);
                self.event_loop.checkpoint(context);
                result
            })?;
        }
        self.run_async().await
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
        self.drive(|_| false).await
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
        let Some(promise) = value
            .as_object()
            .and_then(|object| JsPromise::from_object(object).ok())
        else {
            return Ok(value);
        };
        self.settled(promise).await
    }

    /// Loads, links and evaluates a module and waits for the end of it.
    async fn evaluate(&mut self, module: &Module) -> Result<(), Error> {
        let result = self.try_evaluate(module).await?;
        self.enter(|_| result)
    }

    /// The same, with an exception as it was thrown.
    async fn try_evaluate(&mut self, module: &Module) -> Result<JsResult<()>, Error> {
        let loaded = self.enter(|context| {
            self.event_loop.begin_task(context);
            Ok(module.load(context))
        })?;
        if let Err(error) = self.outcome(loaded).await? {
            return Ok(Err(error));
        }
        let evaluated = self.enter(|context| {
            self.event_loop.begin_task(context);
            let evaluated = self
                .loader
                .link(module, context)
                .and_then(|()| module.evaluate(context));
            match evaluated {
                Err(error) if error.as_engine().is_some() => Err(error),
                evaluated => Ok(evaluated),
            }
        })?;
        match evaluated {
            Ok(promise) => Ok(self.outcome(promise).await?.map(drop)),
            Err(error) => Ok(Err(error)),
        }
    }

    /// Waits for a promise.
    async fn settled(&mut self, promise: JsPromise) -> Result<JsValue, Error> {
        let outcome = self.outcome(promise).await?;
        self.enter(|_| outcome)
    }

    /// Waits for a promise. A rejection counts as handled: it is the result.
    pub(crate) async fn outcome(&mut self, promise: JsPromise) -> Result<JsResult<JsValue>, Error> {
        self.enter(|context| {
            let ignore = FunctionObjectBuilder::new(
                context.realm(),
                NativeFunction::from_fn_ptr(|_, _, _| Ok(JsValue::undefined())),
            )
            .build();
            promise.catch(ignore, context).map(drop)
        })?;
        self.drive(|_| !matches!(promise.state(), PromiseState::Pending))
            .await?;
        match promise.state() {
            PromiseState::Fulfilled(value) => Ok(Ok(value)),
            PromiseState::Rejected(reason) => Ok(Err(JsError::from_opaque(reason))),
            PromiseState::Pending => Err(Error::NeverSettles),
        }
    }

    /// Turns the loop until `is_done` or nothing is pending.
    pub(crate) async fn drive(
        &self,
        mut is_done: impl FnMut(&mut Context) -> bool,
    ) -> Result<(), Error> {
        let _run = self.begin_run();
        self.check()?;
        let mut driver = Driver::default();
        let turning = poll_fn(|cx| {
            let polled = panics::catch(|| {
                self.host
                    .poll(&mut driver, &self.event_loop, &mut is_done, cx)
            });
            polled.unwrap_or_else(|message| {
                self.event_loop.fail(message);
                Poll::Ready(())
            })
        });
        self.governor.wait(turning).await;
        self.check()
    }

    /// Calls `f`, which runs script, unless the engine has failed before; tells if it does now.
    pub(crate) fn enter<T>(&self, f: impl FnOnce(&mut Context) -> JsResult<T>) -> Result<T, Error> {
        let _run = self.begin_run();
        self.check()?;
        let result = panics::catch(|| {
            let context = &mut self.host.context();
            f(context).map_err(|error| {
                self.event_loop.note_fatal(&error);
                self.governor.note(&error);
                // Reading an exception may run script too.
                Error::from_js(error, context)
            })
        });
        let result = result.unwrap_or_else(|message| {
            self.event_loop.fail(message.clone());
            Err(Error::Engine(message))
        });
        self.check()?;
        result
    }

    /// Fails when the engine has failed, since what it left half done cannot be relied on, and when the run was
    /// stopped.
    fn check(&self) -> Result<(), Error> {
        if let Some(message) = self.event_loop.fatal() {
            return Err(Error::Engine(message));
        }
        if !self.governor.is_stopped() {
            return Ok(());
        }
        self.host.discard_jobs();
        self.workers.terminate(&self.host.context());
        self.event_loop.discard(&mut self.host.context());
        self.loader.discard();
        Err(self.governor.error().unwrap_or(Error::Terminated))
    }

    /// Begins a run, or a part of the one that is under way.
    fn begin_run(&self) -> Run {
        if !self.governor.is_running() {
            self.loader.begin_run();
        }
        self.governor.begin_run()
    }

    /// A URL for a module that has none: beside the base URL, so that its relative imports
    /// resolve.
    fn inline_url(&mut self) -> Url {
        self.inline_modules += 1;
        let number = self.inline_modules;
        let name = format!("inline-module-{number}.mjs");
        let base = taipan_web::base_url(&self.host.context());
        let beside = base.and_then(|base| base.join(&name).ok());
        beside
            .or_else(|| Url::parse(&format!("taipan:{name}")).ok())
            .unwrap_or_else(|| unreachable!("a constant scheme and a plain name are a URL"))
    }

    /// Runs a future of this runtime to its end on this thread.
    fn block_on<T>(
        &mut self,
        f: impl AsyncFnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if tokio::runtime::Handle::try_current().is_ok() {
            return Err(Error::WithinAsync);
        }
        let tokio = match self.tokio.take() {
            Some(tokio) => tokio,
            None => tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(Error::EventLoop)?,
        };
        let result = block_on(&tokio, f(self));
        self.tokio = Some(tokio);
        result
    }
}

/// What an exception of a program comes to: nothing if a listener of `error` takes care of it.
fn uncaught(error: JsError, context: &mut Context) -> JsResult<()> {
    match taipan_web::events::fire_error(&error, context)? {
        true => Ok(()),
        false => Err(error),
    }
}

/// Kept apart so that the future is polled on the stack of this call and no larger frame.
fn block_on<T>(tokio: &tokio::runtime::Runtime, future: impl Future<Output = T>) -> T {
    tokio.block_on(future)
}
