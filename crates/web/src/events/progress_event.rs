//! The `ProgressEvent` interface.

use boa_engine::{
    Context, JsData, JsObject, JsResult, JsValue, context::intrinsics::StandardConstructor,
    js_string,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Inherits, Interface, InterfaceBuilder, convert, inherit, this_object};

use super::{Event, EventInit, event::flag};

/// An event that tells how far something has come.
///
/// <https://xhr.spec.whatwg.org/#interface-progressevent>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct ProgressEvent {
    event: JsObject<Event>,
    length_computable: bool,
    loaded: f64,
    total: f64,
}

impl ProgressEvent {
    /// A new, trusted event with this type.
    pub fn create(
        kind: &str,
        length_computable: bool,
        loaded: u64,
        total: u64,
        context: &mut Context,
    ) -> JsObject<Self> {
        let event = Self {
            event: Event::new_base(js_string!(kind), EventInit::default(), context),
            length_computable,
            loaded: loaded as f64,
            total: total as f64,
        };
        Event::create(event, context)
    }
}

impl Inherits<Event> for ProgressEvent {
    fn base(&self) -> &JsObject<Event> {
        &self.event
    }
}

/// A member of type `double` that defaults to zero.
fn double(
    dictionary: &taipan_webidl::Dictionary,
    key: &'static str,
    context: &mut Context,
) -> JsResult<f64> {
    match dictionary.get(key, context)? {
        Some(value) => convert::double(&value, "ProgressEventInit", context),
        None => Ok(0.0),
    }
}

impl Interface for ProgressEvent {
    const NAME: &'static str = "ProgressEvent";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("lengthComputable", |this, _, _| {
                let this = this_object::<Self>(this)?;
                Ok(this.borrow().data().length_computable.into())
            })
            .getter("loaded", |this, _, _| {
                Ok(this_object::<Self>(this)?.borrow().data().loaded.into())
            })
            .getter("total", |this, _, _| {
                Ok(this_object::<Self>(this)?.borrow().data().total.into())
            });
    }

    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let (event, init) = Event::construct_base::<Self>(args, "ProgressEventInit", context)?;
        Ok(Self {
            event,
            length_computable: flag(&init, "lengthComputable", context)?,
            loaded: double(&init, "loaded", context)?,
            total: double(&init, "total", context)?,
        })
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, Event>(context)
    }
}
