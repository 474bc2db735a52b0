//! Which rejected promises nobody handles.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/webappapis.html#unhandled-promise-rejections>

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use boa_engine::{
    JsObject, JsValue,
    builtins::promise::{OperationType, PromiseState},
    object::builtins::JsPromise,
};

/// The "about-to-be-notified rejected promises list", in the order of rejection.
#[derive(Default)]
struct List {
    promises: BTreeMap<u64, JsPromise>,
    /// Where a promise is in the list: thousands may be rejected first and handled then,
    /// as by `Promise.allSettled`.
    places: HashMap<JsObject, u64>,
    next_place: u64,
}

/// Keeps the list.
#[derive(Default)]
pub(super) struct RejectionTracker {
    list: RefCell<List>,
}

impl RejectionTracker {
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#the-hostpromiserejectiontracker-implementation>
    pub(super) fn track(&self, promise: JsPromise, operation: OperationType) {
        let list = &mut *self.list.borrow_mut();
        let object = JsObject::from(promise.clone());
        match operation {
            OperationType::Reject => {
                let place = list.next_place;
                list.next_place += 1;
                list.places.insert(object, place);
                list.promises.insert(place, promise);
            }
            OperationType::Handle => {
                if let Some(place) = list.places.remove(&object) {
                    list.promises.remove(&place);
                }
            }
        }
    }

    /// The reasons of the promises that are still unhandled; they are forgotten then.
    pub(super) fn take_unhandled(&self) -> Vec<JsValue> {
        let mut list = self.list.borrow_mut();
        list.places.clear();
        std::mem::take(&mut list.promises)
            .into_values()
            .filter_map(|promise| match promise.state() {
                PromiseState::Rejected(reason) => Some(reason),
                PromiseState::Pending | PromiseState::Fulfilled(_) => None,
            })
            .collect()
    }
}
