//! The `XMLHttpRequestUpload` interface.

use boa_engine::{Context, JsData, JsObject, context::intrinsics::StandardConstructor};
use boa_gc::{Finalize, Trace};
use taipan_web::events::EventTarget;
use taipan_webidl::{Inherits, Interface, InterfaceBuilder, inherit, wrap};

use super::XmlHttpRequestEventTarget;

/// Hears how far the sending of a request's body has come.
///
/// <https://xhr.spec.whatwg.org/#xmlhttprequestupload>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct XmlHttpRequestUpload(JsObject<EventTarget>);

impl XmlHttpRequestUpload {
    pub(super) fn create(context: &mut Context) -> JsObject<Self> {
        let target = EventTarget::new_base(context);
        wrap(Self(target), context)
    }
}

impl Inherits<EventTarget> for XmlHttpRequestUpload {
    fn base(&self) -> &JsObject<EventTarget> {
        &self.0
    }
}

impl Interface for XmlHttpRequestUpload {
    const NAME: &'static str = "XMLHttpRequestUpload";

    fn members(_: &mut InterfaceBuilder<'_>) {}

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, EventTarget>(context);
        Some(taipan_webidl::register::<XmlHttpRequestEventTarget>(
            context,
        ))
    }
}
