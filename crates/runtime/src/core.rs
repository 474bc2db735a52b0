//! What a runtime consists of, and what is done with it.
//!
//! Everything here takes a shared reference, so that several things may wait at once: what waits is a future that
//! borrows no context, and somebody turns the event loop meanwhile.

use std::{
    cell::Cell,
    future::{Future, poll_fn},
    path::Path,
    pin::pin,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{self, Poll, Wake, Waker},
};

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsResult, JsValue, Module,
    object::builtins::JsPromise,
};
use url::Url;

use crate::{
    Error, FromJs,
    event_loop::{Driver, EventLoop},
    host::Host,
    limits::{Governor, Run, apart},
    loader::{self, Asker, Loaded, Loader},
    panics,
    promised::{Settlement, settlement},
    source_kind::{Program, SourceKind},
    worker::Workers,
};

/// A context with its event loop.
pub(crate) struct Core {
    /// Workers end when this goes.
    workers: Workers,
    // The context and what borrows it go before the rest.
    host: Host,
    event_loop: Rc<EventLoop>,
    loader: Rc<Loader>,
    uncaught: Rc<Cell<usize>>,
    governor: Rc<Governor>,
    /// Numbers the modules that come without a URL.
    inline_modules: Cell<usize>,
}

/// The outcome of something that was started: it is there already, or a promise.
pub(crate) enum Started<T> {
    Value(T),
    Promise(Settlement<JsResult<JsValue>>),
}

/// What to do when nothing is pending any more that could end the wait.
#[derive(Clone, Copy)]
pub(crate) enum WhenIdle<'a> {
    /// Give up: nothing else can.
    Fail,
    /// Wait: something outside may.
    Wait,
    /// Wait after having told somebody.
    Tell(&'a dyn Fn()),
}

/// Notes that a future wants to be polled, and wakes who polls it.
struct Woken {
    flag: AtomicBool,
    waker: Waker,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.flag.store(true, Ordering::Release);
        self.waker.wake_by_ref();
    }
}

