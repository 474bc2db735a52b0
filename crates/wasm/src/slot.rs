//! Scoped slots: how the store and the JavaScript context travel through WebAssembly calls.
//!
//! A call goes JavaScript -> WebAssembly -> JavaScript -> … without either engine handing the
//! other one's exclusive reference through. The reference that the outer frame holds is left in a
//! slot before control passes to the other engine and taken out of it on the other side. Taking
//! empties the slot for as long as the reference is in use, so two live exclusive references to
//! the same store or context cannot exist: a second attempt finds the slot empty.

use std::{
    cell::{Cell, UnsafeCell},
    ptr::NonNull,
};

use boa_engine::Context;
use wasmi::{AsContextMut, Store, StoreContextMut};

/// Who may use the store at the moment.
enum Current<T: 'static> {
    /// Nobody does: it can be taken from where it lives.
    Idle,
    /// The innermost frame that held it lent it.
    Lent(NonNull<StoreContextMut<'static, T>>),
    /// A frame is using it.
    Taken,
}

/// A store, and the exclusive right to use it.
pub(crate) struct StoreSlot<T: 'static> {
    current: Cell<Current<T>>,
    store: UnsafeCell<Store<T>>,
}

impl<T> Clone for Current<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Current<T> {}

/// Puts a slot's former state back, also when unwinding.
struct Restore<'a, S: Copy> {
    cell: &'a Cell<S>,
    former: S,
}

impl<S: Copy> Drop for Restore<'_, S> {
    #[inline]
    fn drop(&mut self) {
        self.cell.set(self.former);
    }
}

impl<T: 'static> StoreSlot<T> {
    pub(crate) fn new(store: Store<T>) -> Self {
        Self {
            current: Cell::new(Current::Idle),
            store: UnsafeCell::new(store),
        }
    }

    /// Takes the store for the time of `f`.
    ///
    /// # Panics
    /// If the store is taken already: only native code of this crate can do that, by calling this
    /// within `f` without [`lend`](Self::lend).
    #[inline]
    pub(crate) fn with<R>(&self, f: impl FnOnce(StoreContextMut<'_, T>) -> R) -> R {
        match self.current.replace(Current::Taken) {
            Current::Idle => {
                let _restore = Restore {
                    cell: &self.current,
                    former: Current::Idle,
                };
                // SAFETY: `Idle` says that no frame uses the store, and the slot says `Taken`
                // until `_restore` is dropped, after `f`: this is the one reference to the store.
                // `StoreSlot` is not `Sync` (it holds a `Cell`), so no other thread interferes.
                let store = unsafe { &mut *self.store.get() };
                f(store.as_context_mut())
            }
            Current::Lent(pointer) => {
                let _restore = Restore {
                    cell: &self.current,
                    former: Current::Lent(pointer),
                };
                // SAFETY: `lend` put the pointer here, to a local of its own frame that stays in
                // place and is not otherwise used until `lend` returns, and `lend` removes the
                // pointer before it does. The slot says `Taken` while this reference lives. The
                // lifetime is shortened to that of the reborrow.
                let lent: &mut StoreContextMut<'static, T> = unsafe { &mut *pointer.as_ptr() };
                f(lent.as_context_mut())
            }
            Current::Taken => panic!("the WebAssembly store is in use"),
        }
    }

    /// Puts another store into the place of this one, which is returned; `None` if it is in use, and `store` is dropped.
    pub(crate) fn replace(&self, store: Store<T>) -> Option<Store<T>> {
        match self.current.get() {
            // SAFETY: `Idle` says that no frame uses the store, so there is no reference to it, and replacing it runs no
            // code of others which might make one. `StoreSlot` is not `Sync`, so no other thread interferes.
            Current::Idle => Some(std::mem::replace(unsafe { &mut *self.store.get() }, store)),
            Current::Lent(_) | Current::Taken => None,
        }
    }

    /// Lends the store that the current frame holds to whoever calls [`with`](Self::with) in `f`.
    #[inline]
    pub(crate) fn lend<R>(
        &self,
        mut held: impl AsContextMut<Data = T>,
        f: impl FnOnce() -> R,
    ) -> R {
        let mut context = held.as_context_mut();
        let pointer = NonNull::from(&mut context).cast::<StoreContextMut<'static, T>>();
        let _restore = Restore {
            cell: &self.current,
            former: self.current.replace(Current::Lent(pointer)),
        };
        f()
    }
}

