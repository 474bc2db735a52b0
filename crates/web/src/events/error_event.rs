//! The `ErrorEvent` interface.

use boa_engine::{
    Context, JsData, JsObject, JsResult, JsString, JsValue,
    context::intrinsics::StandardConstructor, js_string,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Inherits, Interface, InterfaceBuilder, convert, inherit, this_object};

use super::{Event, EventInit};

/// What is known about an error and where it was thrown.
#[derive(Debug, Default, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub struct ErrorInfo {
    /// What a human is told.
    #[unsafe_ignore_trace]
    pub message: JsString,
    /// The URL of the script, empty if it is not known.
    #[unsafe_ignore_trace]
    pub filename: JsString,
    /// The line, from 1; 0 if it is not known.
    pub lineno: u32,
    /// The column, from 1; 0 if it is not known.
    pub colno: u32,
    /// What was thrown.
    pub error: JsValue,
}

/// An event that tells of an error.
///
/// <https://html.spec.whatwg.org/multipage/webappapis.html#errorevent>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct ErrorEvent {
    event: JsObject<Event>,
    info: ErrorInfo,
}

impl ErrorEvent {
    /// A new, trusted event.
    pub fn create(
        kind: &str,
        init: EventInit,
        info: ErrorInfo,
        context: &mut Context,
    ) -> JsObject<Self> {
        let event = Event::new_base(js_string!(kind), init, context);
        Event::create(Self { event, info }, context)
    }

    /// What `onerror` of the global object is called with.
    pub(super) fn handler_arguments(&self) -> Vec<JsValue> {
        vec![
            self.info.message.clone().into(),
            self.info.filename.clone().into(),
            self.info.lineno.into(),
            self.info.colno.into(),
            self.info.error.clone(),
        ]
    }
}

impl Inherits<Event> for ErrorEvent {
    fn base(&self) -> &JsObject<Event> {
        &self.event
    }
}

fn read(this: &JsValue, read: impl FnOnce(&ErrorInfo) -> JsValue) -> JsResult<JsValue> {
    Ok(read(&this_object::<ErrorEvent>(this)?.borrow().data().info))
}

impl Interface for ErrorEvent {
    const NAME: &'static str = "ErrorEvent";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("message", |this, _, _| {
                read(this, |info| info.message.clone().into())
            })
            .getter("filename", |this, _, _| {
                read(this, |info| info.filename.clone().into())
            })
            .getter("lineno", |this, _, _| read(this, |info| info.lineno.into()))
            .getter("colno", |this, _, _| read(this, |info| info.colno.into()))
            .getter("error", |this, _, _| read(this, |info| info.error.clone()));
    }

    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let (event, init) = Event::construct_base::<Self>(args, "ErrorEventInit", context)?;
        let mut info = ErrorInfo::default();
        if let Some(colno) = init.get("colno", context)? {
            info.colno = convert::unsigned_long(&colno, context)?;
        }
        if let Some(error) = init.get("error", context)? {
            info.error = error;
        }
        if let Some(filename) = init.get("filename", context)? {
            info.filename = js_string!(convert::usv_string(&filename, context)?);
        }
        if let Some(lineno) = init.get("lineno", context)? {
            info.lineno = convert::unsigned_long(&lineno, context)?;
        }
        if let Some(message) = init.get("message", context)? {
            info.message = convert::dom_string(&message, context)?;
        }
        Ok(Self { event, info })
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, Event>(context)
    }
}
