//! The `CloseEvent` interface.

use boa_engine::{
    Context, JsData, JsObject, JsResult, JsString, JsValue,
    context::intrinsics::StandardConstructor, js_string,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Inherits, Interface, InterfaceBuilder, convert, inherit, this_object};

use super::{Event, EventInit, event::flag};

/// An event that tells how a connection ended.
///
/// <https://websockets.spec.whatwg.org/#the-closeevent-interface>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct CloseEvent {
    event: JsObject<Event>,
    was_clean: bool,
    code: u16,
    #[unsafe_ignore_trace]
    reason: JsString,
}

impl CloseEvent {
    /// A new, trusted event named `close`.
    pub fn create(
        was_clean: bool,
        code: u16,
        reason: &str,
        context: &mut Context,
    ) -> JsObject<Self> {
        let event = Self {
            event: Event::new_base(js_string!("close"), EventInit::default(), context),
            was_clean,
            code,
            reason: js_string!(reason),
        };
        Event::create(event, context)
    }
}

impl Inherits<Event> for CloseEvent {
    fn base(&self) -> &JsObject<Event> {
        &self.event
    }
}

impl Interface for CloseEvent {
    const NAME: &'static str = "CloseEvent";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("wasClean", |this, _, _| {
                Ok(this_object::<Self>(this)?.borrow().data().was_clean.into())
            })
            .getter("code", |this, _, _| {
                Ok(this_object::<Self>(this)?.borrow().data().code.into())
            })
            .getter("reason", |this, _, _| {
                let this = this_object::<Self>(this)?;
                Ok(this.borrow().data().reason.clone().into())
            });
    }

    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let (event, init) = Event::construct_base::<Self>(args, "CloseEventInit", context)?;
        let code = match init.get("code", context)? {
            Some(code) => convert::unsigned_short(&code, context)?,
            None => 0,
        };
        let reason = match init.get("reason", context)? {
            Some(reason) => js_string!(convert::usv_string(&reason, context)?),
            None => js_string!(),
        };
        Ok(Self {
            event,
            was_clean: flag(&init, "wasClean", context)?,
            code,
            reason,
        })
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, Event>(context)
    }
}
