//! Collecting garbage as often as can be, to find what is not kept that should be.
//!
//! The engine collects when so much was allocated. A value that native code has and that no tracing finds therefore
//! lives long enough nearly always, and the mistake shows on another day. Under stress garbage is collected wherever
//! control passes between script and native code: at every call of an operation, attribute or constructor that is made
//! with this crate, before it and after it, and wherever [`boundary`] is called.
//!
//! It is a setting of the thread, as the collector's heap is, and off by default: then a program pays for it a look at a
//! thread-local variable where an interface is defined, and in a [`boundary`].

use std::cell::Cell;

use boa_engine::NativeFunction;

thread_local! {
    /// At every how many boundaries garbage is collected; 0 is never.
    static EVERY: Cell<u32> = const { Cell::new(0) };
    /// How many there were.
    static PASSED: Cell<u64> = const { Cell::new(0) };
    /// At which one garbage is collected next.
    static NEXT: Cell<u64> = const { Cell::new(0) };
}

/// After so many boundaries garbage is collected at every fourth, after twice as many at every ninth, and so on: what does
/// something tens of thousands of times, and keeps all of it, would never come to its end.
const RARER_AFTER: u64 = 10_000;

/// Has garbage be collected at every `every`th boundary of this thread from now on, at none if it is 0; more rarely after
/// the first ten thousand.
///
/// It is to be called before interfaces are registered: those that are there already are no boundaries.
///
/// ```
/// use boa_engine::Context;
///
/// taipan_webidl::gc_stress::set(1);
/// let mut context = Context::default();
/// // Define interfaces, run tests.
/// taipan_webidl::gc_stress::boundary();
/// # taipan_webidl::gc_stress::set(0);
/// ```
pub fn set(every: u32) {
    EVERY.set(every);
    PASSED.set(0);
    NEXT.set(u64::from(every));
}

/// At every how many boundaries garbage is collected; 0 if at none.
#[must_use]
pub fn every() -> u32 {
    EVERY.get()
}

/// Collects garbage if it is time.
///
/// To be called where control passes between script and native code that this crate did not define, and where nothing of
/// the heap is borrowed mutably.
#[inline]
pub fn boundary() {
    if EVERY.get() != 0 {
        pass();
    }
}

#[cold]
fn pass() {
    let passed = PASSED.get() + 1;
    PASSED.set(passed);
    if passed < NEXT.get() {
        return;
    }
    let rarer = 1 + passed / RARER_AFTER;
    NEXT.set(passed + u64::from(EVERY.get()) * rarer * rarer);
    boa_gc::force_collect();
}

/// The function with a boundary before and behind it, if there is stress.
pub(crate) fn bounded(f: NativeFunction) -> NativeFunction {
    if EVERY.get() == 0 {
        return f;
    }
    NativeFunction::from_copy_closure_with_captures(
        |this, args, f: &NativeFunction, context| {
            boundary();
            let result = f.call(this, args, context);
            boundary();
            result
        },
        f,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use boa_gc::{Gc, WeakGc};

    #[test]
    fn collects_at_every_nth_boundary() {
        let garbage = || WeakGc::new(&Gc::new(1));
        let lives = garbage();
        boundary();
        assert!(lives.upgrade().is_some());
        set(2);
        boundary();
        assert!(lives.upgrade().is_some());
        boundary();
        assert!(lives.upgrade().is_none());
        set(0);
        assert_eq!(every(), 0);
    }
}
