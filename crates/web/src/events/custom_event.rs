//! The `CustomEvent` interface.

use boa_engine::{
    Context, JsArgs, JsData, JsObject, JsResult, JsValue, context::intrinsics::StandardConstructor,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Inherits, Interface, InterfaceBuilder, convert, inherit, this_object};

use super::Event;

/// An event that carries a value of the script's choice.
///
/// <https://dom.spec.whatwg.org/#interface-customevent>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct CustomEvent {
    event: JsObject<Event>,
    detail: JsValue,
}

impl Inherits<Event> for CustomEvent {
    fn base(&self) -> &JsObject<Event> {
        &self.event
    }
}

impl Interface for CustomEvent {
    const NAME: &'static str = "CustomEvent";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("detail", |this, _, _| {
                Ok(this_object::<Self>(this)?.borrow().data().detail.clone())
            })
            .method("initCustomEvent", 1, init_custom_event);
    }

    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let (event, init) = Event::construct_base::<Self>(args, "CustomEventInit", context)?;
        let detail = init.get("detail", context)?.unwrap_or_else(JsValue::null);
        Ok(Self { event, detail })
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, Event>(context)
    }
}

/// <https://dom.spec.whatwg.org/#dom-customevent-initcustomevent>
fn init_custom_event(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<CustomEvent>(this)?;
    let kind = convert::dom_string(convert::required::<CustomEvent>(args, 0, 1)?, context)?;
    let event = this.borrow().data().event.clone();
    let mut event = event.borrow_mut();
    if !event.data().dispatching {
        let boolean = |index| args.get_or_undefined(index).to_boolean();
        event.data_mut().initialize(kind, boolean(1), boolean(2));
        let detail = args.get(3).filter(|detail| !detail.is_undefined());
        this.borrow_mut().data_mut().detail = detail.cloned().unwrap_or_else(JsValue::null);
    }
    Ok(JsValue::undefined())
}
