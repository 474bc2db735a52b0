//! High-resolution time and user timing, by the clock of the context.
//!
//! Spec: <https://w3c.github.io/hr-time/>

#[expect(clippy::module_inception, reason = "the interface is named so")]
mod performance;
mod performance_entry;
mod performance_mark;
mod performance_measure;
mod performance_observer;
mod performance_observer_entry_list;
mod timeline;

pub use performance::Performance;
pub use performance_entry::PerformanceEntry;
pub use performance_mark::PerformanceMark;
pub use performance_measure::PerformanceMeasure;
pub use performance_observer::PerformanceObserver;
pub use performance_observer_entry_list::PerformanceObserverEntryList;

use boa_engine::{Context, JsResult, context::time::JsInstant};
use taipan_webidl::expose;

use crate::define::replaceable_global_attribute;

/// When a context began, by both times of its clock.
#[derive(Debug, Clone, Copy)]
struct TimeOrigin {
    monotonic: JsInstant,
    /// In milliseconds since the Unix epoch.
    wall: f64,
}

/// Milliseconds since the time origin, by a clock that never goes back.
///
/// <https://w3c.github.io/hr-time/#dfn-current-high-resolution-time>
#[must_use]
pub fn now(context: &Context) -> f64 {
    context.get_data::<TimeOrigin>().map_or(0.0, |origin| {
        (context.clock().now() - origin.monotonic).as_nanos() as f64 / 1e6
    })
}

/// The time origin in milliseconds since the Unix epoch.
///
/// <https://w3c.github.io/hr-time/#dom-performance-timeorigin>
#[must_use]
pub fn time_origin(context: &Context) -> f64 {
    context
        .get_data::<TimeOrigin>()
        .map_or(0.0, |origin| origin.wall)
}

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    context.insert_data(TimeOrigin {
        monotonic: context.clock().now(),
        wall: context.clock().system_time_millis() as f64,
    });
    let global = context.global_object();
    expose::<Performance>(&global, context);
    expose::<PerformanceEntry>(&global, context);
    expose::<PerformanceMark>(&global, context);
    expose::<PerformanceMeasure>(&global, context);
    expose::<PerformanceObserver>(&global, context);
    expose::<PerformanceObserverEntryList>(&global, context);
    replaceable_global_attribute(
        "performance",
        |context| Ok(Performance::of_realm(context).upcast().into()),
        context,
    );
    Ok(())
}
