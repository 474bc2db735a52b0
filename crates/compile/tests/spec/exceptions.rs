//! Exceptions of lowered modules, for an embedder that has nothing to do with JavaScript.

use std::sync::{Arc, Mutex};

use taipan_compile::FuncType;
use taipan_compile::exceptions::{ExceptionImport, Registers};
use wasmi::{
    AsContext, AsContextMut, Caller, Extern, ExternRef, Func, Global, Mutability, Nullable, Store,
    Val,
};

/// What an `exnref` refers to.
struct Exception {
    tag: u32,
    payload: Vec<Val>,
}

#[derive(Default)]
struct Shared {
    registers: Option<Registers>,
    tags: Vec<Arc<FuncType>>,
}

/// The tags and registers of a store.
#[derive(Clone, Default)]
pub(crate) struct Exceptions(Arc<Mutex<Shared>>);

impl Shared {
    fn registers(&mut self, store: impl AsContextMut) -> &mut Registers {
        self.registers.get_or_insert_with(|| Registers::new(store))
    }

    fn tag_type(&self, tag: u32) -> Arc<FuncType> {
        Arc::clone(&self.tags[tag as usize - 1])
    }
}

impl Exceptions {
    pub(crate) fn new_tag(&self, ty: &Arc<FuncType>) -> u32 {
        let mut shared = self.0.lock().unwrap();
        shared.tags.push(Arc::clone(ty));
        u32::try_from(shared.tags.len()).unwrap()
    }

    pub(crate) fn tag_type(&self, tag: u32) -> FuncType {
        (*self.0.lock().unwrap().tag_type(tag)).clone()
    }

    /// Whether an exception was pending; it is not any more.
    pub(crate) fn take(&self, store: &mut Store<()>) -> bool {
        let shared = self.0.lock().unwrap();
        let Some(registers) = &shared.registers else {
            return false;
        };
        let pending = registers.pending(&*store) != 0;
        registers.clear(store);
        pending
    }

    pub(crate) fn import(
        &self,
        import: ExceptionImport,
        tags: &[u32],
        store: &mut Store<()>,
    ) -> Extern {
        let exceptions = self.clone();
        match import {
            ExceptionImport::Reference => Func::wrap(store, move |mut caller: Caller<'_, ()>| {
                exceptions.reference(&mut caller)
            })
            .into(),
            ExceptionImport::Throw => Func::wrap(
                store,
                move |mut caller: Caller<'_, ()>, reference: Nullable<ExternRef>| {
                    exceptions.throw(reference, &mut caller)
                },
            )
            .into(),
            ExceptionImport::TableWritten => Func::wrap(store, || {}).into(),
            ExceptionImport::Tag(index) => {
                let tag = tags[index as usize].cast_signed();
                Global::new(store, Val::I32(tag), Mutability::Const).into()
            }
            register => {
                let mut shared = self.0.lock().unwrap();
                let registers = shared.registers(&mut *store);
                registers.global(register, store).unwrap().into()
            }
        }
    }

    fn reference(&self, caller: &mut Caller<'_, ()>) -> Nullable<ExternRef> {
        let mut shared = self.0.lock().unwrap();
        let registers = shared.registers(&mut *caller);
        let known = registers.exception(caller.as_context());
        if let Nullable::Val(_) = known {
            return known;
        }
        let tag = registers.pending(caller.as_context());
        let ty = shared.tag_type(tag);
        let registers = shared.registers(&mut *caller);
        let payload = registers.read(&ty, caller.as_context());
        let reference = Nullable::Val(ExternRef::new(&mut *caller, Exception { tag, payload }));
        registers.set_exception(reference, caller);
        reference
    }

    fn throw(
        &self,
        reference: Nullable<ExternRef>,
        caller: &mut Caller<'_, ()>,
    ) -> Result<(), wasmi::Error> {
        let Nullable::Val(known) = reference else {
            return Err(wasmi::Error::new("null exception reference"));
        };
        let data = known.data(caller.as_context());
        let exception: &Exception = data.downcast_ref().unwrap();
        let (tag, payload) = (exception.tag, exception.payload.clone());
        let mut shared = self.0.lock().unwrap();
        let ty = shared.tag_type(tag);
        let registers = shared.registers(&mut *caller);
        registers.raise(tag, &ty, &payload, reference, caller);
        Ok(())
    }
}
