//! Access to the internal slots of an object.

use boa_engine::{JsObject, object::NativeObject};

/// Short borrows of the value that an object carries.
///
/// What runs inside must not use the object again: it is borrowed meanwhile.
pub(in crate::streams) trait Slots<T> {
    /// Reads or changes internal slots.
    fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R;
}

impl<T: NativeObject> Slots<T> for JsObject<T> {
    fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(self.borrow_mut().data_mut())
    }
}
