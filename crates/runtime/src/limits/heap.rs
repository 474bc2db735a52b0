//! How much memory the runtime of this thread uses.

use std::cell::Cell;

/// An estimate of what a runtime has allocated, and a limit to it.
///
/// What counts is what the thread has allocated and not freed, beyond the least there ever was since the runtime was
/// made: what other threads have allocated, such as parts of responses, is freed here and would make it less.
#[derive(Debug)]
pub(super) struct Heap {
    limit: usize,
    least: Cell<isize>,
    /// What was in use after the last collection.
    collected: Cell<usize>,
}

impl Heap {
    pub(super) fn new(limit: usize) -> Self {
        taipan_alloc::start_counting();
        Self {
            limit,
            least: Cell::new(taipan_alloc::allocated()),
            collected: Cell::new(0),
        }
    }

    /// Begins a run: much of what was alive in the last one may be garbage.
    pub(super) fn begin_run(&self) {
        self.collected.set(0);
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Bytes in use, garbage included.
    pub(super) fn used(&self) -> usize {
        let now = taipan_alloc::allocated();
        let least = self.least.get().min(now);
        self.least.set(least);
        now.abs_diff(least)
    }

    /// Collects garbage, unless that was done a moment ago; says whether it did.
    fn collect(&self) -> bool {
        if self.used() < self.collected.get().saturating_add(self.limit / 16) {
            return false;
        }
        boa_gc::force_collect();
        self.collected.set(self.used());
        true
    }

    /// Whether more is in use than may be. What came since garbage was last collected may be a sixteenth more.
    pub(super) fn is_exceeded(&self) -> bool {
        self.used() > self.limit && self.collect() && self.used() > self.limit
    }

    /// How many bytes may still be used.
    pub(super) fn room(&self) -> usize {
        if self.used() > self.limit / 2 {
            self.collect();
        }
        self.limit.saturating_sub(self.used())
    }
}
