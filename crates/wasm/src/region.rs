//! Address space for linear memories.
//!
//! A region is reserved once, at the largest size that its memory may grow to, and never moves:
//! that is what lets an `ArrayBuffer` and the interpreter look at the same bytes. Nothing is
//! committed before it is touched. Regions of dead memories are emptied and used again, some of
//! each size, until address space is short.

use std::{cell::RefCell, collections::BTreeMap, ops::Range, ptr::NonNull, rc::Rc};

use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mmap_anonymous, munmap};

/// The largest reservation: all that a 32-bit memory can address, in bytes.
pub(crate) const LARGEST: usize = 4 << 30;

/// A multiple of the system's page size: that of WebAssembly, in bytes.
const PAGE: usize = 64 << 10;

/// From how many bytes on zero-filling a memory is followed by giving the pages back.
const RELEASE_FROM: usize = 1 << 20;

/// A stretch of reserved address space.
struct Mapping {
    base: NonNull<u8>,
    length: usize,
}

impl Mapping {
    fn reserve(length: usize) -> Option<Self> {
        if length == 0 {
            return Some(Self {
                base: NonNull::dangling(),
                length: 0,
            });
        }
        // SAFETY: a null address lets the system choose where, so nothing that exists is replaced.
        let base = unsafe {
            mmap_anonymous(
                std::ptr::null_mut(),
                length,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::PRIVATE | MapFlags::NORESERVE,
            )
        }
        .ok()?;
        Some(Self {
            base: NonNull::new(base.cast())?,
            length,
        })
    }

    /// Gives the pages back to the system: they read as zero from now on.
    fn decommit(&self) {
        self.decommit_range(0..self.length);
    }

    /// The same for a range of bytes, which begins at a page.
    fn decommit_range(&self, range: Range<usize>) {
        if range.is_empty() || range.end > self.length {
            return;
        }
        // SAFETY: the range lies in a private anonymous mapping of our own. Dropping its pages
        // makes them zero; whoever calls this knows that nothing depends on their contents.
        let _ = unsafe {
            madvise(
                self.base.as_ptr().add(range.start).cast(),
                range.len(),
                Advice::LinuxDontNeed,
            )
        };
    }

    /// Gives advice on the size of the pages of the first `length` bytes. The system is free to
    /// ignore it.
    fn advise(&self, length: usize, advice: Advice) {
        debug_assert!(matches!(
            advice,
            Advice::LinuxHugepage | Advice::LinuxNoHugepage
        ));
        // SAFETY: the range is within a mapping of our own, and advice on the size of pages does
        // not change what they contain.
        let _ = unsafe { madvise(self.base.as_ptr().cast(), length.min(self.length), advice) };
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        if self.length != 0 {
            // SAFETY: the range is exactly what `reserve` mapped, and is unmapped once. The last
            // user is gone: a mapping is owned by a region, whose users own it, or by the pool,
            // where it waits for a new user.
            let _ = unsafe { munmap(self.base.as_ptr().cast(), self.length) };
        }
    }
}

/// Reservations that are not in use, by size.
#[derive(Default)]
pub(crate) struct RegionPool {
    free: RefCell<BTreeMap<usize, Vec<Mapping>>>,
}

/// How many reservations of a size are kept for later.
const KEPT: usize = 64;

impl RegionPool {
    /// A region for a memory of `minimum` bytes that may grow to `maximum`, or to what a memory can
    /// have at most; `None` if the system refuses.
    pub(crate) fn reserve(self: &Rc<Self>, minimum: usize, maximum: usize) -> Option<Rc<Region>> {
        self.reserve_exactly(maximum.clamp(minimum, LARGEST.max(minimum)))
    }

    /// The same with less room to grow when the system refuses, after reservations that are kept
    /// for later were given back. `None` if not even the minimum can be had.
    pub(crate) fn reserve_at_most(
        self: &Rc<Self>,
        minimum: usize,
        maximum: usize,
    ) -> Option<Rc<Region>> {
        self.free.borrow_mut().clear();
        let mut length = maximum.clamp(minimum, LARGEST.max(minimum));
        loop {
            if let Some(region) = self.reserve_exactly(length) {
                return Some(region);
            }
            if length == minimum {
                return None;
            }
            length = (length / 2).max(minimum);
        }
    }

