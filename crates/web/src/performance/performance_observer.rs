//! The `PerformanceObserver` interface.

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue,
    job::{GenericJob, Job},
    js_string,
    object::IntegrityLevel,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Dictionary, DomException, Interface, InterfaceBuilder, convert, this_object};

use super::{
    Performance, PerformanceObserverEntryList,
    performance_entry::ENTRY_TYPES,
    timeline::{self, Entry},
};
use crate::events::report_exception;

/// How an observer was told what to observe; it must go on in the same way.
///
/// <https://w3c.github.io/performance-timeline/#dfn-observer-type>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Undefined,
    Single,
    Multiple,
}

/// What is told of new entries.
///
/// <https://w3c.github.io/performance-timeline/#the-performanceobserver-interface>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct PerformanceObserver {
    callback: JsObject,
    #[unsafe_ignore_trace]
    kind: Kind,
    /// The types of entries that are observed: what matters of the options list.
    #[unsafe_ignore_trace]
    types: Vec<JsString>,
    buffer: Vec<Entry>,
    requires_dropped_entries: bool,
}

impl PerformanceObserver {
    /// Keeps an entry for the callback if it is of a type that is observed.
    pub(super) fn offer(&mut self, entry: &Entry) -> bool {
        let interested = self.types.iter().any(|kind| entry.is_of_type(kind));
        if interested {
            self.buffer.push(entry.clone());
        }
        interested
    }
}

/// Whether entries of this type may ever come.
fn is_supported(entry_type: &JsString) -> bool {
    ENTRY_TYPES.iter().any(|known| *entry_type == **known)
}

fn string_sequence(value: &JsValue, context: &mut Context) -> JsResult<Vec<JsString>> {
    convert::sequence(
        value,
        "PerformanceObserverInit: entryTypes",
        convert::dom_string,
        context,
    )
}

/// <https://w3c.github.io/performance-timeline/#dom-performanceobserver-observe>
fn observe(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<PerformanceObserver>(this)?;
    let init = args.first().cloned().unwrap_or_default();
    let init = Dictionary::new(&init, "PerformanceObserverInit")?;
    let buffered = init
        .get("buffered", context)?
        .is_some_and(|buffered| buffered.to_boolean());
    let entry_types = match init.get("entryTypes", context)? {
        Some(types) => Some(string_sequence(&types, context)?),
        None => None,
    };
    let entry_type = match init.get("type", context)? {
        Some(entry_type) => Some(convert::dom_string(&entry_type, context)?),
        None => None,
    };
    let kind = this.borrow().data().kind;
    match (entry_types, entry_type) {
        (None, None) => type_error("PerformanceObserver.observe: neither entryTypes nor type"),
        (Some(_), Some(_)) => {
            type_error("PerformanceObserver.observe: both entryTypes and type are given")
        }
        (Some(_), None) if kind == Kind::Single => Err(changed_kind(context)),
        (None, Some(_)) if kind == Kind::Multiple => Err(changed_kind(context)),
        (Some(types), None) => {
            observe_types(&this, types, buffered, context);
            Ok(JsValue::undefined())
        }
        (None, Some(entry_type)) => {
            observe_type(&this, entry_type, buffered, context);
            Ok(JsValue::undefined())
        }
    }
}

fn type_error(message: &'static str) -> JsResult<JsValue> {
    Err(JsNativeError::typ().with_message(message).into())
}

fn changed_kind(context: &mut Context) -> boa_engine::JsError {
    let message = "PerformanceObserver.observe: entryTypes and type cannot take turns";
    DomException::new("InvalidModificationError", message).into_error(context)
}

fn observe_types(
    this: &JsObject<PerformanceObserver>,
    mut types: Vec<JsString>,
    buffered: bool,
    context: &mut Context,
) {
    types.retain(is_supported);
    {
        let mut this = this.borrow_mut();
        let this = this.data_mut();
        this.kind = Kind::Multiple;
        this.requires_dropped_entries = true;
        if types.is_empty() {
            return;
        }
        this.types.clone_from(&types);
    }
    start(this, &types, buffered, context);
}

fn observe_type(
    this: &JsObject<PerformanceObserver>,
    entry_type: JsString,
    buffered: bool,
    context: &mut Context,
) {
    {
        let mut this = this.borrow_mut();
        let this = this.data_mut();
        this.kind = Kind::Single;
        this.requires_dropped_entries = true;
        if !is_supported(&entry_type) {
            return;
        }
        if !this.types.contains(&entry_type) {
            this.types.push(entry_type.clone());
        }
    }
    start(this, &[entry_type], buffered, context);
}

