//! The thread of a worker.

use std::{
    cell::Cell,
    future::poll_fn,
    io,
    panic::{self, AssertUnwindSafe},
    sync::Arc,
    thread,
};

use boa_engine::{
    Context, JsArgs, JsError, JsResult, JsValue, NativeFunction, object::FunctionObjectBuilder,
};
use taipan_web::{
    agent::{Mailbox, WorkerPlace},
    events::ErrorDetails,
    structured_clone::Text,
    worker::{Parent, ScopeOptions, WorkerOptions, WorkerType, enable_messages, set_worker_url},
};

use super::{
    Inherited, Scope, host,
    loading::{self, Loading},
};
use crate::{
    Error, Runtime, Terminator, Uncaught, UncaughtKind,
    core::WhenIdle,
    event_loop::EventLoop,
    limits::JS_STACK,
    loader::{self, Loaded},
};

thread_local! {
    static IS_WORKER: Cell<bool> = const { Cell::new(false) };
}

/// Whether this is the thread of a worker.
pub(super) fn is_worker() -> bool {
    IS_WORKER.get()
}

/// All that a worker starts with.
pub(super) struct Start {
    pub(super) inherited: Arc<Inherited>,
    pub(super) options: WorkerOptions,
    pub(super) loading: Loading,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) terminator: Terminator,
    pub(super) place: WorkerPlace,
}

/// Why a worker ends before its script has run.
struct Failure {
    details: Box<ErrorDetails>,
    error: Box<Error>,
}

impl Failure {
    fn new(error: Error) -> Self {
        let details = ErrorDetails {
            message: Text::from(error.to_string().as_str()),
            ..ErrorDetails::default()
        };
        Self {
            details: Box::new(details),
            error: Box::new(error),
        }
    }
}

/// Tells everybody who has to do with the worker that it is gone, whatever has ended it.
struct End {
    parent: Parent,
    mailbox: Arc<Mailbox>,
    _place: WorkerPlace,
}

impl Drop for End {
    fn drop(&mut self) {
        self.parent.ended();
        self.mailbox.close();
    }
}

impl Start {
    /// Starts the thread.
    pub(super) fn spawn(self) -> io::Result<()> {
        let name = match self.options.name.to_string_lossy() {
            // The system takes no name with a zero in it.
            name if !name.is_empty() && !name.contains('\0') => format!("worker {name}"),
            _ => "worker".to_owned(),
        };
        thread::Builder::new()
            .name(name)
            .stack_size(JS_STACK)
            .spawn(move || self.run())?;
        Ok(())
    }

    fn run(self) {
        IS_WORKER.set(true);
        let parent = self.options.parent.clone();
        let Self {
            inherited,
            options,
            loading,
            mailbox,
            terminator,
            place,
        } = self;
        let end = End {
            parent: parent.clone(),
            mailbox: Arc::clone(&mailbox),
            _place: place,
        };
        // What was printed of a panic stays; the rest of the program goes on.
        let result = panic::catch_unwind(AssertUnwindSafe(|| {
            work(&inherited, &options, loading, &mailbox, terminator)
        }));
        let failure = match result {
            Ok(Ok(())) => None,
            // Whoever has stopped it does not want to know.
            Ok(Err(_)) if mailbox.is_stopped() => None,
            Ok(Err(failure)) => Some(failure),
            Err(_) => {
                let message = "the worker has panicked".to_owned();
                Some(Failure::new(Error::Engine(message)))
            }
        };
        if let Some(Failure { details, error }) = failure {
            let (details, error) = (*details, *error);
            let again = details.clone();
            let kind = UncaughtKind::Exception;
            let fallback = Box::new(move |context: &mut Context| {
                host::report(again, Uncaught { kind, error }, context);
            });
            parent.fail(details, fallback);
        }
        drop(end);
    }
}

