//! The `DedicatedWorkerGlobalScope` interface.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use boa_engine::{
    Context, JsArgs, JsData, JsNativeError, JsResult, JsString, JsValue,
    context::intrinsics::StandardConstructor,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, convert};

use super::{Parent, ScopeHost, WorkerGlobalScope, WorkerOptions, WorkerType, worker_global_scope};
use crate::{
    define::{global_operation, replaceable_global_attribute},
    events::global_event_handlers,
    messaging::deliver_message,
    structured_clone::{Message, Text, serialize_with_transfer, transfer_argument},
    task,
};

/// The interface of the global object of a worker that belongs to one parent.
///
/// <https://html.spec.whatwg.org/multipage/workers.html#dedicated-workers-and-the-dedicatedworkerglobalscope-interface>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct DedicatedWorkerGlobalScope;

/// What a worker's global object is told about itself.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ScopeOptions {
    /// What its script is.
    pub kind: WorkerType,
    /// What it is called.
    pub name: Text,
    /// The way to its parent.
    pub parent: Parent,
}

impl From<&WorkerOptions> for ScopeOptions {
    fn from(options: &WorkerOptions) -> Self {
        Self {
            kind: options.kind,
            name: options.name.clone(),
            parent: options.parent.clone(),
        }
    }
}

/// The state of a worker's global object.
pub(super) struct Scope {
    pub(super) kind: WorkerType,
    pub(super) host: Rc<dyn ScopeHost>,
    name: JsString,
    parent: Parent,
    /// The messages that came before the script had run; nothing from then on.
    waiting: RefCell<VecDeque<Message>>,
    enabled: Cell<bool>,
}

impl Scope {
    pub(super) fn of(context: &Context) -> JsResult<Rc<Self>> {
        context.get_data::<Rc<Self>>().cloned().ok_or_else(|| {
            JsNativeError::typ()
                .with_message("this is not the context of a worker")
                .into()
        })
    }
}

impl Interface for DedicatedWorkerGlobalScope {
    const NAME: &'static str = "DedicatedWorkerGlobalScope";

    fn members(_: &mut InterfaceBuilder<'_>) {}

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        Some(taipan_webidl::register::<WorkerGlobalScope>(context))
    }
}

impl DedicatedWorkerGlobalScope {
    /// A message from the parent.
    pub(super) fn receive(message: Message, context: &mut Context) -> JsResult<()> {
        let scope = Scope::of(context)?;
        if !scope.enabled.get() {
            scope.waiting.borrow_mut().push_back(message);
            return Ok(());
        }
        let global = context.global_object();
        deliver_message(&global, message, "", context)
    }
}

/// Makes the global object of the current realm one of a worker; after everything else is defined on it.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register_scope(
    options: ScopeOptions,
    host: Rc<dyn ScopeHost>,
    context: &mut Context,
) -> JsResult<()> {
    context.insert_data(Rc::new(Scope {
        kind: options.kind,
        host,
        name: JsString::from(&options.name),
        parent: options.parent,
        waiting: RefCell::default(),
        enabled: Cell::new(false),
    }));
    let global = context.global_object();
    let prototype = taipan_webidl::register::<DedicatedWorkerGlobalScope>(context).prototype();
    global.set_prototype(Some(prototype));
    worker_global_scope::define_members(context)?;
    taipan_webidl::expose::<DedicatedWorkerGlobalScope>(&global, context);
    replaceable_global_attribute(
        "name",
        |context| Ok(Scope::of(context)?.name.clone().into()),
        context,
    );
    global_operation("postMessage", 1, post_message, context)?;
    global_operation("close", 0, close, context)?;
    global_event_handlers(&["onmessage", "onmessageerror"], context);
    Ok(())
}

/// Has a worker receive messages: its script has run.
pub fn enable_messages(context: &mut Context) {
    let Ok(scope) = Scope::of(context) else {
        return;
    };
    scope.enabled.set(true);
    let waiting = scope.waiting.take();
    let realm = context.realm().clone();
    for message in waiting {
        task::queue(realm.clone(), context, |context| {
            let global = context.global_object();
            deliver_message(&global, message, "", context)
        });
    }
}

/// <https://html.spec.whatwg.org/multipage/workers.html#dom-dedicatedworkerglobalscope-postmessage>
fn post_message(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let message = convert::required_by(args, 0, 1, "DedicatedWorkerGlobalScope.postMessage")?;
    let transfer = transfer_argument(args.get_or_undefined(1), context)?;
    let scope = Scope::of(context)?;
    let message = serialize_with_transfer(message, &transfer, context)?.into_message(context)?;
    scope.parent.post(message);
    Ok(JsValue::undefined())
}

/// <https://html.spec.whatwg.org/multipage/workers.html#dom-dedicatedworkerglobalscope-close>
fn close(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    Scope::of(context)?.host.close();
    Ok(JsValue::undefined())
}