/// The JavaScript context of the frame that called into WebAssembly.
pub(crate) struct ContextSlot(Cell<Option<NonNull<Context>>>);

impl ContextSlot {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(None))
    }

    /// Leaves `context` in the slot for the time of `f`.
    #[inline]
    pub(crate) fn lend<R>(&self, context: &mut Context, f: impl FnOnce() -> R) -> R {
        let _restore = Restore {
            cell: &self.0,
            former: self.0.replace(Some(NonNull::from(context))),
        };
        f()
    }

    /// Takes the context out of the slot for the time of `f`; `None` if nobody lent one.
    #[inline]
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut Context) -> R) -> Option<R> {
        let mut pointer = self.0.take()?;
        let _restore = Restore {
            cell: &self.0,
            former: Some(pointer),
        };
        // SAFETY: `lend` put the pointer here; it holds the exclusive reference, unused, until it
        // returns, and removes the pointer before it does. The slot is empty while this reference
        // lives, so there is no second one. `Cell` keeps the slot on its thread.
        Some(f(unsafe { pointer.as_mut() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmi::{Caller, Engine, Func};

    struct Data(std::rc::Weak<Both>);
    struct Both {
        store: StoreSlot<Data>,
        context: ContextSlot,
    }

    fn both() -> std::rc::Rc<Both> {
        std::rc::Rc::new_cyclic(|weak| Both {
            store: StoreSlot::new(Store::new(&Engine::default(), Data(weak.clone()))),
            context: ContextSlot::new(),
        })
    }

    #[test]
    fn nests_through_host_functions() {
        let both = both();
        let inner = both
            .store
            .with(|mut store| Func::wrap(&mut store, |x: i32| x + 1));
        let outer = both.store.with(|mut store| {
            Func::wrap(&mut store, move |caller: Caller<'_, Data>, x: i32| {
                let both = caller.data().0.upgrade().ok_or(wasmi::Error::new("gone"))?;
                let y = both.store.lend(caller, || {
                    both.context
                        .with(|_| ())
                        .ok_or(wasmi::Error::new("no context"))?;
                    both.store.with(|mut store| {
                        inner
                            .typed::<i32, i32>(&store)
                            .and_then(|f| f.call(&mut store, x))
                    })
                })?;
                Ok::<i32, wasmi::Error>(y * 2)
            })
        });
        let mut context = Context::default();
        let result = both.context.lend(&mut context, || {
            both.store.with(|mut store| {
                outer
                    .typed::<i32, i32>(&store)
                    .and_then(|f| f.call(&mut store, 20))
            })
        });
        assert_eq!(result.ok(), Some(42));
        assert!(both.context.with(|_| ()).is_none());
    }

    #[test]
    #[should_panic(expected = "in use")]
    fn refuses_a_second_taker() {
        let both = both();
        both.store.with(|_| both.store.with(|_| ()));
    }

    #[test]
    fn is_replaced_only_when_nobody_uses_it() {
        let both = both();
        let other = || Store::new(&Engine::default(), Data(std::rc::Weak::new()));
        both.store.with(|store| {
            assert!(both.store.replace(other()).is_none());
            both.store.lend(store, || {
                assert!(both.store.replace(other()).is_none());
            });
        });
        assert!(both.store.replace(other()).is_some());
        both.store
            .with(|store| assert!(store.data().0.upgrade().is_none()));
    }

    #[test]
    fn restores_after_a_panic() {
        let both = both();
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            both.store.with(|_| panic!("inside"))
        }));
        assert!(result.is_err());
        both.store.with(|_| ());
    }
}
