//! The `Performance` interface.

use boa_engine::{
    Context, JsArgs, JsData, JsObject, JsResult, JsValue, context::intrinsics::StandardConstructor,
    js_string,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Inherits, Interface, InterfaceBuilder, convert, inherit, this_object, wrap};

use super::{
    PerformanceMark, PerformanceMeasure, PerformanceObserver,
    performance_observer::queue_task,
    timeline::{Entry, Filter, Timeline},
};
use crate::events::EventTarget;

/// The clock of a global object, and what was measured by it.
///
/// <https://w3c.github.io/hr-time/#sec-performance>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct Performance {
    target: JsObject<EventTarget>,
    timeline: Timeline,
    /// The "list of registered performance observer objects".
    observers: Vec<JsObject<PerformanceObserver>>,
    /// The "performance observer task queued flag".
    task_queued: bool,
}

/// The performance object of a realm.
#[derive(Trace, Finalize, JsData)]
struct OfRealm(JsObject<Performance>);

impl Performance {
    /// The performance object of the current realm, made when it is first needed.
    pub(super) fn of_realm(context: &mut Context) -> JsObject<Self> {
        let realm = context.realm().clone();
        let known = realm
            .host_defined()
            .get::<OfRealm>()
            .map(|known| known.0.clone());
        known.unwrap_or_else(|| {
            let performance = Self {
                target: EventTarget::new_base(context),
                timeline: Timeline::default(),
                observers: Vec::new(),
                task_queued: false,
            };
            let performance = wrap(performance, context);
            realm
                .host_defined_mut()
                .insert(OfRealm(performance.clone()));
            performance
        })
    }

    pub(super) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    pub(super) fn add_observer(&mut self, observer: &JsObject<PerformanceObserver>) {
        if !self.observers.contains(observer) {
            self.observers.push(observer.clone());
        }
    }

    pub(super) fn remove_observer(&mut self, observer: &JsObject<PerformanceObserver>) {
        self.observers.retain(|known| known != observer);
    }

    /// Notes that the task that tells observers is queued; says whether it was before.
    pub(super) fn begin_task(&mut self) -> bool {
        std::mem::replace(&mut self.task_queued, true)
    }

    /// Notes that the task has begun, and gives the observers.
    pub(super) fn end_task(&mut self) -> Vec<JsObject<PerformanceObserver>> {
        self.task_queued = false;
        self.observers.clone()
    }
}

/// Adds an entry to the timeline, and tells observers of it.
///
/// <https://w3c.github.io/performance-timeline/#queue-a-performanceentry>
fn queue_entry(
    performance: &JsObject<Performance>,
    entry: Entry,
    context: &mut Context,
) -> JsValue {
    let object = JsValue::from(entry.object().clone());
    let observers = performance.borrow().data().observers.clone();
    let mut interested = false;
    for observer in observers {
        interested |= observer.borrow_mut().data_mut().offer(&entry);
    }
    performance.borrow_mut().data_mut().timeline.push(entry);
    if interested {
        queue_task(performance, context);
    }
    object
}

/// `clearMarks` and `clearMeasures`.
fn clear(
    this: &JsValue,
    args: &[JsValue],
    entry_type: &str,
    context: &mut Context,
) -> JsResult<JsValue> {
    let this = this_object::<Performance>(this)?;
    let name = match args.get_or_undefined(0) {
        name if name.is_undefined() => None,
        name => Some(convert::dom_string(name, context)?),
    };
    this.borrow_mut()
        .data_mut()
        .timeline
        .clear(entry_type, name.as_ref());
    Ok(JsValue::undefined())
}

fn find(this: &JsObject<Performance>, filter: &Filter, context: &mut Context) -> JsValue {
    filter.find(&this.borrow().data().timeline, context)
}

impl Inherits<EventTarget> for Performance {
    fn base(&self) -> &JsObject<EventTarget> {
        &self.target
    }
}

impl Interface for Performance {
    const NAME: &'static str = "Performance";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("now", 0, |this, _, context| {
                this_object::<Self>(this)?;
                Ok(super::now(context).into())
            })
            .getter("timeOrigin", |this, _, context| {
                this_object::<Self>(this)?;
                Ok(super::time_origin(context).into())
            })
            .method("toJSON", 0, |this, _, context| {
                this_object::<Self>(this)?;
                let json = JsObject::with_object_proto(context.intrinsics());
                let time_origin = super::time_origin(context);
                json.create_data_property_or_throw(js_string!("timeOrigin"), time_origin, context)?;
                Ok(json.into())
            })
            .method("mark", 1, |this, args, context| {
                let this = this_object::<Self>(this)?;
                let name = convert::required_by(args, 0, 1, "Performance.mark")?;
                let name = convert::dom_string(name, context)?;
                let mark = PerformanceMark::new(name, args.get_or_undefined(1), context)?;
                let entry = Entry::create(mark, context);
                Ok(queue_entry(&this, entry, context))
            })
            .method("clearMarks", 0, |this, args, context| {
                clear(this, args, "mark", context)
            })
            .method("measure", 1, |this, args, context| {
                let this = this_object::<Self>(this)?;
                let measure = PerformanceMeasure::new(&this, args, context)?;
                let entry = Entry::create(measure, context);
                Ok(queue_entry(&this, entry, context))
            })
            .method("clearMeasures", 0, |this, args, context| {
                clear(this, args, "measure", context)
            })
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

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, EventTarget>(context)
    }
}
