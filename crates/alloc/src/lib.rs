//! An allocator that counts what each thread has allocated.
//!
//! JavaScript engines say little of the memory they use. Whoever wants it limited makes this the allocator of the
//! program:
//!
//! ```
//! #[global_allocator]
//! static ALLOCATOR: taipan_alloc::CountingAllocator = taipan_alloc::CountingAllocator::new();
//!
//! taipan_alloc::start_counting();
//! let before = taipan_alloc::allocated();
//! let bytes = vec![0_u8; 1 << 20];
//! assert!(taipan_alloc::allocated() - before >= 1 << 20);
//! # drop(bytes);
//! ```
//!
//! Until [`start_counting`] is called it costs a look at a flag.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    sync::atomic::{AtomicBool, Ordering},
};

static COUNTING: AtomicBool = AtomicBool::new(false);
static INSTALLED: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Bytes: without a destructor, so that it is there for as long as the thread allocates.
    static ALLOCATED: Cell<isize> = const { Cell::new(0) };
}

/// Begins to count, in all threads. There is no way back.
pub fn start_counting() {
    COUNTING.store(true, Ordering::Relaxed);
}

/// Whether [`CountingAllocator`] is the allocator of the program, as far as can be told: whether it has counted
/// anything since [`start_counting`].
#[must_use]
pub fn is_counting() -> bool {
    INSTALLED.load(Ordering::Relaxed)
}

/// How many bytes the current thread has allocated, less what it has freed, since counting began. What one thread
/// allocates and another frees counts for both, so it may be negative.
#[must_use]
pub fn allocated() -> isize {
    ALLOCATED.get()
}

/// An allocator that counts what another one, the system's unless told otherwise, allocates.
#[derive(Debug, Default)]
pub struct CountingAllocator<A = System>(A);

impl CountingAllocator {
    /// The system's allocator, counted.
    #[must_use]
    pub const fn new() -> Self {
        Self(System)
    }
}

impl<A> CountingAllocator<A> {
    /// Another allocator, counted.
    pub const fn of(allocator: A) -> Self {
        Self(allocator)
    }
}

/// Adds to the count of the thread.
#[inline]
fn count(bytes: usize, sign: isize) {
    if COUNTING.load(Ordering::Relaxed) {
        if !INSTALLED.load(Ordering::Relaxed) {
            INSTALLED.store(true, Ordering::Relaxed);
        }
        // No allocation is larger than an `isize` can tell.
        ALLOCATED.set(ALLOCATED.get().wrapping_add(sign * bytes.cast_signed()));
    }
}

// SAFETY: every method hands its arguments on to the same method of an allocator and returns what that returned. What it
// does besides, counting, neither allocates nor unwinds.
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of this method, which is the same.
        let pointer = unsafe { self.0.alloc(layout) };
        if !pointer.is_null() {
            count(layout.size(), 1);
        }
        pointer
    }

    #[inline]
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(layout.size(), -1);
        // SAFETY: as above.
        unsafe { self.0.dealloc(pointer, layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let pointer = unsafe { self.0.alloc_zeroed(layout) };
        if !pointer.is_null() {
            count(layout.size(), 1);
        }
        pointer
    }

    #[inline]
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        let moved = unsafe { self.0.realloc(pointer, layout, size) };
        if !moved.is_null() {
            count(size, 1);
            count(layout.size(), -1);
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_allocated_and_freed() {
        let allocator = CountingAllocator::new();
        let layout = Layout::from_size_align(1000, 8).expect("a layout");
        let larger = Layout::from_size_align(3000, 8).expect("a layout");
        // SAFETY: what is freed, and made larger, is what was allocated, with its layout.
        let counts = unsafe {
            let uncounted = allocator.alloc(layout);
            start_counting();
            let start = allocated();
            let first = allocator.alloc(layout);
            let one = allocated() - start;
            let first = allocator.realloc(first, layout, larger.size());
            let second = allocator.alloc_zeroed(layout);
            let two = allocated() - start;
            allocator.dealloc(first, larger);
            allocator.dealloc(second, layout);
            let none = allocated() - start;
            allocator.dealloc(uncounted, layout);
            [one, two, none, allocated() - start]
        };
        assert_eq!(counts, [1000, 4000, 0, -1000]);
        assert!(is_counting());
    }
}
