//! The `PromiseRejectionEvent` interface.

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsValue,
    context::intrinsics::StandardConstructor, js_string,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Dictionary, Inherits, Interface, InterfaceBuilder, inherit, this_object};

use super::{Event, EventInit};

/// An event that tells of a rejected promise.
///
/// <https://html.spec.whatwg.org/multipage/webappapis.html#promiserejectionevent>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct PromiseRejectionEvent {
    event: JsObject<Event>,
    promise: JsObject,
    reason: JsValue,
}

impl PromiseRejectionEvent {
    /// A new, trusted event.
    pub fn create(
        kind: &str,
        init: EventInit,
        promise: JsObject,
        reason: JsValue,
        context: &mut Context,
    ) -> JsObject<Self> {
        let event = Event::new_base(js_string!(kind), init, context);
        let event = Self {
            event,
            promise,
            reason,
        };
        Event::create(event, context)
    }
}

impl Inherits<Event> for PromiseRejectionEvent {
    fn base(&self) -> &JsObject<Event> {
        &self.event
    }
}

impl Interface for PromiseRejectionEvent {
    const NAME: &'static str = "PromiseRejectionEvent";
    const LENGTH: usize = 2;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("promise", |this, _, _| {
                let this = this_object::<Self>(this)?;
                Ok(this.borrow().data().promise.clone().into())
            })
            .getter("reason", |this, _, _| {
                Ok(this_object::<Self>(this)?.borrow().data().reason.clone())
            });
    }

    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        taipan_webidl::convert::required::<Self>(args, 1, 2)?;
        let (event, init): (_, Dictionary) =
            Event::construct_base::<Self>(args, "PromiseRejectionEventInit", context)?;
        let promise = init.get_required("promise", context)?.as_object();
        let promise = promise.ok_or_else(|| {
            JsNativeError::typ().with_message("PromiseRejectionEventInit: promise is not an object")
        })?;
        let reason = init.get("reason", context)?.unwrap_or_default();
        Ok(Self {
            event,
            promise,
            reason,
        })
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, Event>(context)
    }
}
