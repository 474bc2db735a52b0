//! The two queuing strategies of the standard, which differ in their size function alone.

use boa_engine::{Context, JsResult, JsValue};
use taipan_webidl::{Dictionary, convert};

/// Defines the interface of a strategy: its name, and which size function it has.
macro_rules! queuing_strategy {
    ($name:ident, $size:ident) => {
        /// The platform object.
        #[derive(Debug, boa_gc::Trace, boa_gc::Finalize, boa_engine::JsData)]
        pub struct $name {
            high_water_mark: f64,
        }

        impl taipan_webidl::Interface for $name {
            const NAME: &'static str = stringify!($name);
            const LENGTH: usize = 1;

            fn members(interface: &mut taipan_webidl::InterfaceBuilder<'_>) {
                use taipan_webidl::this_object;
                interface
                    .getter("highWaterMark", |this, _, _| {
                        let this = this_object::<Self>(this)?;
                        Ok(this.borrow().data().high_water_mark.into())
                    })
                    .getter("size", |this, _, context| {
                        this_object::<Self>(this)?;
                        Ok($crate::streams::support::SizeFunctions::$size(context).into())
                    });
            }

            fn construct(
                args: &[boa_engine::JsValue],
                context: &mut boa_engine::Context,
            ) -> boa_engine::JsResult<Self> {
                let init = taipan_webidl::convert::required::<Self>(args, 0, 1)?;
                Ok(Self {
                    high_water_mark: $crate::streams::strategy::high_water_mark(init, context)?,
                })
            }
        }
    };
}

pub(super) use queuing_strategy;

/// Converts a `QueuingStrategyInit`: <https://streams.spec.whatwg.org/#dictdef-queuingstrategyinit>.
pub(super) fn high_water_mark(init: &JsValue, context: &mut Context) -> JsResult<f64> {
    let init = Dictionary::new(init, "QueuingStrategyInit")?;
    let mark = init.get_required("highWaterMark", context)?;
    convert::unrestricted_double(&mark, context)
}
