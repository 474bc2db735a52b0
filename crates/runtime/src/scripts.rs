//! Running the scripts of a host that has an order of its own for them: the elements of a page, say.
//!
//! All of this is for contexts of a [`Runtime`](crate::Runtime), and is called while its event loop
//! turns: out of a job.

use std::cell::RefCell;

use boa_engine::{
    Context, JsError, JsNativeError, JsResult, Module, NativeFunction, Script,
    builtins::promise::PromiseState, object::builtins::JsPromise,
};
use taipan_web::events;
use url::Url;

use crate::{
    event_loop::EventLoop,
    loader::{self, Loader},
};

/// The text of a script, and where it came from after all redirects.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// The text, decoded as UTF-8.
    pub text: String,
    /// Its URL.
    pub url: Url,
}

/// Takes note of a program that is about to run: its URL becomes the base URL, unless there is one,
/// and a program that is not local itself puts local files out of reach.
///
/// # Errors
///
/// An error if the context is not one of a [`Runtime`](crate::Runtime).
pub fn begin_program(url: &Url, context: &mut Context) -> JsResult<()> {
    loader(context)?.files().program_at(url);
    if taipan_web::base_url(context).is_none() {
        taipan_web::set_base_url(context, url.clone());
    }
    Ok(())
}

/// Loads the text of a classic script.
///
/// # Errors
///
/// A `TypeError` if it cannot be loaded, or may not be.
pub async fn load(url: Url, context: &RefCell<&mut Context>) -> JsResult<SourceText> {
    let loader = loader(&context.borrow())?;
    let refused = |message| JsError::from(JsNativeError::typ().with_message(message));
    loader.files().check(&url).map_err(refused)?;
    let loaded = loader::load_import(&url, loader.client())
        .await
        .map_err(loader::LoadError::into_js)?;
    Ok(SourceText {
        text: loaded.text,
        url: loaded.url,
    })
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

/// Loads a module and what it imports; the module map has it from then on.
///
/// # Errors
///
/// A `TypeError` if something cannot be loaded, or may not be, and a `SyntaxError`.
pub async fn load_module(url: &Url, context: &RefCell<&mut Context>) -> JsResult<Module> {
    let loader = loader(&context.borrow())?;
    let module = loader.load_javascript(url, context).await?;
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
