//! The scripts of a page that wait for their turn.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use tokio::sync::Notify;

use super::PendingScript;

/// The lists of scripts that a document keeps.
#[derive(Default)]
pub(crate) struct Scripts {
    /// The pending parsing-blocking script.
    blocking: RefCell<Option<Rc<PendingScript>>>,
    /// The scripts that run when the document has finished parsing.
    deferred: RefCell<VecDeque<Rc<PendingScript>>>,
    /// The scripts that run in order, each as soon as it is there.
    in_order: RefCell<VecDeque<Rc<PendingScript>>>,
    /// How many scripts delay the event `load`.
    delaying: Cell<usize>,
    none_delays: Notify,
}

impl Scripts {
    pub(crate) fn set_blocking(&self, script: Rc<PendingScript>) {
        self.blocking.replace(Some(script));
    }

    /// Whether the parser has to wait for a script.
    pub(crate) fn is_blocked(&self) -> bool {
        self.blocking.borrow().is_some()
    }

    pub(crate) fn take_blocking(&self) -> Option<Rc<PendingScript>> {
        self.blocking.take()
    }

    pub(crate) fn defer(&self, script: Rc<PendingScript>) {
        self.deferred.borrow_mut().push_back(script);
    }

    pub(crate) fn take_deferred(&self) -> Option<Rc<PendingScript>> {
        self.deferred.borrow_mut().pop_front()
    }

    pub(crate) fn add_in_order(&self, script: Rc<PendingScript>) {
        self.in_order.borrow_mut().push_back(script);
    }

    /// The next of the scripts in order, if it is there.
    pub(crate) fn take_in_order(&self) -> Option<Rc<PendingScript>> {
        let mut in_order = self.in_order.borrow_mut();
        match in_order.front() {
            Some(first) if first.is_ready() => in_order.pop_front(),
            _ => None,
        }
    }

    /// Notes that one more script delays the event `load`.
    pub(crate) fn delay_load(&self) {
        self.delaying.set(self.delaying.get() + 1);
    }

    /// Notes that one of them does so no longer.
    pub(crate) fn stop_delaying(&self) {
        self.delaying.set(self.delaying.get().saturating_sub(1));
        if self.delaying.get() == 0 {
            self.none_delays.notify_waiters();
        }
    }

    /// Waits until no script delays the event `load`.
    pub(crate) async fn all_run(&self) {
        while self.delaying.get() > 0 {
            self.none_delays.notified().await;
        }
    }
}