/// Adds an observer to those that are told of entries; with `buffered` it is told of those that are there
/// already, too.
fn start(
    this: &JsObject<PerformanceObserver>,
    types: &[JsString],
    buffered: bool,
    context: &mut Context,
) {
    let performance = Performance::of_realm(context);
    performance.borrow_mut().data_mut().add_observer(this);
    if buffered {
        for entry_type in types {
            let entries = performance.borrow().data().timeline().of_type(entry_type);
            this.borrow_mut().data_mut().buffer.extend(entries);
        }
        queue_task(&performance, context);
    }
}

/// <https://w3c.github.io/performance-timeline/#queue-the-performanceobserver-task>
pub(super) fn queue_task(performance: &JsObject<Performance>, context: &mut Context) {
    if performance.borrow_mut().data_mut().begin_task() {
        return;
    }
    let realm = context.realm().clone();
    let performance = performance.clone();
    let job = GenericJob::new(
        move |context| {
            let observers = performance.borrow_mut().data_mut().end_task();
            for observer in observers {
                if let Err(error) = tell(&observer, context) {
                    if error.as_engine().is_some() {
                        return Err(error);
                    }
                    report_exception(error, context);
                }
            }
            Ok(JsValue::undefined())
        },
        realm,
    );
    context.enqueue_job(Job::GenericJob(job));
}

/// Calls the callback of an observer if there is something to tell.
fn tell(observer: &JsObject<PerformanceObserver>, context: &mut Context) -> JsResult<()> {
    let (entries, callback, requires_dropped_entries) = {
        let mut observer = observer.borrow_mut();
        let observer = observer.data_mut();
        if observer.buffer.is_empty() {
            return Ok(());
        }
        (
            std::mem::take(&mut observer.buffer),
            observer.callback.clone(),
            std::mem::replace(&mut observer.requires_dropped_entries, false),
        )
    };
    let list = PerformanceObserverEntryList::create(entries, context);
    let options = JsObject::with_object_proto(context.intrinsics());
    if requires_dropped_entries {
        // Every entry that there is room for is kept, and there is room for all.
        let key = js_string!("droppedEntriesCount");
        options.create_data_property_or_throw(key, 0, context)?;
    }
    let this = JsValue::from(observer.clone().upcast());
    let arguments = [list.upcast().into(), this.clone(), options.into()];
    callback.call(&this, &arguments, context).map(drop)
}

/// The one array of the supported types of a realm.
#[derive(Trace, Finalize, JsData)]
struct SupportedEntryTypes(JsObject);

/// <https://w3c.github.io/performance-timeline/#dom-performanceobserver-supportedentrytypes>
fn supported_entry_types(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let realm = context.realm().clone();
    let known = realm
        .host_defined()
        .get::<SupportedEntryTypes>()
        .map(|known| known.0.clone());
    if let Some(known) = known {
        return Ok(known.into());
    }
    let types = ENTRY_TYPES.map(|entry_type| js_string!(entry_type).into());
    let types = convert::array(types, context);
    types.set_integrity_level(IntegrityLevel::Frozen, context)?;
    realm
        .host_defined_mut()
        .insert(SupportedEntryTypes(types.clone()));
    Ok(types.into())
}

impl Interface for PerformanceObserver {
    const NAME: &'static str = "PerformanceObserver";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .static_getter("supportedEntryTypes", supported_entry_types)
            .method("observe", 0, observe)
            .method("disconnect", 0, |this, _, context| {
                let this = this_object::<Self>(this)?;
                Performance::of_realm(context)
                    .borrow_mut()
                    .data_mut()
                    .remove_observer(&this);
                let mut this = this.borrow_mut();
                this.data_mut().buffer.clear();
                this.data_mut().types.clear();
                Ok(JsValue::undefined())
            })
            .method("takeRecords", 0, |this, _, context| {
                let this = this_object::<Self>(this)?;
                let entries = std::mem::take(&mut this.borrow_mut().data_mut().buffer);
                Ok(timeline::array(&entries, context))
            });
    }

    fn construct(args: &[JsValue], _: &mut Context) -> JsResult<Self> {
        let callback = convert::required::<Self>(args, 0, 1)?.as_callable();
        let callback = callback.ok_or_else(|| {
            JsNativeError::typ().with_message("PerformanceObserver: the callback is not a function")
        })?;
        Ok(Self {
            callback,
            kind: Kind::Undefined,
            types: Vec::new(),
            buffer: Vec::new(),
            requires_dropped_entries: false,
        })
    }
}
