//! What a signal knows, and what keeps a signal alive.
//!
//! A signal that depends on others must be kept by them as long as its abortion would be noticed, and only so long:
//! a source that lives on would otherwise gather dependents for ever. So sources know their dependents weakly, and
//! firmly those that somebody listens to. The timer of a timeout does the same.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use boa_engine::{JsObject, JsValue, NativeFunction};
use boa_gc::{Finalize, Gc, GcRefCell, Trace, WeakGc};

/// Names an algorithm that was added to a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Trace, Finalize)]
#[boa_gc(empty_trace)]
pub struct AlgorithmId(u64);

#[derive(Debug, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct Algorithm {
    id: AlgorithmId,
    steps: NativeFunction,
}

/// Where a timer keeps its signal while that has to stay alive. What is in there is a root for the
/// collector.
pub(super) type TimerSlot = Rc<RefCell<Option<Gc<SignalState>>>>;

/// The state of an `AbortSignal`.
#[derive(Debug, Default, Trace, Finalize)]
pub(super) struct SignalState {
    /// The signal itself, to fire events at. It holds this state in turn.
    object: GcRefCell<Option<JsObject>>,
    aborted: Cell<bool>,
    reason: GcRefCell<JsValue>,
    algorithms: GcRefCell<Vec<Algorithm>>,
    next_algorithm: Cell<u64>,
    has_listeners: Cell<bool>,
    dependent: Cell<bool>,
    sources: GcRefCell<Vec<WeakGc<SignalState>>>,
    dependents: GcRefCell<Vec<WeakGc<SignalState>>>,
    /// The dependents that must not be collected before this signal is.
    kept: GcRefCell<Vec<Gc<SignalState>>>,
    #[unsafe_ignore_trace]
    timer: RefCell<Option<TimerSlot>>,
}

impl SignalState {
    pub(super) fn set_object(&self, object: JsObject) {
        *self.object.borrow_mut() = Some(object);
    }

    pub(super) fn object(&self) -> Option<JsObject> {
        self.object.borrow().clone()
    }

    pub(super) fn is_aborted(&self) -> bool {
        self.aborted.get()
    }

    pub(super) fn reason(&self) -> JsValue {
        self.reason.borrow().clone()
    }

    /// Sets the abort reason, which makes the signal an aborted one.
    pub(super) fn set_reason(&self, reason: JsValue) {
        *self.reason.borrow_mut() = reason;
        self.aborted.set(true);
    }

    /// <https://dom.spec.whatwg.org/#abortsignal-add>
    pub(super) fn add_algorithm(this: &Gc<Self>, steps: NativeFunction) -> AlgorithmId {
        let id = AlgorithmId(this.next_algorithm.get());
        this.next_algorithm.set(id.0 + 1);
        if !this.is_aborted() {
            this.algorithms.borrow_mut().push(Algorithm { id, steps });
            Self::retain(this);
        }
        id
    }

    /// <https://dom.spec.whatwg.org/#abortsignal-remove>
    pub(super) fn remove_algorithm(this: &Gc<Self>, id: AlgorithmId) {
        this.algorithms
            .borrow_mut()
            .retain(|algorithm| algorithm.id != id);
        Self::retain(this);
    }

    /// Takes the algorithms out, to be run.
    pub(super) fn take_algorithms(&self) -> Vec<NativeFunction> {
        let algorithms = std::mem::take(&mut *self.algorithms.borrow_mut());
        algorithms
            .into_iter()
            .map(|algorithm| algorithm.steps)
            .collect()
    }

    pub(super) fn set_has_listeners(this: &Gc<Self>, has_listeners: bool) {
        this.has_listeners.set(has_listeners);
        Self::retain(this);
    }

    pub(super) fn set_timer(&self, slot: TimerSlot) {
        *self.timer.borrow_mut() = Some(slot);
    }

    /// Makes `this` depend on `source`, or on what that depends on.
    pub(super) fn depend_on(this: &Gc<Self>, source: &Gc<Self>) {
        this.dependent.set(true);
        if source.dependent.get() {
            let sources: Vec<_> = source
                .sources
                .borrow()
                .iter()
                .filter_map(WeakGc::upgrade)
                .collect();
            for source in &sources {
                Self::link(this, source);
            }
        } else {
            Self::link(this, source);
        }
    }

    fn link(this: &Gc<Self>, source: &Gc<Self>) {
        let known = |source: &Gc<Self>| {
            let sources = this.sources.borrow();
            sources
                .iter()
                .filter_map(WeakGc::upgrade)
                .any(|known| Gc::ptr_eq(&known, source))
        };
        if known(source) {
            return;
        }
        this.sources.borrow_mut().push(WeakGc::new(source));
        let mut dependents = source.dependents.borrow_mut();
        // From time to time those that were collected are forgotten.
        if dependents.len() == dependents.capacity() {
            dependents.retain(WeakGc::is_upgradable);
        }
        dependents.push(WeakGc::new(this));
    }

    /// The dependents that are still there, in the order in which they were made.
    pub(super) fn take_dependents(&self) -> Vec<Gc<Self>> {
        let dependents = std::mem::take(&mut *self.dependents.borrow_mut());
        dependents.iter().filter_map(WeakGc::upgrade).collect()
    }

    /// Whether it matters to anybody that the signal is aborted.
    fn is_awaited(&self) -> bool {
        !self.is_aborted()
            && (self.has_listeners.get()
                || !self.algorithms.borrow().is_empty()
                || !self.kept.borrow().is_empty())
    }

    /// Has those who could abort this signal keep it, or no longer.
    ///
    /// <https://dom.spec.whatwg.org/#abort-signal-garbage-collection>
    pub(super) fn retain(this: &Gc<Self>) {
        let awaited = this.is_awaited();
        if let Some(slot) = &*this.timer.borrow() {
            let kept = awaited.then(|| this.clone());
            // What was in it is dropped behind the borrow.
            let before = slot.replace(kept);
            drop(before);
        }
        if !this.dependent.get() {
            return;
        }
        let sources: Vec<_> = this
            .sources
            .borrow()
            .iter()
            .filter_map(WeakGc::upgrade)
            .collect();
        for source in sources {
            let kept = source
                .kept
                .borrow()
                .iter()
                .position(|kept| Gc::ptr_eq(kept, this));
            match (awaited, kept) {
                (true, None) => source.kept.borrow_mut().push(this.clone()),
                (false, Some(index)) => {
                    let removed = source.kept.borrow_mut().swap_remove(index);
                    drop(removed);
                }
                _ => continue,
            }
            Self::retain(&source);
        }
    }
}
