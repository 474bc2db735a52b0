//! The `PerformanceEntry` interface.

use boa_engine::{Context, JsData, JsObject, JsResult, JsString, JsValue, js_string};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, this_object};

/// The kinds of entries that there are here, in the order of the alphabet.
pub(super) const ENTRY_TYPES: [&str; 2] = ["mark", "measure"];

/// Something that was measured.
///
/// <https://w3c.github.io/performance-timeline/#the-performanceentry-interface>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct PerformanceEntry {
    id: u64,
    #[unsafe_ignore_trace]
    pub(super) name: JsString,
    #[unsafe_ignore_trace]
    pub(super) entry_type: &'static str,
    pub(super) start_time: f64,
    duration: f64,
}

impl PerformanceEntry {
    /// What an entry of a derived interface holds, see [`Inherits`](taipan_webidl::Inherits).
    pub(super) fn new_base(
        name: JsString,
        entry_type: &'static str,
        start_time: f64,
        duration: f64,
        context: &mut Context,
    ) -> JsObject<Self> {
        let entry = Self {
            id: super::timeline::next_id(context),
            name,
            entry_type,
            start_time,
            duration,
        };
        JsObject::new(context.root_shape(), None, entry)
    }
}

fn read(this: &JsValue, read: impl FnOnce(&PerformanceEntry) -> JsValue) -> JsResult<JsValue> {
    Ok(read(this_object::<PerformanceEntry>(this)?.borrow().data()))
}

impl Interface for PerformanceEntry {
    const NAME: &'static str = "PerformanceEntry";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("id", |this, _, _| read(this, |entry| entry.id.into()))
            .getter("name", |this, _, _| {
                read(this, |entry| entry.name.clone().into())
            })
            .getter("entryType", |this, _, _| {
                read(this, |entry| js_string!(entry.entry_type).into())
            })
            .getter("startTime", |this, _, _| {
                read(this, |entry| entry.start_time.into())
            })
            .getter("duration", |this, _, _| {
                read(this, |entry| entry.duration.into())
            })
            // There is no document that was navigated to.
            .getter("navigationId", |this, _, _| read(this, |_| 0.into()))
            .method("toJSON", 0, to_json);
    }
}

/// The default `toJSON` operation: <https://webidl.spec.whatwg.org/#default-tojson-steps>.
fn to_json(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let members: [(JsString, JsValue); 6] = {
        let this = this_object::<PerformanceEntry>(this)?;
        let entry = this.borrow();
        let entry = entry.data();
        [
            (js_string!("id"), entry.id.into()),
            (js_string!("name"), entry.name.clone().into()),
            (js_string!("entryType"), js_string!(entry.entry_type).into()),
            (js_string!("startTime"), entry.start_time.into()),
            (js_string!("duration"), entry.duration.into()),
            (js_string!("navigationId"), 0.into()),
        ]
    };
    let json = JsObject::with_object_proto(context.intrinsics());
    for (name, value) in members {
        json.create_data_property_or_throw(name, value, context)?;
    }
    Ok(json.into())
}
