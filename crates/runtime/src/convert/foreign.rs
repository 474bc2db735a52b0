//! Times and URLs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use boa_engine::{Context, JsNativeError, JsResult, JsValue, object::builtins::JsDate};
use url::Url;

use super::{FromJs, IntoJs, expected};

/// The most that a `Date` may be away from its epoch, in milliseconds.
const LATEST: f64 = 8.64e15;

impl FromJs for SystemTime {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        let date = value
            .as_object()
            .and_then(|object| JsDate::from_object(object).ok())
            .ok_or_else(|| expected("a Date", value))?;
        let milliseconds = date.get_time(context)?.as_number().unwrap_or(f64::NAN);
        if milliseconds.is_nan() {
            return Err(JsNativeError::range()
                .with_message("expected a Date, got an invalid one")
                .into());
        }
        let distance = Duration::from_millis(milliseconds.abs() as u64);
        let time = if milliseconds < 0.0 {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        };
        time.ok_or_else(|| expected("a Date that the system can tell", value))
    }
}

/// A `Date` knows milliseconds; what is finer is cut off.
impl IntoJs for SystemTime {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        let milliseconds = match self.duration_since(UNIX_EPOCH) {
            Ok(after) => after.as_millis() as f64,
            Err(before) => {
                let distance = before.duration();
                let partial = !distance.subsec_nanos().is_multiple_of(1_000_000);
                -(distance.as_millis() as f64) - f64::from(u8::from(partial))
            }
        };
        if milliseconds.abs() > LATEST {
            return Err(JsNativeError::range()
                .with_message("the time is beyond what a Date can be")
                .into());
        }
        let date = JsDate::new(context);
        date.set_time(milliseconds, context)?;
        Ok(date.into())
    }
}

impl FromJs for Url {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        let text = if taipan_webidl::is::<taipan_web::url::Url>(value) {
            value.to_string(context)?
        } else {
            value.as_string().ok_or_else(|| expected("a URL", value))?
        };
        let text = text.to_std_string_lossy();
        Self::parse(&text).map_err(|error| {
            JsNativeError::typ()
                .with_message(format!("expected a URL, got {text:?}: {error}"))
                .into()
        })
    }
}

impl IntoJs for Url {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        self.as_str().into_js(context)
    }
}
