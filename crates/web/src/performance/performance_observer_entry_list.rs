//! The `PerformanceObserverEntryList` interface.

use boa_engine::{Context, JsData, JsObject, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, this_object, wrap};

use super::timeline::{Entry, Filter, Timeline};

/// What an observer is told.
///
/// <https://w3c.github.io/performance-timeline/#performanceobserverentrylist-interface>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct PerformanceObserverEntryList {
    timeline: Timeline,
}

impl PerformanceObserverEntryList {
    pub(super) fn create(entries: Vec<Entry>, context: &mut Context) -> JsObject<Self> {
        let timeline = Timeline::from_entries(entries);
        wrap(Self { timeline }, context)
    }
}

fn find(
    this: &JsObject<PerformanceObserverEntryList>,
    filter: &Filter,
    context: &mut Context,
) -> JsValue {
    filter.find(&this.borrow().data().timeline, context)
}

impl Interface for PerformanceObserverEntryList {
    const NAME: &'static str = "PerformanceObserverEntryList";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("getEntries", 0, |this, _, context| {
                let this = this_object::<Self>(this)?;
                Ok(find(&this, &Filter::default(), context))
            })
            .method("getEntriesByType", 1, |this, args, context| {
                let this = this_object::<Self>(this)?;
                let filter = Filter::by_type(args, context)?;
                Ok(find(&this, &filter, context))
            })
            .method("getEntriesByName", 1, |this, args, context| {
                let this = this_object::<Self>(this)?;
                let filter = Filter::by_name(args, context)?;
                Ok(find(&this, &filter, context))
            });
    }
}
