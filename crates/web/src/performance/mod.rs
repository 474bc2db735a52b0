//! High-resolution time and user timing.
//!
//! Spec: <https://w3c.github.io/hr-time/>

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use boa_engine::{Context, JsResult};

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
    Ok(())
}
