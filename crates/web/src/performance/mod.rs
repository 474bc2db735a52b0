//! High-resolution time and user timing.
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

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use boa_engine::{Context, JsResult};
use taipan_webidl::expose;

use crate::define::replaceable_global_attribute;

/// When a context began, by both clocks.
#[derive(Debug, Clone, Copy)]
struct TimeOrigin {
    monotonic: Instant,
    wall: SystemTime,
}

/// Milliseconds since the time origin, by a clock that never goes back.
///
/// <https://w3c.github.io/hr-time/#dfn-current-high-resolution-time>
#[must_use]
pub fn now(context: &Context) -> f64 {
    context
        .get_data::<TimeOrigin>()
        .map_or(0.0, |origin| origin.monotonic.elapsed().as_secs_f64() * 1e3)
}

/// The time origin in milliseconds since the Unix epoch.
///
/// <https://w3c.github.io/hr-time/#dom-performance-timeorigin>
#[must_use]
pub fn time_origin(context: &Context) -> f64 {
    context
        .get_data::<TimeOrigin>()
        .and_then(|origin| origin.wall.duration_since(UNIX_EPOCH).ok())
        .map_or(0.0, |since_epoch| since_epoch.as_secs_f64() * 1e3)
}

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    context.insert_data(TimeOrigin {
        monotonic: Instant::now(),
        wall: SystemTime::now(),
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
