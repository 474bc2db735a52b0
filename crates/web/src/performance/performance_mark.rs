//! The `PerformanceMark` interface.

use boa_engine::{
    Context, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue,
    context::intrinsics::StandardConstructor,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{
    Dictionary, Inherits, Interface, InterfaceBuilder, convert, inherit, this_object,
};

use super::PerformanceEntry;
use crate::structured_clone::structured_clone;

/// A named moment.
///
/// <https://w3c.github.io/user-timing/#performancemark>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct PerformanceMark {
    entry: JsObject<PerformanceEntry>,
    detail: JsValue,
}

impl PerformanceMark {
    /// <https://w3c.github.io/user-timing/#the-performancemark-constructor>
    pub(super) fn new(name: JsString, options: &JsValue, context: &mut Context) -> JsResult<Self> {
        let options = Dictionary::new(options, "PerformanceMarkOptions")?;
        let detail = options.get("detail", context)?;
        let start_time = match options.get("startTime", context)? {
            Some(time) => {
                let time = convert::double(&time, "PerformanceMarkOptions: startTime", context)?;
                if time < 0.0 {
                    return Err(JsNativeError::typ()
                        .with_message("PerformanceMarkOptions: startTime is negative")
                        .into());
                }
                time
            }
            None => super::now(context),
        };
        let detail = clone_detail(detail, context)?;
        let entry = PerformanceEntry::new_base(name, "mark", start_time, 0.0, context);
        Ok(Self { entry, detail })
    }
}

/// A copy of a `detail`, null if there is none.
pub(super) fn clone_detail(detail: Option<JsValue>, context: &mut Context) -> JsResult<JsValue> {
    match detail {
        Some(detail) if !detail.is_null() => structured_clone(&detail, &[], context),
        _ => Ok(JsValue::null()),
    }
}

impl Inherits<PerformanceEntry> for PerformanceMark {
    fn base(&self) -> &JsObject<PerformanceEntry> {
        &self.entry
    }
}

impl Interface for PerformanceMark {
    const NAME: &'static str = "PerformanceMark";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface.getter("detail", |this, _, _| {
            Ok(this_object::<Self>(this)?.borrow().data().detail.clone())
        });
    }

    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let name = convert::dom_string(convert::required::<Self>(args, 0, 1)?, context)?;
        Self::new(name, args.get_or_undefined(1), context)
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, PerformanceEntry>(context)
    }
}
