//! Bodies that are still arriving while nobody reads them.

use std::{cell::Cell, rc::Rc};

/// How many unread bodies there may be before garbage is looked for among them.
const MAX_UNREAD: usize = 32;

/// The bodies in a context that are still arriving while nobody reads them.
///
/// Each holds a connection and what has arrived, which the garbage collector knows nothing of: a script that only
/// looks at headers would run out of both long before there is a reason to collect the few bytes of its objects.
#[derive(Debug)]
pub(crate) struct UnreadBodies {
    count: Cell<usize>,
    /// The number at which garbage is collected.
    limit: Cell<usize>,
}

impl UnreadBodies {
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Self {
            count: Cell::new(0),
            limit: Cell::new(MAX_UNREAD),
        })
    }

    /// Collects garbage if there are too many; to be called before there is one more.
    pub(crate) fn make_room(&self) {
        if self.count.get() >= self.limit.get() {
            boa_gc::force_collect();
            // Those that are left are in use: looking again pays off when as many have been added.
            self.limit.set(MAX_UNREAD.max(self.count.get() * 2));
        }
    }
}

/// The share of a body in the number of [`UnreadBodies`].
#[derive(Debug)]
pub(crate) struct Held(Rc<UnreadBodies>);

impl Held {
    pub(super) fn new(bodies: Rc<UnreadBodies>) -> Self {
        bodies.count.set(bodies.count.get() + 1);
        Self(bodies)
    }
}

impl Clone for Held {
    fn clone(&self) -> Self {
        Self::new(Rc::clone(&self.0))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.count.set(self.0.count.get() - 1);
    }
}
