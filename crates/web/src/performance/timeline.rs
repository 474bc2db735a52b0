//! The entries of a global object, and how to look for them.
//!
//! <https://w3c.github.io/performance-timeline/#performance-timeline>

use std::cell::Cell;

use boa_engine::{Context, JsArgs, JsObject, JsResult, JsString, JsValue, js_string};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Inherits, convert, wrap};

use super::PerformanceEntry;

/// An entry: the object that the script sees, and what it is as an entry.
#[derive(Debug, Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) struct Entry {
    object: JsObject,
    base: JsObject<PerformanceEntry>,
}

impl Entry {
    /// Makes the object of an entry.
    pub(super) fn create<T: Inherits<PerformanceEntry>>(entry: T, context: &mut Context) -> Self {
        let base = entry.base().clone();
        Self {
            object: wrap(entry, context).upcast(),
            base,
        }
    }

    pub(super) fn object(&self) -> &JsObject {
        &self.object
    }

    pub(super) fn is_of_type(&self, entry_type: &JsString) -> bool {
        *entry_type == *self.base.borrow().data().entry_type
    }

    fn has_name(&self, name: &JsString) -> bool {
        self.base.borrow().data().name == *name
    }

    fn start_time(&self) -> f64 {
        self.base.borrow().data().start_time
    }
}

/// The entries in the order in which they came.
#[derive(Debug, Default, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) struct Timeline {
    entries: Vec<Entry>,
}

impl Timeline {
    pub(super) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// The start of the latest mark with this name.
    pub(super) fn time_of_mark(&self, name: &JsString) -> Option<f64> {
        let mark = js_string!("mark");
        self.entries
            .iter()
            .rev()
            .find(|entry| entry.is_of_type(&mark) && entry.has_name(name))
            .map(Entry::start_time)
    }

    /// Forgets the entries of a type, those with one name or all.
    pub(super) fn clear(&mut self, entry_type: &str, name: Option<&JsString>) {
        let entry_type = js_string!(entry_type);
        self.entries.retain(|entry| {
            !entry.is_of_type(&entry_type) || name.is_some_and(|name| !entry.has_name(name))
        });
    }

    /// The entries of a type.
    pub(super) fn of_type(&self, entry_type: &JsString) -> Vec<Entry> {
        self.entries
            .iter()
            .filter(|entry| entry.is_of_type(entry_type))
            .cloned()
            .collect()
    }

    /// The entries themselves, for a list of an observer.
    pub(super) fn from_entries(entries: Vec<Entry>) -> Self {
        Self { entries }
    }

    /// <https://w3c.github.io/performance-timeline/#dfn-filter-buffer-by-name-and-type>
    fn filter(&self, filter: &Filter) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self
            .entries
            .iter()
            .filter(|entry| {
                filter.name.as_ref().is_none_or(|name| entry.has_name(name))
                    && filter
                        .entry_type
                        .as_ref()
                        .is_none_or(|entry_type| entry.is_of_type(entry_type))
            })
            .cloned()
            .collect();
        entries.sort_by(|a, b| a.start_time().total_cmp(&b.start_time()));
        entries
    }
}

/// An array of the objects of entries.
pub(super) fn array(entries: &[Entry], context: &mut Context) -> JsValue {
    let objects = entries.iter().map(|entry| entry.object.clone().into());
    convert::array(objects, context).into()
}

/// What the three operations that look for entries look for.
#[derive(Debug, Default)]
pub(super) struct Filter {
    name: Option<JsString>,
    entry_type: Option<JsString>,
}

impl Filter {
    /// Converts the arguments of `getEntriesByType`.
    pub(super) fn by_type(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let entry_type = convert::required_by(args, 0, 1, "getEntriesByType")?;
        Ok(Self {
            name: None,
            entry_type: Some(convert::dom_string(entry_type, context)?),
        })
    }

    /// Converts the arguments of `getEntriesByName`.
    pub(super) fn by_name(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let name = convert::required_by(args, 0, 1, "getEntriesByName")?;
        let name = convert::dom_string(name, context)?;
        let entry_type = match args.get_or_undefined(1) {
            entry_type if entry_type.is_undefined() => None,
            entry_type => Some(convert::dom_string(entry_type, context)?),
        };
        Ok(Self {
            name: Some(name),
            entry_type,
        })
    }

    /// What it finds, as an array.
    pub(super) fn find(&self, timeline: &Timeline, context: &mut Context) -> JsValue {
        array(&timeline.filter(self), context)
    }
}

/// Numbers the entries of a context.
struct LastId(Cell<u64>);

/// <https://w3c.github.io/performance-timeline/#dfn-generate-a-performance-entry-id>
pub(super) fn next_id(context: &mut Context) -> u64 {
    match context.get_data::<LastId>() {
        Some(last) => {
            last.0.set(last.0.get() + 1);
            last.0.get()
        }
        None => {
            context.insert_data(LastId(Cell::new(1)));
            1
        }
    }
}
