//! The `MessageChannel` interface.

use boa_engine::{Context, JsData, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, this_object};

use super::MessagePort;

/// Two ports that are entangled.
///
/// <https://html.spec.whatwg.org/multipage/web-messaging.html#message-channels>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct MessageChannel {
    port1: JsObject<MessagePort>,
    port2: JsObject<MessagePort>,
}

impl Interface for MessageChannel {
    const NAME: &'static str = "MessageChannel";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("port1", |this, _, _| {
                let port = this_object::<Self>(this)?.borrow().data().port1.clone();
                Ok(port.upcast().into())
            })
            .getter("port2", |this, _, _| {
                let port = this_object::<Self>(this)?.borrow().data().port2.clone();
                Ok(port.upcast().into())
            });
    }

    /// <https://html.spec.whatwg.org/multipage/web-messaging.html#dom-messagechannel>
    fn construct(_: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let (port1, port2) = MessagePort::create_entangled(context);
        Ok(Self { port1, port2 })
    }
}
