//! The end of a thread.
//!
//! What a thread keeps in `thread_local!` is dropped when it ends, the collector's heap too. A runtime in there that is
//! dropped after the heap would use what has been freed: it is left to itself instead, as everything in it is gone.

thread_local! {
    static SENTINEL: Sentinel = const { Sentinel };
}

/// Is dropped before the collector's heap, since it was made after it.
struct Sentinel;

impl Drop for Sentinel {
    fn drop(&mut self) {}
}

/// Notes that the thread has a heap by now.
pub(crate) fn arm() {
    // Where it cannot be, the thread is at its end, and nobody makes a runtime.
    let _ = SENTINEL.try_with(|_| ());
}

/// Whether the collector's heap may be gone.
pub(crate) fn has_begun() -> bool {
    SENTINEL.try_with(|_| ()).is_err()
}
