//! `ByteLengthQueuingStrategy`: <https://streams.spec.whatwg.org/#blqs-class>.

use boa_engine::{Context, JsData, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Dictionary, Interface, InterfaceBuilder, convert, this_object};

use super::support::SizeFunctions;

/// The platform object.
#[derive(Debug, Trace, Finalize, JsData)]
pub struct ByteLengthQueuingStrategy {
    #[unsafe_ignore_trace]
    high_water_mark: f64,
}

impl Interface for ByteLengthQueuingStrategy {
    const NAME: &'static str = "ByteLengthQueuingStrategy";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("highWaterMark", |this, _, _| {
                let this = this_object::<Self>(this)?;
                Ok(this.borrow().data().high_water_mark.into())
            })
            .getter("size", |this, _, context| {
                this_object::<Self>(this)?;
                Ok(SizeFunctions::byte_length_function(context).into())
            });
    }

    /// <https://streams.spec.whatwg.org/#blqs-constructor>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let init = convert::required::<Self>(args, 0, 1)?;
        let init = Dictionary::new(init, "QueuingStrategyInit")?;
        let mark = init.get_required("highWaterMark", context)?;
        Ok(Self {
            high_water_mark: convert::unrestricted_double(&mark, context)?,
        })
    }
}
