//! The `WorkerGlobalScope` interface, and `WorkerNavigator`.

use std::rc::Rc;

use ::url::Url;
use boa_engine::{Context, JsData, JsResult, JsValue, context::intrinsics::StandardConstructor};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{DomException, Interface, InterfaceBuilder, convert};

use super::{WorkerLocation, WorkerType, dedicated_worker_global_scope::Scope};
use crate::{
    define::{global_attribute, global_operation},
    events::{EventTarget, global_event_handlers},
    navigator,
};

pub use crate::navigator::WorkerNavigator;

/// What the global object of a worker needs from outside.
pub trait ScopeHost: 'static {
    /// Loads and runs classic scripts, one after the other.
    ///
    /// <https://html.spec.whatwg.org/multipage/workers.html#import-scripts-into-worker-global-scope>
    ///
    /// # Errors
    ///
    /// A `NetworkError` for a script that cannot be loaded, and what a script throws.
    fn import_scripts(&self, urls: Vec<Url>, context: &mut Context) -> JsResult<()>;

    /// Has the event loop end after the task that runs.
    fn close(&self);
}

/// The interface of the global object of any worker.
///
/// <https://html.spec.whatwg.org/multipage/workers.html#the-workerglobalscope-common-interface>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct WorkerGlobalScope;

impl Interface for WorkerGlobalScope {
    const NAME: &'static str = "WorkerGlobalScope";

    // The members of an interface with `[Global]`, and of those that it inherits from, are on the object itself.
    fn members(_: &mut InterfaceBuilder<'_>) {}

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        Some(taipan_webidl::register::<EventTarget>(context))
    }
}

/// Defines the members of the interface on the global object.
pub(super) fn define_members(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    taipan_webidl::expose::<WorkerGlobalScope>(&global, context);
    taipan_webidl::expose::<WorkerLocation>(&global, context);
    navigator::register_worker(context)?;
    global_attribute(
        "self",
        |context| Ok(context.global_object().into()),
        context,
    );
    global_attribute("location", WorkerLocation::of_realm, context);
    global_event_handlers(&["onlanguagechange", "onoffline", "ononline"], context);
    global_operation("importScripts", 0, import_scripts, context)
}

/// <https://html.spec.whatwg.org/multipage/workers.html#dom-workerglobalscope-importscripts>
fn import_scripts(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let texts = args
        .iter()
        .map(|url| convert::usv_string(url, context))
        .collect::<JsResult<Vec<_>>>()?;
    let scope = Scope::of(context)?;
    if scope.kind == WorkerType::Module {
        return Err(boa_engine::JsNativeError::typ()
            .with_message("importScripts: a module worker imports modules instead")
            .into());
    }
    let urls = texts
        .iter()
        .map(|text| crate::parse_url(text, context))
        .collect::<Result<Vec<_>, String>>()
        .map_err(|reason| {
            DomException::new("SyntaxError", &format!("importScripts: {reason}"))
                .into_error(context)
        })?;
    let host = Rc::clone(&scope.host);
    host.import_scripts(urls, context)?;
    Ok(JsValue::undefined())
}
