//! A runtime on a thread of its own, for programs with many threads.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fmt,
    future::{Future, poll_fn},
    panic::{self, AssertUnwindSafe},
    path::PathBuf,
    pin::Pin,
    rc::Rc,
    sync::{Arc, OnceLock},
    task::{self, Poll},
    thread,
};

use boa_engine::{Context, JsResult};
use futures_util::{FutureExt as _, Stream as _, stream::FuturesUnordered};
use tokio::sync::{mpsc, oneshot};
use url::Url;

use crate::{
    Error, FromJs, IntoArguments, Promised, RuntimeBuilder, SourceKind, Terminator,
    core::{Core, WhenIdle},
    globals,
    limits::JS_STACK,
    loader::{self, Loaded},
};

/// Something that is under way on the thread of the runtime.
type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Makes such a task, on that thread.
type Start = Box<dyn FnOnce(&Rc<Server>) -> Task + Send>;

/// Fails what is under way.
type Fail = Box<dyn FnOnce(Error)>;

/// What the thread of the runtime is asked to do.
enum Command {
    Start(Start),
    ShutDown(oneshot::Sender<Outcome<()>>),
}

/// What comes back: a result, or the panic of a closure.
type Outcome<T> = Result<Result<T, Error>, Box<dyn Any + Send>>;

/// A runtime on a thread of its own, with 256 MiB of stack. Handles can be cloned and sent anywhere.
///
/// The thread turns the event loop all the time: timers fire and responses arrive without anybody asking. What the
/// methods ask for is begun in the order of the calls, and several may be under way at once; each gives an [`Answer`],
/// to be awaited, or waited for by [`Answer::wait`] where there is no tokio. Values of script cannot leave the thread;
/// what goes in and out is converted there.
///
/// A [limit](crate::Limits) of time for a run holds for each stretch in which the thread is busy, not for how long an
/// answer takes; when a limit is exceeded, all that is under way fails.
///
/// When the last handle is dropped the thread ends after what it is at just now; [`idle`](Self::idle) waits until
/// nothing is pending, and [`shut_down`](Self::shut_down) until the thread has ended.
///
/// ```
/// use taipan::{Runtime, RuntimeHandle};
///
/// let script = RuntimeHandle::spawn(|| Runtime::builder().function("double", |x: f64| x * 2.0))?;
/// script.eval::<()>("let total = 0; function add(n) { return total += double(n) }").wait()?;
///
/// let threads: Vec<_> = (1..=4)
///     .map(|n| {
///         let script = script.clone();
///         std::thread::spawn(move || script.call::<f64>("add", (n,)).wait())
///     })
///     .collect();
/// for thread in threads {
///     thread.join().expect("no panic")?;
/// }
/// assert_eq!(script.eval::<f64>("total").wait()?, 20.0);
/// script.shut_down().wait()?;
/// assert!(script.eval::<f64>("total").wait().is_err());
/// # Ok::<_, taipan::Error>(())
/// ```
#[derive(Clone)]
pub struct RuntimeHandle {
    shared: Arc<Shared>,
}

struct Shared {
    commands: mpsc::UnboundedSender<Command>,
    terminator: Terminator,
    /// Why the thread has ended before it was told to.
    failure: Arc<OnceLock<String>>,
}

impl fmt::Debug for RuntimeHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuntimeHandle")
            .field("is_closed", &self.is_closed())
            .finish()
    }
}

/// What was asked of a runtime on another thread. It is done whether or not somebody waits for the answer.
#[must_use = "errors are in the answer"]
pub struct Answer<T> {
    receiver: oneshot::Receiver<Outcome<T>>,
    failure: Arc<OnceLock<String>>,
}

impl<T> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").finish_non_exhaustive()
    }
}

impl<T> Answer<T> {
    /// Blocks this thread until the answer is there.
    ///
    /// # Errors
    ///
    /// Fails as what was asked for does; with [`Error::Closed`] when the runtime has been shut down; with
    /// [`Error::WithinAsync`] within a tokio runtime, where the answer is to be awaited.
    ///
    /// # Panics
    ///
    /// Goes on with the panic of a closure.
    pub fn wait(self) -> Result<T, Error> {
        if tokio::runtime::Handle::try_current().is_ok() {
            return Err(Error::WithinAsync);
        }
        let Self { receiver, failure } = self;
        unpack(receiver.blocking_recv(), &failure)
    }
}

impl<T> Future for Answer<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let received = task::ready!(Pin::new(&mut self.receiver).poll(cx));
        Poll::Ready(unpack(received, &self.failure))
    }
}