/// The life of a worker.
fn work(
    inherited: &Inherited,
    options: &WorkerOptions,
    loading: Loading,
    mailbox: &Arc<Mailbox>,
    terminator: Terminator,
) -> Result<(), Failure> {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Error::EventLoop(error)))?;
    let scope = Scope {
        options: ScopeOptions::from(options),
        mailbox: Arc::clone(mailbox),
        blob_urls: options.blob_urls.clone(),
        client: Some(inherited.client.clone()),
        terminator,
    };
    let builder = inherited.builder(scope, options.parent.mailbox());
    let mut runtime = builder.build().map_err(Failure::new)?;
    tokio.block_on(async {
        let loader = runtime.core().loader().clone();
        let Some(loaded) = loading.finish(&options.url, &loader, mailbox).await else {
            return Ok(());
        };
        let loaded = loaded
            .and_then(|loaded| loading::check(&loaded, options.kind).map(|()| loaded))
            .map_err(|error| Failure::new(Error::from(error)))?;
        runtime.run_worker(&loaded, options.kind, mailbox).await
    })
}

impl Runtime {
    /// Runs the script of a worker, and what comes to it, until it is to stop.
    ///
    /// <https://html.spec.whatwg.org/multipage/workers.html#run-a-worker>
    async fn run_worker(
        &mut self,
        loaded: &Loaded,
        kind: WorkerType,
        mailbox: &Mailbox,
    ) -> Result<(), Failure> {
        set_worker_url(&loaded.url, &mut self.context());
        match kind {
            WorkerType::Classic => self.run_worker_script(loaded)?,
            WorkerType::Module => self.run_worker_module(loaded).await?,
        }
        while !mailbox.is_stopped() {
            self.core().run().await.map_err(Failure::new)?;
            poll_fn(|cx| mailbox.poll_ready(cx)).await;
        }
        Ok(())
    }

    fn run_worker_script(&mut self, loaded: &Loaded) -> Result<(), Failure> {
        let event_loop = self.event_loop().clone();
        let script = self.prepare(|context| {
            event_loop.begin_task(context);
            loader::parse_script(&loaded.text, Some(&loaded.url), context)
        })?;
        self.core()
            .enter(|context| {
                event_loop.begin_task(context);
                if let Err(error) = script.evaluate(context) {
                    event_loop.report(error, context);
                }
                event_loop.checkpoint(context);
                enable_messages(context);
                Ok(())
            })
            .map_err(Failure::new)
    }

    async fn run_worker_module(&mut self, loaded: &Loaded) -> Result<(), Failure> {
        let event_loop = self.event_loop().clone();
        let loader = self.core().loader().clone();
        let (module, imports) = self.prepare(|context| {
            event_loop.begin_task(context);
            let module = loader.add_module(&loaded.text, &loaded.url, context)?;
            let imports = module.load(context);
            Ok((module, imports))
        })?;
        let imported = self
            .core()
            .drive(self.core().outcome(imports), WhenIdle::Fail)
            .await
            .map_err(Failure::new)?;
        self.prepare(|context| {
            imported?;
            event_loop.begin_task(context);
            loader.link(&module, context)
        })?;
        self.core()
            .enter(|context| {
                let report = NativeFunction::from_fn_ptr(report_rejection);
                let report = FunctionObjectBuilder::new(context.realm(), report).build();
                match module.evaluate(context) {
                    Ok(promise) => drop(promise.catch(report, context)?),
                    Err(error) => event_loop.report(error, context),
                }
                event_loop.checkpoint(context);
                // Messages come while the module awaits something, too.
                enable_messages(context);
                Ok(())
            })
            .map_err(Failure::new)
    }

    /// Does what comes before a script runs: an error there is that of a script which is not to be had.
    fn prepare<T>(&self, f: impl FnOnce(&mut Context) -> JsResult<T>) -> Result<T, Failure> {
        let mut details = None;
        let result = self.core().enter(|context| {
            f(context).inspect_err(|error| details = Some(ErrorDetails::of(error, context)))
        });
        result.map_err(|error| Failure {
            details: Box::new(details.unwrap_or_default()),
            error: Box::new(error),
        })
    }
}

/// What a module is rejected with is an exception that nobody has caught.
fn report_rejection(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let error = JsError::from_opaque(args.get_or_undefined(0).clone());
    if let Some(event_loop) = context.downcast_job_executor::<EventLoop>() {
        event_loop.report(error, context);
    }
    Ok(JsValue::undefined())
}
