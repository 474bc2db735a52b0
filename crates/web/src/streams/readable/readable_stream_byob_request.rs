//! `ReadableStreamBYOBRequest`: <https://streams.spec.whatwg.org/#rs-byob-request-class>.

use boa_engine::{Context, JsData, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{ArrayBufferView, Interface, InterfaceBuilder, convert, this_object};

use super::readable_byte_stream_controller::ReadableByteStreamController;
use crate::streams::support::{Slots, type_error};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct ReadableStreamBYOBRequest {
    /// `[[controller]]` and `[[view]]`, until it is invalidated.
    target: Option<(JsObject<ReadableByteStreamController>, JsObject)>,
}

impl Interface for ReadableStreamBYOBRequest {
    const NAME: &'static str = "ReadableStreamBYOBRequest";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("view", |this, _, _| {
                let this = this_object::<Self>(this)?;
                Ok(Self::view(&this).map_or(JsValue::null(), JsValue::from))
            })
            .method("respond", 1, respond)
            .method("respondWithNewView", 1, respond_with_new_view);
    }
}

impl ReadableStreamBYOBRequest {
    pub(super) fn new(controller: JsObject<ReadableByteStreamController>, view: JsObject) -> Self {
        Self {
            target: Some((controller, view)),
        }
    }

    pub(super) fn invalidate(&mut self) {
        self.target = None;
    }

    /// `[[view]]`
    pub(super) fn view(this: &JsObject<Self>) -> Option<JsObject> {
        this.with(|slots| slots.target.as_ref().map(|(_, view)| view.clone()))
    }

    fn target(
        this: &JsObject<Self>,
    ) -> JsResult<(JsObject<ReadableByteStreamController>, JsObject)> {
        this.with(|slots| slots.target.clone()).ok_or_else(|| {
            type_error("ReadableStreamBYOBRequest: the request was already responded to")
        })
    }
}

/// <https://streams.spec.whatwg.org/#rs-byob-request-respond>
fn respond(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "ReadableStreamBYOBRequest.respond";
    let this = this_object::<ReadableStreamBYOBRequest>(this)?;
    let written = convert::required_by(args, 0, 1, WHAT)?;
    let written = convert::enforce_range_unsigned_long_long(written, "bytesWritten", context)?;
    let (controller, view) = ReadableStreamBYOBRequest::target(&this)?;
    let view = ArrayBufferView::new(&view.into(), WHAT, context)?;
    if view.buffer.data().is_none() {
        return Err(type_error(format!("{WHAT}: the view's buffer is detached")));
    }
    let written = usize::try_from(written).unwrap_or(usize::MAX);
    ReadableByteStreamController::respond(&controller, written, context)?;
    Ok(JsValue::undefined())
}

/// <https://streams.spec.whatwg.org/#rs-byob-request-respond-with-new-view>
fn respond_with_new_view(
    this: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    const WHAT: &str = "ReadableStreamBYOBRequest.respondWithNewView";
    let this = this_object::<ReadableStreamBYOBRequest>(this)?;
    let view = convert::required_by(args, 0, 1, WHAT)?;
    let view = ArrayBufferView::new(
        view,
        "ReadableStreamBYOBRequest.respondWithNewView: the view",
        context,
    )?;
    let (controller, _) = ReadableStreamBYOBRequest::target(&this)?;
    if view.buffer.data().is_none() {
        return Err(type_error(format!("{WHAT}: the view's buffer is detached")));
    }
    ReadableByteStreamController::respond_with_new_view(&controller, &view, context)?;
    Ok(JsValue::undefined())
}