    fn reserve_exactly(self: &Rc<Self>, length: usize) -> Option<Rc<Region>> {
        let kept = self.free.borrow_mut().get_mut(&length).and_then(Vec::pop);
        let mapping = match kept {
            Some(mapping) => mapping,
            None => Mapping::reserve(length)?,
        };
        Some(Rc::new(Region {
            mapping: Some(mapping),
            pool: Rc::clone(self),
        }))
    }

    fn keep(&self, mapping: Mapping) {
        let mut free = self.free.borrow_mut();
        let kept = free.entry(mapping.length).or_default();
        if kept.len() < KEPT {
            mapping.decommit();
            kept.push(mapping);
        }
    }
}

/// Reserved address space for one memory; empty and reusable when the last owner drops it.
pub(crate) struct Region {
    mapping: Option<Mapping>,
    pool: Rc<RegionPool>,
}

impl Region {
    /// The address of the region's first byte; page-aligned, unless the region is empty.
    pub(crate) fn base(&self) -> NonNull<u8> {
        self.mapping
            .as_ref()
            .map_or(NonNull::dangling(), |mapping| mapping.base)
    }

    /// The number of bytes reserved.
    pub(crate) fn length(&self) -> usize {
        self.mapping.as_ref().map_or(0, |mapping| mapping.length)
    }

    /// All bytes of the region, for the one memory that lives in it.
    ///
    /// # Safety
    /// It is to be called once a region, and the memory that gets the bytes must not be used after
    /// the region's last owner has dropped it: the bytes are another memory's then, or not mapped.
    pub(crate) unsafe fn bytes(&self) -> &'static mut [u8] {
        // SAFETY: the mapping is readable and writable over its whole length, zero-initialised by
        // the system, and lives as long as the region; the caller answers for the rest.
        unsafe { std::slice::from_raw_parts_mut(self.base().as_ptr(), self.length()) }
    }

    /// Runs `f`, which writes zeros over the first `length` bytes of this untouched region, and
    /// gives the pages that it committed back to the system, if they are many.
    pub(crate) fn zeroing<R>(&self, length: usize, f: impl FnOnce() -> R) -> R {
        let many = self.mapping.as_ref().filter(|_| length >= RELEASE_FROM);
        if let Some(mapping) = many {
            // Large pages make a few faults of thousands.
            mapping.advise(length, Advice::LinuxHugepage);
        }
        let result = f();
        if let Some(mapping) = many {
            mapping.decommit();
            mapping.advise(length, Advice::LinuxNoHugepage);
        }
        result
    }

    /// Gives the pages of a range that holds nothing but zeros back to the system, if they are many
    /// and the range is of whole pages.
    pub(crate) fn release_zeros(&self, range: Range<usize>) {
        if range.len() >= RELEASE_FROM
            && range.start.is_multiple_of(PAGE)
            && range.end.is_multiple_of(PAGE)
            && let Some(mapping) = &self.mapping
        {
            mapping.decommit_range(range);
        }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        if let Some(mapping) = self.mapping.take() {
            self.pool.keep(mapping);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_region_is_used_again_and_reads_as_zero() {
        let pool = Rc::new(RegionPool::default());
        let region = pool.reserve(65536, 1 << 20).expect("a region");
        let base = region.base();
        // SAFETY: the only use of this region's bytes.
        let bytes = unsafe { region.bytes() };
        bytes[5] = 7;
        drop(region);
        let again = pool.reserve(65536, 1 << 20).expect("a region");
        assert_eq!(again.base(), base);
        // SAFETY: as above, for the new region.
        assert_eq!(unsafe { again.bytes() }[5], 0);
    }

    #[test]
    fn empty_and_largest() {
        let pool = Rc::new(RegionPool::default());
        assert_eq!(pool.reserve(0, 0).map(|region| region.length()), Some(0));
        let largest = pool.reserve(0, usize::MAX).expect("a region");
        assert!(largest.length() <= LARGEST);
        assert!(pool.reserve(usize::MAX / 2, usize::MAX).is_none());
        assert!(pool.reserve_at_most(usize::MAX / 2, usize::MAX).is_none());
    }
}