/// The result that came, or why none did.
fn unpack<T>(
    received: Result<Outcome<T>, oneshot::error::RecvError>,
    failure: &OnceLock<String>,
) -> Result<T, Error> {
    match received {
        Ok(Ok(result)) => result,
        Ok(Err(payload)) => panic::resume_unwind(payload),
        Err(_) => Err(match failure.get() {
            Some(message) => Error::Engine(message.clone()),
            None => Error::Closed,
        }),
    }
}

impl RuntimeHandle {
    /// Starts a thread, and on it the runtime that `builder` configures.
    ///
    /// A builder cannot be sent to another thread; the closure can.
    ///
    /// # Errors
    ///
    /// Fails when the system refuses the thread, and as [`RuntimeBuilder::build`] does.
    ///
    /// # Panics
    ///
    /// Goes on with the panic of `builder`.
    pub fn spawn(builder: impl FnOnce() -> RuntimeBuilder + Send + 'static) -> Result<Self, Error> {
        let (commands, receiver) = mpsc::unbounded_channel();
        let (ready, is_ready) = std::sync::mpsc::sync_channel(1);
        let failure: Arc<OnceLock<String>> = Arc::default();
        let shared_failure = Arc::clone(&failure);
        let thread = thread::Builder::new()
            .name("javascript".to_owned())
            .stack_size(JS_STACK)
            .spawn(move || {
                let core = match builder().build() {
                    Ok(runtime) => Rc::clone(runtime.core()),
                    Err(error) => {
                        // Whoever waits for it is told.
                        let _ = ready.send(Err(error));
                        return;
                    }
                };
                let tokio = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let tokio = match tokio {
                    Ok(tokio) => tokio,
                    Err(error) => {
                        let _ = ready.send(Err(Error::EventLoop(error)));
                        return;
                    }
                };
                let _ = ready.send(Ok(core.governor().terminator()));
                let waiting = run(&tokio, core, receiver, &failure);
                // With everything that tokio still knows of.
                drop(tokio);
                // What host functions own is given back before anybody is told.
                boa_gc::force_collect();
                if let Some(waiting) = waiting {
                    let _ = waiting.send(Ok(Ok(())));
                }
            })
            .map_err(Error::EventLoop)?;
        match is_ready.recv() {
            Ok(Ok(terminator)) => Ok(Self {
                shared: Arc::new(Shared {
                    commands,
                    terminator,
                    failure: shared_failure,
                }),
            }),
            Ok(Err(error)) => Err(error),
            // The closure panicked, and the thread is about to end.
            Err(_) => match thread.join() {
                Err(payload) => panic::resume_unwind(payload),
                Ok(()) => Err(Error::Closed),
            },
        }
    }

    /// What stops whatever the thread runs just now: all that is under way fails with [`Error::Terminated`], and the
    /// runtime can be used again. A loop of WebAssembly code is stopped only in a runtime that is
    /// [interruptible](RuntimeBuilder::interruptible).
    #[must_use]
    pub fn terminator(&self) -> Terminator {
        self.shared.terminator.clone()
    }

