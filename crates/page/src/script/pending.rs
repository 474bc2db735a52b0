//! A script that was prepared: what is loaded for it, and its running.

use std::cell::{Cell, RefCell};

use boa_engine::{Context, JsError, JsResult, Module, Script};
use taipan::{Url, net::Integrity, scripts};
use taipan_web::{
    console::{self, Level},
    events,
};
use tokio::sync::Notify;

use crate::{dom, state::PageState, tree::NodeRef};

/// What a script element names.
pub(crate) enum Source {
    /// A classic script that stands in the document.
    Inline { text: String, url: Url },
    /// A classic script that is somewhere else.
    External(Url, Integrity),
    /// A module that stands in the document.
    InlineModule { text: String, url: Url },
    /// A module that is somewhere else.
    Module(Url, Integrity),
}

/// What was made of it.
enum Loaded {
    Classic { text: String, url: Url },
    Module(Module),
}

/// A script that was prepared.
pub(crate) struct PendingScript {
    element: NodeRef,
    is_external: bool,
    /// Whether the parser waits for it.
    is_blocking: bool,
    result: RefCell<Option<JsResult<Loaded>>>,
    is_ready: Cell<bool>,
    ready: Notify,
}

impl PendingScript {
    /// A script that is not loaded yet.
    pub(super) fn new(element: NodeRef, is_external: bool, is_blocking: bool) -> Self {
        Self {
            element,
            is_external,
            is_blocking,
            result: RefCell::default(),
            is_ready: Cell::new(false),
            ready: Notify::new(),
        }
    }

    /// Loads what `source` names.
    pub(super) async fn load(&self, source: Source, context: &RefCell<&mut Context>) {
        let result = match source {
            Source::Inline { text, url } => Ok(Loaded::Classic { text, url }),
            Source::External(url, integrity) => {
                let loaded = scripts::load(url, &integrity, context).await;
                loaded.map(|scripts::SourceText { text, url, .. }| Loaded::Classic { text, url })
            }
            Source::InlineModule { text, url } => {
                let module = scripts::load_inline_module(&text, &url, context).await;
                module.map(Loaded::Module)
            }
            Source::Module(url, integrity) => {
                let module = scripts::load_module(&url, &integrity, context).await;
                module.map(Loaded::Module)
            }
        };
        self.set_result(result);
    }

    /// The same for a classic script that stands in the document, of which nothing needs to be loaded.
    pub(super) fn set_inline(&self, text: String, url: Url) {
        self.set_result(Ok(Loaded::Classic { text, url }));
    }

    fn set_result(&self, result: JsResult<Loaded>) {
        self.result.replace(Some(result));
        self.is_ready.set(true);
        self.ready.notify_waiters();
    }

    /// Whether it is loaded.
    pub(crate) fn is_ready(&self) -> bool {
        self.is_ready.get()
    }

    /// Waits until it is loaded.
    pub(crate) async fn wait(&self) {
        while !self.is_ready() {
            self.ready.notified().await;
        }
    }

    /// Runs it.
    ///
    /// <https://html.spec.whatwg.org/multipage/scripting.html#execute-the-script-element>
    ///
    /// # Errors
    /// An error of the engine itself.
    pub(crate) fn run(&self, context: &mut Context) -> JsResult<()> {
        let Some(result) = self.result.take() else {
            return Ok(());
        };
        let state = PageState::of(context)?;
        let loaded = match result {
            Ok(loaded) => loaded,
            Err(error) => return self.failed(error, context),
        };
        let writes =
            self.is_blocking || !self.is_external && matches!(loaded, Loaded::Classic { .. });
        let ignores_writes = state.ignores_writes.replace(!writes);
        let result = self.execute(loaded, &state, context);
        state.ignores_writes.set(ignores_writes);
        result?;
        scripts::checkpoint(context);
        if self.is_external {
            dom::fire(&self.element, "load", context)?;
            scripts::checkpoint(context);
        }
        Ok(())
    }

    fn execute(&self, loaded: Loaded, state: &PageState, context: &mut Context) -> JsResult<()> {
        match loaded {
            Loaded::Classic { text, url } => {
                let outer = state.current_script.replace(Some(self.element.clone()));
                let result = run_classic(&text, &url, context);
                state.current_script.replace(outer);
                result
            }
            Loaded::Module(module) => {
                let outer = state.current_script.take();
                let result = scripts::run_module(&module, context);
                state.current_script.replace(outer);
                result
            }
        }
    }

    /// What is done when there is nothing to run. That a script cannot be had is told by an event only; the
    /// console says it too, or nobody would know.
    fn failed(&self, error: JsError, context: &mut Context) -> JsResult<()> {
        if error.as_engine().is_some() {
            return Err(error);
        }
        let event = match error.try_native(context) {
            Ok(native) if native.is_syntax() => {
                events::report_exception(error, context);
                "load"
            }
            Ok(native) => {
                console::write(Level::Error, native.message(), context);
                "error"
            }
            Err(_) => {
                console::write(Level::Error, &error.to_string(), context);
                "error"
            }
        };
        if self.is_external {
            dom::fire(&self.element, event, context)?;
        }
        scripts::checkpoint(context);
        Ok(())
    }
}

/// Runs a classic script; what it throws is reported.
///
/// <https://html.spec.whatwg.org/multipage/webappapis.html#run-a-classic-script>
fn run_classic(text: &str, url: &Url, context: &mut Context) -> JsResult<()> {
    let result = scripts::parse(text, url, context)
        .and_then(|script: Script| script.evaluate(context).map(drop));
    match result {
        Err(error) if error.as_engine().is_some() => Err(error),
        Err(error) => {
            events::report_exception(error, context);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}
