//! The `AbortController` interface.

use boa_engine::{Context, JsData, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, this_object};

use super::{AbortSignal, signal_abort};

/// What aborts a signal of its own.
///
/// <https://dom.spec.whatwg.org/#interface-abortcontroller>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct AbortController {
    signal: JsObject<AbortSignal>,
}

impl AbortController {
    /// The controller's signal.
    #[must_use]
    pub fn signal(&self) -> &JsObject<AbortSignal> {
        &self.signal
    }
}

impl Interface for AbortController {
    const NAME: &'static str = "AbortController";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("signal", |this, _, _| Ok(signal(this)?.upcast().into()))
            .method("abort", 0, |this, args, context| {
                let reason = args.first().filter(|reason| !reason.is_undefined());
                signal_abort(&signal(this)?, reason.cloned(), context)?;
                Ok(JsValue::undefined())
            });
    }

    fn construct(_: &[JsValue], context: &mut Context) -> JsResult<Self> {
        Ok(Self {
            signal: AbortSignal::create(context),
        })
    }
}

fn signal(this: &JsValue) -> JsResult<JsObject<AbortSignal>> {
    let this = this_object::<AbortController>(this)?;
    let signal = this.borrow().data().signal.clone();
    Ok(signal)
}