impl Core {
    pub(crate) fn new(
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
            inline_modules: Cell::new(0),
        }
    }

    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    pub(crate) fn event_loop(&self) -> &Rc<EventLoop> {
        &self.event_loop
    }

    pub(crate) fn loader(&self) -> &Rc<Loader> {
        &self.loader
    }

    /// What keeps it within its limits.
    pub(crate) fn governor(&self) -> &Rc<Governor> {
        &self.governor
    }

    pub(crate) fn uncaught_errors(&self) -> usize {
        self.uncaught.get()
    }

    /// Calls `f`, which may run script, as a task of its own with its microtasks.
    pub(crate) fn task<T>(&self, f: impl FnOnce(&mut Context) -> JsResult<T>) -> Result<T, Error> {
        self.enter(|context| {
            self.event_loop.begin_task(context);
            let result = f(context);
            self.event_loop.checkpoint(context);
            result
        })
    }

    /// Runs a classic script.
    pub(crate) fn eval_script(&self, source: &str, url: Option<&Url>) -> Result<JsValue, Error> {
        if let Some(url) = url {
            self.loader.observer().loaded(url, source);
        }
        self.task(|context| loader::evaluate(source, url, context))
    }

    /// Calls `f` as a task of its own, and converts its value, or takes up the promise that it is before it could be
    /// reported as one that nobody handles.
    pub(crate) fn start<T: FromJs>(
        &self,
        f: impl FnOnce(&mut Context) -> JsResult<JsValue>,
    ) -> Result<Started<T>, Error> {
        self.task(|context| {
            let value = f(context)?;
            let promise = value.as_object().map(JsPromise::from_object);
            match promise {
                Some(Ok(promise)) => settlement(&promise, context).map(Started::Promise),
                _ => T::from_js(&value, context).map(Started::Value),
            }
        })
    }

    /// Waits for what was started.
    pub(crate) async fn finish<T: FromJs>(&self, started: Started<T>) -> Result<T, Error> {
        match started {
            Started::Value(value) => Ok(value),
            Started::Promise(settlement) => {
                let outcome = settlement.await;
                self.task(|context| T::from_js(&outcome?, context))
            }
        }
    }

    /// Runs a module, and gives its namespace.
    pub(crate) async fn eval_module(
        &self,
        source: &str,
        url: Option<&Url>,
    ) -> Result<JsObject, Error> {
        let url = url.cloned().unwrap_or_else(|| self.inline_url());
        self.loader.observer().loaded(&url, source);
        let module = self.enter(|context| {
            self.event_loop.begin_task(context);
            self.loader.add_module(source, &url, context)
        })?;
        self.evaluate(&module).await?;
        self.enter(|context| Ok(module.namespace(context)))
    }

    /// Runs a program out of a file, until it has been evaluated.
    pub(crate) async fn run_file(&self, path: &Path, kind: SourceKind) -> Result<(), Error> {
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
        self.run_source(&text, &url, kind).await
    }

    /// Reads a program from a URL.
    pub(crate) async fn load(&self, url: &Url) -> Result<Loaded, Error> {
        self.loader.observer().loading(url);
        Ok(loader::load(url, self.loader.client(), Asker::Embedder).await?)
    }

    /// Runs a program, until it has been evaluated.
    pub(crate) async fn run_source(
        &self,
        source: &str,
        url: &Url,
        kind: SourceKind,
    ) -> Result<(), Error> {
        self.loader.observer().loaded(url, source);
        let module = self.enter(|context| {
            self.event_loop.begin_task(context);
            if taipan_web::base_url(context).is_none() {
                taipan_web::set_base_url(context, url.clone());
            }
            let result = match Program::parse(source, url, kind, &self.loader, context) {
                Ok(Program::Module(module)) => return Ok(Some(module)),
                Ok(Program::Script(script)) => {
                    apart::call(move |context| script.evaluate(context), context).map(drop)
                }
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
        Ok(())
    }

    /// Waits for a promise; any other value is given back.
    pub(crate) async fn resolve(&self, value: JsValue) -> Result<JsValue, Error> {
        let Some(promise) = value
            .as_object()
            .and_then(|object| JsPromise::from_object(object).ok())
        else {
            return Ok(value);
        };
        let outcome = self.outcome(promise).await?;
        self.enter(|_| outcome)
    }

    /// Loads, links and evaluates a module and waits for the end of it.
    async fn evaluate(&self, module: &Module) -> Result<(), Error> {
        let result = self.try_evaluate(module).await?;
        self.enter(|_| result)
    }

    /// The same, with an exception as it was thrown.
    async fn try_evaluate(&self, module: &Module) -> Result<JsResult<()>, Error> {
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
                .and_then(|()| evaluate_apart(module, context));
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

    /// Waits for a promise. A rejection counts as handled: it is the result.
    pub(crate) async fn outcome(&self, promise: JsPromise) -> Result<JsResult<JsValue>, Error> {
        let settlement = self.enter(|context| settlement(&promise, context))?;
        Ok(settlement.await)
    }

    /// Turns the loop until nothing is pending.
    pub(crate) async fn run(&self) -> Result<(), Error> {
        let _run = self.begin_run();
        self.check()?;
        let mut driver = Driver::default();
        let turning = poll_fn(|cx| self.turn(&mut driver, &mut |_| false, cx));
        self.governor.wait(turning).await;
        self.check()
    }

    /// Turns the loop until `future` has ended.
    pub(crate) async fn drive<T>(
        &self,
        future: impl Future<Output = Result<T, Error>>,
        when_idle: WhenIdle<'_>,
    ) -> Result<T, Error> {
        // Whoever goes on for ever has a run for each time that there is something to do.
        let _run = match when_idle {
            WhenIdle::Tell(_) => None,
            WhenIdle::Fail | WhenIdle::Wait => Some(self.begin_run()),
        };
        self.check()?;
        let mut driver = Driver::default();
        let mut future = pin!(future);
        let turning = poll_fn(|cx| {
            let _run = self.begin_run();
            let woken = Arc::new(Woken {
                flag: AtomicBool::new(false),
                waker: cx.waker().clone(),
            });
            let waker = Waker::from(Arc::clone(&woken));
            loop {
                woken.flag.store(false, Ordering::Release);
                let polled = future.as_mut().poll(&mut task::Context::from_waker(&waker));
                if polled.is_ready() {
                    return polled;
                }
                let is_woken = || woken.flag.load(Ordering::Acquire);
                let turned = self.turn(&mut driver, &mut |_| is_woken(), cx);
                if let Err(error) = self.check() {
                    return Poll::Ready(Err(error));
                }
                if turned.is_ready() && !is_woken() {
                    match when_idle {
                        WhenIdle::Fail => return Poll::Ready(Err(Error::NeverSettles)),
                        WhenIdle::Wait => {}
                        WhenIdle::Tell(tell) => tell(),
                    }
                }
                if !is_woken() {
                    return Poll::Pending;
                }
            }
        });
        let outcome = self.governor.wait(turning).await;
        self.check()?;
        outcome.unwrap_or(Err(Error::Terminated))
    }

    /// Turns the loop until `is_done` or nothing is pending.
    pub(crate) fn turn(
        &self,
        driver: &mut Driver,
        is_done: &mut dyn FnMut(&mut Context) -> bool,
        cx: &mut task::Context<'_>,
    ) -> Poll<()> {
        let polled = panics::catch(|| self.host.poll(driver, &self.event_loop, is_done, cx));
        polled.unwrap_or_else(|message| {
            self.event_loop.fail(message);
            Poll::Ready(())
        })
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
    pub(crate) fn check(&self) -> Result<(), Error> {
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
    fn inline_url(&self) -> Url {
        let number = self.inline_modules.get() + 1;
        self.inline_modules.set(number);
        let name = format!("inline-module-{number}.mjs");
        let base = taipan_web::base_url(&self.host.context());
        let beside = base.and_then(|base| base.join(&name).ok());
        beside
            .or_else(|| Url::parse(&format!("taipan:{name}")).ok())
            .unwrap_or_else(|| unreachable!("a constant scheme and a plain name are a URL"))
    }
}

/// Evaluates a module that is linked.
fn evaluate_apart(module: &Module, context: &mut Context) -> JsResult<JsPromise> {
    let module = module.clone();
    let evaluate = move |context: &mut Context| module.evaluate(context).map(JsValue::from);
    let promise = apart::call(evaluate, context)?;
    match promise.as_object() {
        Some(promise) => JsPromise::from_object(promise),
        None => Err(JsNativeError::typ()
            .with_message("a module's evaluation gave no promise")
            .into()),
    }
}

/// What an exception of a program comes to: nothing if a listener of `error` takes care of it.
fn uncaught(error: JsError, context: &mut Context) -> JsResult<()> {
    match taipan_web::events::fire_error(&error, context)? {
        true => Ok(()),
        false => Err(error),
    }
}
