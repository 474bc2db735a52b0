//! Keys for handles of the store.
//!
//! The JS API keeps maps from addresses to objects, so that an address has one object. wasmi's
//! handles are such addresses, but they cannot be compared, hashed or numbered. They are eight
//! bytes, the store's number and the entity's, and this is the one place that looks at them.

use wasmi::{ExternRef, Func, Global, Memory, Table};

/// A handle that can be used as a key within its store.
pub(crate) trait HandleKey: Copy {
    /// The handle's bytes.
    fn bits(self) -> u64;
}

macro_rules! handle_key {
    ($($handle:ty),*) => {$(
        impl HandleKey for $handle {
            fn bits(self) -> u64 {
                const { assert!(size_of::<$handle>() == size_of::<u64>()) }
                // SAFETY: the handle is `repr(transparent)` over a pair of two 32-bit numbers, as
                // its size (checked above, at compile time) confirms, so it has no padding and all
                // of its bytes are initialised; every pattern of bytes is a `u64`.
                unsafe { std::mem::transmute::<$handle, u64>(self) }
            }
        }
    )*};
}

handle_key!(ExternRef, Func, Global, Memory, Table);

/// Which half of a handle's bytes is the entity's number.
///
/// The order of the pair's fields is the compiler's choice, so it is observed: the entities of a
/// store are numbered one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Numbering {
    shift: u32,
}

impl Numbering {
    /// Observes two entities of a kind that were allocated one after the other.
    pub(crate) fn observe<T: HandleKey>(first: T, second: T) -> Option<Self> {
        match second.bits().wrapping_sub(first.bits()) {
            1 => Some(Self { shift: 0 }),
            0x1_0000_0000 => Some(Self { shift: 32 }),
            _ => None,
        }
    }

    /// The number of an entity of that kind within its store.
    pub(crate) fn number<T: HandleKey>(self, entity: T) -> u32 {
        (entity.bits() >> self.shift) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmi::{Engine, Mutability, Store, Val};

    #[test]
    fn numbers_are_those_that_debug_prints() {
        let mut store = Store::new(&Engine::default(), ());
        let funcs: Vec<Func> = (0..5).map(|_| Func::wrap(&mut store, |x: i32| x)).collect();
        let numbering = Numbering::observe(funcs[0], funcs[1]).expect("consecutive numbers");
        for (index, func) in funcs.iter().enumerate() {
            let number = numbering.number(*func);
            assert_eq!(number, numbering.number(funcs[0]) + index as u32);
            let debug = format!("{func:?}");
            assert!(
                debug.contains(&format!("key: {number}")),
                "{debug} does not show {number}"
            );
        }
    }

    #[test]
    fn references_are_numbered_consecutively() {
        let mut store = Store::new(&Engine::default(), ());
        let references: Vec<ExternRef> = (0..5).map(|_| ExternRef::new(&mut store, ())).collect();
        let numbering =
            Numbering::observe(references[0], references[1]).expect("consecutive numbers");
        for (index, reference) in references.iter().enumerate() {
            let number = numbering.number(*reference);
            assert_eq!(number, numbering.number(references[0]) + index as u32);
        }
    }

    #[test]
    fn equal_handles_have_equal_keys() {
        let mut store = Store::new(&Engine::default(), ());
        let a = Global::new(&mut store, Val::I32(1), Mutability::Const);
        let b = Global::new(&mut store, Val::I32(1), Mutability::Const);
        let same = a;
        assert_eq!(a.bits(), same.bits());
        assert_ne!(a.bits(), b.bits());
    }
}
