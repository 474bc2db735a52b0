//! The `PerformanceMeasure` interface.

use boa_engine::{
    Context, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue,
    context::intrinsics::StandardConstructor,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{
    Dictionary, DomException, Inherits, Interface, InterfaceBuilder, convert, inherit, this_object,
};

use super::{Performance, PerformanceEntry, performance_mark::clone_detail};

/// The time between two moments.
///
/// <https://w3c.github.io/user-timing/#performancemeasure>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct PerformanceMeasure {
    entry: JsObject<PerformanceEntry>,
    detail: JsValue,
}

/// A mark that is named, or a time.
enum Moment {
    Mark(JsString),
    Time(f64),
}

impl Moment {
    fn from_value(value: &JsValue, what: &str, context: &mut Context) -> JsResult<Self> {
        if value.is_number() {
            return convert::double(value, what, context).map(Self::Time);
        }
        convert::dom_string(value, context).map(Self::Mark)
    }

    /// <https://w3c.github.io/user-timing/#convert-a-mark-to-a-timestamp>
    fn time(&self, performance: &JsObject<Performance>, context: &mut Context) -> JsResult<f64> {
        match self {
            Self::Mark(name) => {
                let time = performance.borrow().data().timeline().time_of_mark(name);
                time.ok_or_else(|| {
                    let message = format!(
                        "Performance.measure: there is no mark \"{}\"",
                        name.to_std_string_lossy()
                    );
                    DomException::new("SyntaxError", &message).into_error(context)
                })
            }
            Self::Time(time) if *time < 0.0 => Err(JsNativeError::typ()
                .with_message("Performance.measure: a time is negative")
                .into()),
            Self::Time(time) => Ok(*time),
        }
    }
}

/// <https://w3c.github.io/user-timing/#dom-performancemeasureoptions>
#[derive(Default)]
struct Options {
    detail: Option<JsValue>,
    duration: Option<Moment>,
    end: Option<Moment>,
    start: Option<Moment>,
}

impl Options {
    fn from_value(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        let options = Dictionary::new(value, "PerformanceMeasureOptions")?;
        let detail = options.get("detail", context)?;
        let duration = match options.get("duration", context)? {
            Some(duration) => Some(Moment::Time(convert::double(
                &duration,
                "PerformanceMeasureOptions: duration",
                context,
            )?)),
            None => None,
        };
        let mut moment = |key, what| match options.get(key, context)? {
            Some(value) => Moment::from_value(&value, what, context).map(Some),
            None => Ok(None),
        };
        Ok(Self {
            detail,
            duration,
            end: moment("end", "PerformanceMeasureOptions: end")?,
            start: moment("start", "PerformanceMeasureOptions: start")?,
        })
    }

    fn is_empty(&self) -> bool {
        self.detail.is_none()
            && self.duration.is_none()
            && self.end.is_none()
            && self.start.is_none()
    }
}

fn type_error<T>(message: &'static str) -> JsResult<T> {
    Err(JsNativeError::typ().with_message(message).into())
}

impl PerformanceMeasure {
    /// <https://w3c.github.io/user-timing/#dom-performance-measure>, from the arguments.
    pub(super) fn new(
        performance: &JsObject<Performance>,
        args: &[JsValue],
        context: &mut Context,
    ) -> JsResult<Self> {
        let name = convert::required_by(args, 0, 1, "Performance.measure")?;
        let name = convert::dom_string(name, context)?;
        let (options, start_mark) = match args.get_or_undefined(1) {
            value if value.is_object() || value.is_null_or_undefined() => {
                (Options::from_value(value, context)?, None)
            }
            value => (
                Options::default(),
                Some(Moment::Mark(convert::dom_string(value, context)?)),
            ),
        };
        let end_mark = match args.get(2).filter(|mark| !mark.is_undefined()) {
            Some(mark) => Some(Moment::Mark(convert::dom_string(mark, context)?)),
            None => None,
        };

        // Step 1.
        if !options.is_empty() {
            if end_mark.is_some() {
                return type_error("Performance.measure: an end is given besides the options");
            }
            match (&options.start, &options.duration, &options.end) {
                (None, _, None) => {
                    return type_error("Performance.measure: neither start nor end is given");
                }
                (Some(_), Some(_), Some(_)) => {
                    return type_error("Performance.measure: start, duration and end are given");
                }
                _ => {}
            }
        }

        // Step 2.
        let end_time = match (&end_mark, &options) {
            (Some(mark), _) => mark.time(performance, context)?,
            (None, Options { end: Some(end), .. }) => end.time(performance, context)?,
            (
                None,
                Options {
                    start: Some(start),
                    duration: Some(duration),
                    ..
                },
            ) => start.time(performance, context)? + duration.time(performance, context)?,
            _ => super::now(context),
        };

        // Step 3.
        let start_time = match (&start_mark, &options) {
            (
                None,
                Options {
                    start: Some(start), ..
                },
            ) => start.time(performance, context)?,
            (
                None,
                Options {
                    duration: Some(duration),
                    end: Some(end),
                    ..
                },
            ) => end.time(performance, context)? - duration.time(performance, context)?,
            (Some(mark), _) => mark.time(performance, context)?,
            _ => 0.0,
        };

        // Steps 4 to 11.
        let detail = clone_detail(options.detail, context)?;
        let entry =
            PerformanceEntry::new_base(name, "measure", start_time, end_time - start_time, context);
        Ok(Self { entry, detail })
    }
}

impl Inherits<PerformanceEntry> for PerformanceMeasure {
    fn base(&self) -> &JsObject<PerformanceEntry> {
        &self.entry
    }
}

impl Interface for PerformanceMeasure {
    const NAME: &'static str = "PerformanceMeasure";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface.getter("detail", |this, _, _| {
            Ok(this_object::<Self>(this)?.borrow().data().detail.clone())
        });
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, PerformanceEntry>(context)
    }
}
