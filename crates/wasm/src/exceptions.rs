//! Exceptions on their way through WebAssembly code.
//!
//! The engine knows no exceptions: code that throws leaves one in the registers of the store and
//! returns (see `taipan_compile::exceptions`). Here they are taken out where WebAssembly code is
//! left for JavaScript, and put in where it is returned to.

use std::cell::{Cell as StdCell, RefCell};

use boa_engine::{Context, JsError, JsNativeError, JsObject, JsResult};
use boa_gc::Gc;
use taipan_compile::exceptions::{AWARE_EXPORT, ExceptionImport, Registers};
use wasmi::{Caller, Extern, ExternRef, Func, Nullable, StoreContextMut, Val};

use crate::{
    agent::Agent,
    cell::Cell,
    exception::{self, Exception},
    host_function::protect,
    limiter::StoreData,
    tag::{TagInner, js_tag},
    values,
};

/// The exception that is on its way in a store, if there is one.
#[derive(Default)]
pub(crate) struct Exceptions {
    /// Made for the first instance that needs them.
    registers: RefCell<Option<Registers>>,
    in_use: StdCell<bool>,
}

/// Whether the code that calls a host function looks at the registers when the call returns.
#[cold]
pub(crate) fn is_aware(caller: &Caller<'_, StoreData>) -> bool {
    caller.get_export(AWARE_EXPORT).is_some()
}

fn internal(message: &'static str) -> JsError {
    JsNativeError::error().with_message(message).into()
}

impl Exceptions {
    /// Forgets the registers, which were those of a former store. Nothing is pending.
    pub(crate) fn forget(&self) {
        *self.registers.borrow_mut() = None;
        self.in_use.set(false);
    }
}

