//! Which rejected promises nobody handles.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/webappapis.html#unhandled-promise-rejections>

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use boa_engine::{
    Context, JsError, JsObject, JsResult, JsValue,
    builtins::promise::{OperationType, PromiseState},
    job::{GenericJob, Job},
    object::builtins::{JsPromise, JsWeakSet},
};
use taipan_web::events::{self, EventInit, PromiseRejectionEvent, has_listeners};

/// Promises in the order of rejection.
#[derive(Default)]
struct List {
    promises: BTreeMap<u64, JsPromise>,
    /// Where a promise is in the list: thousands may be rejected first and handled then,
    /// as by `Promise.allSettled`.
    places: HashMap<JsObject, u64>,
    next_place: u64,
}

impl List {
    fn push(&mut self, promise: JsPromise) {
        let place = self.next_place;
        self.next_place += 1;
        self.places.insert(JsObject::from(promise.clone()), place);
        self.promises.insert(place, promise);
    }

    /// Takes a promise out; says whether it was in.
    fn remove(&mut self, promise: &JsObject) -> bool {
        match self.places.remove(promise) {
            Some(place) => self.promises.remove(&place).is_some(),
            None => false,
        }
    }

    fn pop_first(&mut self) -> Option<JsPromise> {
        let (_, promise) = self.promises.pop_first()?;
        self.places.remove(&JsObject::from(promise.clone()));
        Some(promise)
    }
}

/// Keeps the lists.
#[derive(Default)]
pub(super) struct RejectionTracker {
    /// The "about-to-be-notified rejected promises list".
    upcoming: RefCell<List>,
    /// The ones of it that the script is being told of.
    notified: RefCell<List>,
    /// The one of them that the script is being told of now, unless it was handled meanwhile.
    current: RefCell<Option<JsObject>>,
    /// The "outstanding rejected promises weak set": the script was told of these.
    outstanding: RefCell<Option<JsWeakSet>>,
}

impl RejectionTracker {
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#the-hostpromiserejectiontracker-implementation>
    pub(super) fn track(
        &self,
        promise: JsPromise,
        operation: OperationType,
        context: &mut Context,
    ) -> JsResult<()> {
        match operation {
            OperationType::Reject => self.upcoming.borrow_mut().push(promise),
            OperationType::Handle => {
                let object = JsObject::from(promise.clone());
                let untold = self.upcoming.borrow_mut().remove(&object)
                    || self.notified.borrow_mut().remove(&object)
                    || self.is_current(&object);
                if !untold && self.was_outstanding(&object, context)? {
                    queue_rejection_handled(promise, context);
                }
            }
        }
        Ok(())
    }

    /// Whether the script is being told of this promise just now; it is taken for handled then.
    fn is_current(&self, promise: &JsObject) -> bool {
        let mut current = self.current.borrow_mut();
        let is_current = current.as_ref() == Some(promise);
        if is_current {
            *current = None;
        }
        is_current
    }

    /// Takes a promise out of the outstanding ones; says whether it was one.
    fn was_outstanding(&self, promise: &JsObject, context: &mut Context) -> JsResult<bool> {
        let outstanding = self.outstanding.borrow().clone();
        match outstanding {
            Some(set) => set.delete(promise, context),
            None => Ok(false),
        }
    }

    fn add_outstanding(&self, promise: &JsObject, context: &mut Context) -> JsResult<()> {
        let set = self
            .outstanding
            .borrow_mut()
            .get_or_insert_with(|| JsWeakSet::new(context))
            .clone();
        set.add(promise, context).map(drop)
    }

    /// Forgets the promises that the script was not told of yet.
    pub(super) fn discard(&self) {
        let lists = [&self.upcoming, &self.notified].map(RefCell::take);
        drop(lists);
    }

    /// Tells the script of the promises that are still unhandled, and `report` of those that the script does not take
    /// care of. Says whether there was any.
    ///
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#notify-about-rejected-promises>
    pub(super) fn notify(
        &self,
        context: &mut Context,
        mut report: impl FnMut(JsError, &mut Context),
    ) -> bool {
        let upcoming = std::mem::take(&mut *self.upcoming.borrow_mut());
        if upcoming.promises.is_empty() {
            return false;
        }
        let before = self.notified.replace(upcoming);
        drop(before);
        loop {
            // Handling one of them takes it out.
            let next = self.notified.borrow_mut().pop_first();
            let Some(promise) = next else { return true };
            let PromiseState::Rejected(reason) = promise.state() else {
                continue;
            };
            let promise = JsObject::from(promise);
            *self.current.borrow_mut() = Some(promise.clone());
            match fire("unhandledrejection", &promise, &reason, context) {
                Ok(true) => report(JsError::from_opaque(reason), context),
                Ok(false) => {}
                Err(error) => report(error, context),
            }
            if self.current.borrow_mut().take().is_some()
                && let Err(error) = self.add_outstanding(&promise, context)
            {
                report(error, context);
            }
        }
    }
}

/// Queues a task that tells the script that a promise was handled after all.
fn queue_rejection_handled(promise: JsPromise, context: &mut Context) {
    let realm = context.realm().clone();
    let job = GenericJob::new(
        move |context| {
            if let PromiseState::Rejected(reason) = promise.state() {
                fire("rejectionhandled", &promise.into(), &reason, context)?;
            }
            Ok(JsValue::undefined())
        },
        realm,
    );
    context.enqueue_job(Job::GenericJob(job));
}

/// Fires an event at the global object; `false` if a listener cancelled it.
fn fire(kind: &str, promise: &JsObject, reason: &JsValue, context: &mut Context) -> JsResult<bool> {
    let global = context.global_object();
    if !has_listeners(&global, kind, context) {
        return Ok(true);
    }
    let init = match kind {
        "unhandledrejection" => EventInit::CANCELABLE,
        _ => EventInit::default(),
    };
    let event = PromiseRejectionEvent::create(kind, init, promise.clone(), reason.clone(), context);
    events::dispatch(&global, &event.upcast(), context)
}
