//! What an embedder says about workers.

use std::sync::Arc;

use super::Scope;
use crate::RuntimeBuilder;

/// Configures the runtime of a worker, on its thread.
pub(crate) type OnWorker = dyn Fn(RuntimeBuilder) -> RuntimeBuilder + Send + Sync;

/// The settings of a builder that are about workers.
pub(crate) struct Settings {
    pub(crate) on_worker: Option<Arc<OnWorker>>,
    /// Whether the WebAssembly code of workers can be stopped.
    pub(crate) interruptible: bool,
    /// What makes the runtime that of a worker.
    pub(crate) scope: Option<Scope>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            on_worker: None,
            interruptible: true,
            scope: None,
        }
    }
}

impl Settings {
    /// A worker whose network is configured otherwise does not share that of its parent.
    pub(crate) fn forget_network(&mut self) {
        if let Some(scope) = &mut self.scope {
            scope.client = None;
        }
    }
}

impl RuntimeBuilder {
    /// Has `configure` configure the runtimes of workers, those of workers' workers included. It is called on the
    /// worker's thread, with a builder that has what workers inherit: permissions, limits, the network layer, clock and
    /// randomness, module loaders and [shared modules](Self::shared_module), and a console that writes where that of the
    /// parent does.
    ///
    /// What was added with [`with_context`](Self::with_context) or [`module`](Self::module) is not inherited, since it belongs to one thread: what
    /// workers are to have as well is added here. A handler of uncaught errors that is set here takes them in place of
    /// the parent's `Worker` object.
    ///
    /// ```
    /// use taipan::engine::{Context, JsResult, JsString, js_string, property::Attribute};
    ///
    /// fn define(context: &mut Context) -> JsResult<()> {
    ///     let product = js_string!("Anvil");
    ///     context.register_global_property(js_string!("product"), product, Attribute::all())
    /// }
    ///
    /// let mut runtime = taipan::Runtime::builder()
    ///     .with_context(define)
    ///     .on_worker(|builder| builder.with_context(define))
    ///     .build()?;
    /// runtime.eval("
    ///     const worker = new Worker('data:text/javascript,postMessage(product)');
    ///     worker.onmessage = event => { globalThis.answer = event.data; worker.terminate() };
    /// ")?;
    /// runtime.run()?;
    /// let answer = runtime.eval("answer")?;
    /// assert_eq!(answer.as_string(), Some(JsString::from("Anvil")));
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn on_worker(mut self, configure: impl Fn(Self) -> Self + Send + Sync + 'static) -> Self {
        self.workers.on_worker = Some(Arc::new(configure));
        self
    }

    /// Has WebAssembly code of workers count what it does, as [`interruptible`](Self::interruptible) does for the runtime
    /// itself, so that `terminate()` stops it wherever it is. That is the default. Without it, a worker that is
    /// terminated in the middle of such code goes on until that returns.
    pub fn interruptible_workers(mut self, interruptible: bool) -> Self {
        self.workers.interruptible = interruptible;
        self
    }
}