impl Agent {
    fn with_registers<R>(
        &self,
        f: impl FnOnce(&mut Registers, StoreContextMut<'_, StoreData>) -> R,
    ) -> R {
        self.store.with(|mut store| {
            let mut registers = self.exceptions.registers.borrow_mut();
            let registers = registers.get_or_insert_with(|| {
                self.exceptions.in_use.set(true);
                Registers::new(&mut store)
            });
            f(registers, store)
        })
    }

    /// Whether an exception is pending.
    #[inline]
    pub(crate) fn has_exception(&self) -> bool {
        self.exceptions.in_use.get()
            && self.with_registers(|registers, store| registers.pending(&store) != 0)
    }

    /// [`has_exception`](Self::has_exception), for who holds the store.
    pub(crate) fn has_exception_in(&self, store: &StoreContextMut<'_, StoreData>) -> bool {
        let registers = self.exceptions.registers.borrow();
        registers
            .as_ref()
            .is_some_and(|registers| registers.pending(store) != 0)
    }

    /// Forgets what is pending where code has ended otherwise, stopped on its way to a handler.
    pub(crate) fn drop_exception(&self) {
        if self.exceptions.in_use.get() {
            self.with_registers(|registers, store| registers.clear(store));
        }
    }

    /// Takes the pending exception out of the registers, as what a script catches.
    ///
    /// <https://webassembly.github.io/spec/js-api/#call-an-exported-function>
    #[cold]
    pub(crate) fn take_exception(&self, context: &mut Context) -> JsError {
        let object = self.pending_object(context);
        self.with_registers(|registers, store| registers.clear(store));
        match object {
            Ok(object) => JsError::from_opaque(Exception::thrown(self, object)),
            Err(error) => error,
        }
    }

    /// The object of the pending exception.
    fn pending_object(&self, context: &mut Context) -> JsResult<JsObject> {
        let (address, reference) = self.with_registers(|registers, store| {
            (registers.pending(&store), registers.exception(&store))
        });
        if let Nullable::Val(reference) = reference {
            let value = self.host_values.get(&reference);
            if let Some(object) = value.as_object() {
                return Ok(object);
            }
        }
        let tag =
            TagInner::at(self, address).ok_or_else(|| internal("an exception without a tag"))?;
        let payload = self.with_registers(|registers, store| registers.read(&tag.ty, &store));
        Exception::create(self, tag, &payload, context)
    }

    /// Has WebAssembly code that is about to be returned to, of the instance of `cell`, throw what
    /// a script has thrown.
    ///
    /// <https://webassembly.github.io/spec/js-api/#create-a-host-function>
    ///
    /// # Errors
    /// The error itself, if it is none that can be caught.
    #[cold]
    pub(crate) fn raise(
        &self,
        error: JsError,
        cell: &Gc<Cell>,
        context: &mut Context,
    ) -> JsResult<()> {
        if error.as_engine().is_some() {
            return Err(error);
        }
        let thrown = error.into_opaque(context)?;
        let exception = thrown
            .as_object()
            .filter(|object| Exception::tag_of(object).is_some_and(|tag| tag.agent.is(self)));
        match exception {
            Some(object) => {
                let reference = self
                    .store
                    .with(|store| exception::reference_to(self, &object.into(), cell, store));
                self.raise_reference(reference, cell, context)
            }
            None => {
                let tag = js_tag(self);
                let ty = tag.ty.params[0];
                let payload = values::to_webassembly_value(self, &thrown, ty, cell, context)?;
                self.with_registers(|registers, store| {
                    registers.raise(tag.address, &tag.ty, &[payload], Nullable::Null, store);
                });
                Ok(())
            }
        }
    }

    /// Makes the exception pending that a reference refers to.
    fn raise_reference(
        &self,
        reference: Nullable<ExternRef>,
        cell: &Gc<Cell>,
        context: &mut Context,
    ) -> JsResult<()> {
        let Nullable::Val(known) = reference else {
            return Err(internal("null exception reference"));
        };
        let value = self.host_values.get(&known);
        let object = value.as_object();
        let Some((object, tag)) =
            object.and_then(|object| Some((object.clone(), Exception::tag_of(&object)?)))
        else {
            return Err(internal("a reference to an exception that is gone"));
        };
        let payload = Exception::payload_of(self, &object, cell, context)?;
        self.with_registers(|registers, store| {
            registers.raise(tag.address, &tag.ty, &payload, reference, store);
        });
        Ok(())
    }

    /// A reference to the pending exception, for the instance of `cell`.
    fn reference_pending(
        &self,
        cell: &Gc<Cell>,
        context: &mut Context,
    ) -> JsResult<Nullable<ExternRef>> {
        let known = self.with_registers(|registers, store| registers.exception(&store));
        if let Nullable::Val(_) = known {
            return Ok(known);
        }
        let object = self.pending_object(context)?;
        let reference = self
            .store
            .with(|store| exception::reference_to(self, &object.into(), cell, store));
        self.with_registers(|registers, store| registers.set_exception(reference, store));
        Ok(reference)
    }

    /// What an instance imports for its exceptions; `tags` are those that it imports and defines.
    pub(crate) fn exception_import(
        &self,
        import: ExceptionImport,
        cell: &Gc<Cell>,
        tags: &[Gc<TagInner>],
    ) -> Option<Extern> {
        // The store knows the cell by its number.
        let id = cell.id();
        Some(match import {
            ExceptionImport::Reference => {
                let reference = move |caller: Caller<'_, StoreData>| {
                    protect(caller, None, |agent, context| {
                        let cell = agent.cell(id)?;
                        agent.reference_pending(&cell, context)
                    })
                };
                self.store.with(|store| Func::wrap(store, reference)).into()
            }
            ExceptionImport::Throw => {
                let throw = move |caller: Caller<'_, StoreData>, reference: Nullable<ExternRef>| {
                    if let Nullable::Null = reference {
                        return Err(wasmi::Error::new("null exception reference"));
                    }
                    protect(caller, None, |agent, context| {
                        let cell = agent.cell(id)?;
                        agent.raise_reference(reference, &cell, context)
                    })
                };
                self.store.with(|store| Func::wrap(store, throw)).into()
            }
            ExceptionImport::TableWritten => {
                let written = move |caller: Caller<'_, StoreData>| {
                    protect(caller, None, |agent, _| {
                        for table in agent.cell(id)?.function_tables() {
                            if table.linkage.is_unaware() {
                                agent.guard_table(&table);
                            }
                        }
                        Ok(())
                    })
                };
                self.store.with(|store| Func::wrap(store, written)).into()
            }
            ExceptionImport::Tag(index) => {
                let address = tags.get(index as usize)?.address.cast_signed();
                crate::global::allocate(self, Val::I32(address), false).into()
            }
            register => self
                .with_registers(|registers, store| registers.global(register, store))?
                .into(),
        })
    }
}