    /// Whether the thread has ended, or is about to.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.commands.is_closed()
    }

    /// Has the thread begin with `start`, and gives what the future comes to.
    fn ask<T, F>(&self, start: impl FnOnce(&Rc<Server>) -> F + Send + 'static) -> Answer<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let command = Command::Start(Box::new(move |server| {
            let server = Rc::clone(server);
            let sender = Rc::new(Cell::new(Some(sender)));
            let id = server.enlist({
                let sender = Rc::clone(&sender);
                move |error| {
                    if let Some(sender) = sender.take() {
                        let _ = sender.send(Ok(Err(error)));
                    }
                }
            });
            Box::pin(async move {
                let started = AssertUnwindSafe(async { start(&server).await });
                let outcome = started.catch_unwind().await;
                server.under_way.borrow_mut().remove(&id);
                if outcome.is_err() {
                    server.given_up.set(true);
                }
                if let Some(sender) = sender.take() {
                    // Nobody may be waiting any more.
                    let _ = sender.send(outcome);
                }
            })
        }));
        // If the thread has ended the sender is dropped, which the answer tells.
        let _ = self.shared.commands.send(command);
        Answer {
            receiver,
            failure: Arc::clone(&self.shared.failure),
        }
    }

    /// Runs a classic script, waits for its value if that is a promise, and converts it.
    ///
    /// A promise that never settles is waited for until the runtime is shut down: some other call may settle it.
    pub fn eval<T: FromJs + Send + 'static>(&self, source: impl Into<String>) -> Answer<T> {
        let source = source.into();
        self.ask(move |server| {
            let core = Rc::clone(&server.core);
            async move {
                let started = core.start(|context| loader::evaluate(&source, None, context))?;
                core.finish(started).await
            }
        })
    }

    /// Runs a module and everything it imports, waits for it, and converts its namespace object. Without a URL the
    /// module gets one beside the base URL.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use taipan::{Runtime, RuntimeHandle};
    ///
    /// let script = RuntimeHandle::spawn(Runtime::builder)?;
    /// let exports: HashMap<String, f64> = script.eval_module("export const answer = await 42", None).wait()?;
    /// assert_eq!(exports["answer"], 42.0);
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn eval_module<T: FromJs + Send + 'static>(
        &self,
        source: impl Into<String>,
        url: Option<Url>,
    ) -> Answer<T> {
        let source = source.into();
        self.ask(move |server| {
            let core = Rc::clone(&server.core);
            async move {
                let namespace = core.eval_module(&source, url.as_ref()).await?;
                core.task(|context| T::from_js(&namespace.into(), context))
            }
        })
    }

    /// Runs a program from a file, and waits until nothing is pending in the runtime.
    pub fn run_file(&self, path: impl Into<PathBuf>, kind: SourceKind) -> Answer<()> {
        let path = path.into();
        self.ask(move |server| {
            let server = Rc::clone(server);
            async move {
                server.core.run_file(&path, kind).await?;
                server.idle().await
            }
        })
    }

    /// Runs a program from a URL, and waits until nothing is pending in the runtime.
    pub fn run_url(&self, url: Url, kind: SourceKind) -> Answer<()> {
        self.ask(move |server| {
            let server = Rc::clone(server);
            async move {
                let loaded = server.load(&url).await?;
                let text = &loaded.text;
                server.core.run_source(text, &loaded.url, kind).await?;
                server.idle().await
            }
        })
    }

    /// Calls a function that a global variable, or a property further inside, is; a promise that it returns is waited
    /// for. See [`Runtime::call`](crate::Runtime::call).
    pub fn call<T: FromJs + Send + 'static>(
        &self,
        path: impl Into<String>,
        arguments: impl IntoArguments + Send + 'static,
    ) -> Answer<T> {
        let path = path.into();
        self.ask(move |server| {
            let core = Rc::clone(&server.core);
            async move {
                let started = core.start(|context| globals::call(&path, arguments, context))?;
                core.finish(started).await
            }
        })
    }

    /// Calls `f` with the context on the thread of the runtime, then runs the microtasks it left.
    ///
    /// ```
    /// use taipan::{Runtime, RuntimeHandle, engine::JsObject};
    ///
    /// let script = RuntimeHandle::spawn(Runtime::builder)?;
    /// script.eval::<()>("var user = { name: 'ada' }").wait()?;
    /// let name: String = script
    ///     .with(|context| {
    ///         let user: JsObject = taipan::get_property(&context.global_object(), "user", context)?;
    ///         taipan::get_property(&user, "name", context)
    ///     })
    ///     .wait()?;
    /// assert_eq!(name, "ada");
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn with<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Context) -> JsResult<T> + Send + 'static,
    ) -> Answer<T> {
        self.ask(move |server| {
            let core = Rc::clone(&server.core);
            async move { core.task(f) }
        })
    }

    /// The same with a promise as the result, which is waited for.
    pub fn with_promise<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Context) -> JsResult<Promised<T>> + Send + 'static,
    ) -> Answer<T> {
        self.ask(move |server| {
            let core = Rc::clone(&server.core);
            async move { core.task(f)?.await }
        })
    }

    /// Waits until nothing is pending in the runtime: no timer, no request, no job.
    pub fn idle(&self) -> Answer<()> {
        self.ask(|server| {
            let server = Rc::clone(server);
            async move { server.idle().await }
        })
    }

    /// Ends the thread after what it is at just now, and waits for that. What is pending is given up, and its answers
    /// are [`Error::Closed`].
    pub fn shut_down(&self) -> Answer<()> {
        let (sender, receiver) = oneshot::channel();
        let failure = Arc::clone(&self.shared.failure);
        if let Err(refused) = self.shared.commands.send(Command::ShutDown(sender))
            && let Command::ShutDown(sender) = refused.0
        {
            // It has ended already.
            let _ = sender.send(Ok(Ok(())));
        }
        Answer { receiver, failure }
    }
}

