//! Running the scripts of a host that has an order of its own for them: the elements of a page, say.
//!
//! All of this is for contexts of a [`Runtime`](crate::Runtime), and is called while its event loop
//! turns: out of a job.

use std::cell::RefCell;

use boa_engine::{
    Context, JsError, JsNativeError, JsResult, Module, NativeFunction, Script,
    builtins::promise::PromiseState, object::builtins::JsPromise,
};
use taipan_fetch::net::Integrity;
use taipan_web::{events, permissions::Permissions};
use url::Url;

use crate::{
    event_loop::EventLoop,
    loader::{self, ImportMap, ImportMapError, Loaded, Loader},
};

/// The text of a script or another program, and what was said about it.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// The text, decoded as UTF-8.
    pub text: String,
    /// Where it came from, after all redirects.
    pub url: Url,
    /// Its MIME type, in lower case and without parameters: empty if a server named none, none for a file.
    pub mime_type: Option<String>,
}

impl From<Loaded> for SourceText {
    fn from(loaded: Loaded) -> Self {
        Self {
            text: loaded.text,
            url: loaded.url,
            mime_type: loaded.mime,
        }
    }
}

/// Tells the observer of sources of a text that scripts stand in, a page say. Scripts that are loaded by the functions
/// of this module are told of by themselves.
pub fn found(url: &Url, text: &str, context: &Context) {
    if let Ok(loader) = loader(context) {
        loader.observer().loaded(url, text);
    }
}

/// Loads the text of a classic script, which must be what `integrity` says, if that says anything.
///
/// # Errors
///
/// A `TypeError` if it cannot be loaded, or may not be.
pub async fn load(
    url: Url,
    integrity: &Integrity,
    context: &RefCell<&mut Context>,
) -> JsResult<SourceText> {
    let loader = loader(&context.borrow())?;
    loader.observer().loading(&url);
    let loaded = loader::load_script(&url, loader.client(), integrity).await;
    let loaded = loaded.map_err(|error| error.into_js(&mut context.borrow_mut()))?;
    loader.observer().loaded(&loaded.url, &loaded.text);
    Ok(loaded.into())
}

/// The URL that `specifier` names in a module at `referrer`: a relative or absolute URL, or, to local modules, a package in
/// a `node_modules` folder that `permissions` let scripts read.
///
/// ```
/// use taipan::{Permissions, Url, scripts};
///
/// let referrer = Url::parse("https://example.com/a/main.js")?;
/// let url = scripts::resolve("../b.js", &referrer, &Permissions::none())?;
/// assert_eq!(url.as_str(), "https://example.com/b.js");
/// assert!(scripts::resolve("b", &referrer, &Permissions::none()).is_err());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Says why there is none.
pub fn resolve(specifier: &str, referrer: &Url, permissions: &Permissions) -> Result<Url, String> {
    loader::resolve(specifier, Some(referrer), permissions)
}

/// Adds an import map, which stands in a document at `base`. Gives what is to be said about it.
///
/// <https://html.spec.whatwg.org/multipage/webappapis.html#register-an-import-map>
///
/// # Errors
///
/// A `SyntaxError` or `TypeError` if it is no import map.
pub fn add_import_map(text: &str, base: &Url, context: &mut Context) -> JsResult<Vec<String>> {
    let loader = loader(context)?;
    match ImportMap::parse(text, base) {
        Ok(map) => Ok(loader.add_import_map(map)),
        Err(error @ ImportMapError::Syntax(_)) => Err(JsNativeError::syntax()
            .with_message(error.to_string())
            .into()),
        Err(error) => Err(JsNativeError::typ().with_message(error.to_string()).into()),
    }
}

/// Parses a classic script. Its URL is what its imports resolve against and what stack traces show.
///
/// # Errors
///
/// A `SyntaxError`.
pub fn parse(text: &str, url: &Url, context: &mut Context) -> JsResult<Script> {
    loader::parse_script(text, Some(url), context)
}

/// Parses a module that is in no module map, because it stands in a document, and loads what it imports.
///
/// # Errors
///
/// A `SyntaxError`, and whatever loading throws.
pub async fn load_inline_module(
    text: &str,
    url: &Url,
    context: &RefCell<&mut Context>,
) -> JsResult<Module> {
    let module = loader::parse_module(text, url, &mut context.borrow_mut())?;
    load_imports(module, context).await
}

/// Loads a module and what it imports; the module map has it from then on. It must be what `integrity` says, or if that
/// says nothing, the import map.
///
/// # Errors
///
/// A `TypeError` if something cannot be loaded, or may not be, and a `SyntaxError`.
pub async fn load_module(
    url: &Url,
    integrity: &Integrity,
    context: &RefCell<&mut Context>,
) -> JsResult<Module> {
    let loader = loader(&context.borrow())?;
    let module = loader.load_javascript(url, integrity, context).await?;
    load_imports(module, context).await
}

async fn load_imports(module: Module, context: &RefCell<&mut Context>) -> JsResult<Module> {
    let loaded = {
        let context = &mut context.borrow_mut();
        module.load(context).into_js_future(context)?
    };
    loaded.await?;
    Ok(module)
}

/// Links and evaluates a module that was loaded. What it throws is reported, now or, if it awaits
/// something, later.
///
/// # Errors
///
/// An error of the engine itself.
pub fn run_module(module: &Module, context: &mut Context) -> JsResult<()> {
    let evaluated = loader(context)?
        .link(module, context)
        .and_then(|()| module.evaluate(context));
    match evaluated {
        Ok(promise) => report_rejection(&promise, context),
        Err(error) if error.as_engine().is_some() => Err(error),
        Err(error) => {
            events::report_exception(error, context);
            Ok(())
        }
    }
}

/// Reports what a promise is rejected with as an exception.
fn report_rejection(promise: &JsPromise, context: &mut Context) -> JsResult<()> {
    let report = NativeFunction::from_copy_closure(|_, args, context| {
        let reason = args.first().cloned().unwrap_or_default();
        events::report_exception(JsError::from_opaque(reason), context);
        Ok(boa_engine::JsValue::undefined())
    });
    if matches!(promise.state(), PromiseState::Fulfilled(_)) {
        return Ok(());
    }
    taipan_webidl::promise::react(promise, None, Some(report), context)?;
    Ok(())
}

/// Runs the microtasks, as it is done behind a script; nothing while another script is running.
pub fn checkpoint(context: &mut Context) {
    if context.stack_trace().next().is_some() {
        return;
    }
    if let Some(event_loop) = context.downcast_job_executor::<EventLoop>() {
        event_loop.checkpoint(context);
        event_loop.begin_task(context);
    }
}

fn loader(context: &Context) -> JsResult<std::rc::Rc<Loader>> {
    context.downcast_module_loader::<Loader>().ok_or_else(|| {
        JsNativeError::typ()
            .with_message("the context is not one of a runtime")
            .into()
    })
}