/// What the thread works with.
struct Server {
    core: Rc<Core>,
    /// Who waits until nothing is pending.
    idle: RefCell<Vec<oneshot::Sender<()>>>,
    /// How many tasks wait for what the event loop knows nothing of.
    busy: Cell<usize>,
    /// Set when a closure panicked: what it left half done cannot be relied on.
    given_up: Cell<bool>,
    /// How to fail what is under way.
    under_way: RefCell<BTreeMap<u64, Fail>>,
    started: Cell<u64>,
}

impl Server {
    fn new(core: Rc<Core>) -> Rc<Self> {
        Rc::new(Self {
            core,
            idle: RefCell::default(),
            busy: Cell::new(0),
            given_up: Cell::new(false),
            under_way: RefCell::default(),
            started: Cell::new(0),
        })
    }

    /// Remembers how to fail something; gives its number.
    fn enlist(&self, fail: impl FnOnce(Error) + 'static) -> u64 {
        let id = self.started.get();
        self.started.set(id + 1);
        self.under_way.borrow_mut().insert(id, Box::new(fail));
        id
    }

    /// Fails all that is under way, because what runs was stopped.
    fn stop(&self, error: &Error) {
        for (_, fail) in self.under_way.take() {
            fail(match error {
                Error::Limit { which, stack } => Error::Limit {
                    which: *which,
                    stack: stack.clone(),
                },
                _ => Error::Terminated,
            });
        }
        self.busy.set(0);
    }

    /// Waits until nothing is pending.
    async fn idle(&self) -> Result<(), Error> {
        let (sender, receiver) = oneshot::channel();
        self.idle.borrow_mut().push(sender);
        receiver.await.map_err(|_| Error::Closed)
    }

    fn tell_idle(&self) {
        if self.busy.get() == 0 {
            for waiting in self.idle.take() {
                // It may have gone away.
                let _ = waiting.send(());
            }
        }
    }

    /// Reads a program, while the runtime does not count as idle.
    async fn load(&self, url: &Url) -> Result<Loaded, Error> {
        self.busy.set(self.busy.get() + 1);
        let loaded = self.core.load(url).await;
        self.busy.set(self.busy.get() - 1);
        loaded
    }
}

/// Does what is asked for until there is no handle any more or one of them says so; gives who waits for the end.
fn serve(
    tokio: &tokio::runtime::Runtime,
    server: &Rc<Server>,
    tasks: &RefCell<FuturesUnordered<Task>>,
    commands: &mut mpsc::UnboundedReceiver<Command>,
) -> Result<Option<oneshot::Sender<Outcome<()>>>, Error> {
    let mut requests = poll_fn(|cx| {
        loop {
            match commands.poll_recv(cx) {
                Poll::Ready(Some(Command::Start(start))) => tasks.borrow().push(start(server)),
                Poll::Ready(Some(Command::ShutDown(sender))) => {
                    return Poll::Ready(Ok(Some(sender)));
                }
                Poll::Ready(None) => return Poll::Ready(Ok(None)),
                Poll::Pending => break,
            }
        }
        while let Poll::Ready(Some(())) = Pin::new(&mut *tasks.borrow_mut()).poll_next(cx) {}
        if server.given_up.get() {
            return Poll::Ready(Ok(None));
        }
        Poll::Pending
    });
    loop {
        let when_idle = WhenIdle::Tell(&|| server.tell_idle());
        match tokio.block_on(server.core.drive(&mut requests, when_idle)) {
            Err(error @ (Error::Limit { .. } | Error::Terminated)) => {
                server.stop(&error);
                drop(tasks.take());
            }
            ended => return ended,
        }
    }
}

/// The thread of a runtime, from when there is one.
fn run(
    tokio: &tokio::runtime::Runtime,
    core: Rc<Core>,
    mut commands: mpsc::UnboundedReceiver<Command>,
    failure: &OnceLock<String>,
) -> Option<oneshot::Sender<Outcome<()>>> {
    let server = Server::new(core);
    let tasks = RefCell::default();
    let served = panic::catch_unwind(AssertUnwindSafe(|| {
        serve(tokio, &server, &tasks, &mut commands)
    }));
    // Before tasks and commands are dropped: those who wait for them look there.
    let failed = match &served {
        Ok(Ok(_)) => None,
        Ok(Err(Error::Engine(message))) => Some(message.clone()),
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("a host function panicked".to_owned()),
    };
    if let Some(message) = failed {
        failure.get_or_init(|| message);
    }
    served.ok()?.ok()?
}
