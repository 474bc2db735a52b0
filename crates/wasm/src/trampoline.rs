//! Functions between code that looks for exceptions and code that does not.
//!
//! Where exceptions are on their way, functions return with one pending (see `exceptions`). What
//! was instantiated without any notice of that must not call such functions directly, nor can what
//! it passes on as an error of the engine be caught by who called it. In both cases there is a
//! *trampoline* in between: a host function that makes one of the other, whoever calls it.
//!
//! Modules that are instantiated later need none: if they get hold of such functions when they are
//! linked they are lowered to look for exceptions, too.

use std::{
    cell::{Cell as StdCell, RefCell},
    collections::HashMap,
};

use smallvec::SmallVec;
use taipan_compile::{ExternType, FuncType, ModuleInfo, RefType, ValType};
use wasmi::{AsContextMut, Caller, Func, Nullable, Ref, StoreContextMut, Val};

use crate::{
    agent::Agent, errors::Pending, exceptions::is_aware, handle_key::HandleKey, limiter::StoreData,
    table::TableInner,
};

/// The trampolines of an agent.
#[derive(Default)]
pub(crate) struct Trampolines {
    /// By what they call.
    by_target: RefCell<HashMap<u64, Func>>,
    /// What they call.
    targets: RefCell<HashMap<u64, Func>>,
}

impl Trampolines {
    /// Forgets the trampolines, which were those of a former store.
    pub(crate) fn forget(&self) {
        self.by_target.borrow_mut().clear();
        self.targets.borrow_mut().clear();
    }
}

/// How an instance, table or global takes part in exceptions.
///
/// A table or global is of the kinds of all instances that use it.
#[derive(Debug, Default)]
pub(crate) struct Linkage {
    /// Functions of it may return with an exception pending.
    aware: StdCell<bool>,
    /// Code that does not look for exceptions may call functions that it has.
    unaware: StdCell<bool>,
    /// Functions of it that do not look for exceptions may pass one on.
    passes_on: StdCell<bool>,
}

impl Linkage {
    /// Notes an instance, or user, that exceptions pass through.
    pub(crate) fn set_aware(&self) {
        self.aware.set(true);
    }

    pub(crate) fn is_aware(&self) -> bool {
        self.aware.get()
    }

    /// Whether users of it do not look for exceptions.
    pub(crate) fn is_unaware(&self) -> bool {
        self.unaware.get()
    }

    /// Whether its functions can be called by anybody.
    fn is_neutral(&self) -> bool {
        !self.aware.get() && !self.passes_on.get()
    }

    /// The linkage of a table or global that an instance defines.
    pub(crate) fn of_definition(&self) -> Self {
        Self {
            aware: self.aware.clone(),
            unaware: self.unaware.clone(),
            passes_on: StdCell::new(false),
        }
    }

    /// Notes an instance, or user, of a module that does not look for exceptions.
    pub(crate) fn set_unaware(&self, info: &ModuleInfo) {
        self.unaware.set(true);
        self.passes_on
            .set(self.passes_on.get() || calls_others(info));
    }
}

/// Whether references of this type are to functions.
pub(crate) fn is_function(ty: RefType) -> bool {
    ty.to_wasmi() == Some(wasmi::RefType::Func)
}

/// Whether code of a module may call what it does not define itself.
fn calls_others(info: &ModuleInfo) -> bool {
    let brings_functions = |ty: &ExternType| match ty {
        ExternType::Table(ty) => is_function(ty.element),
        ExternType::Global(ty) => matches!(ty.content, ValType::Ref(ty) if is_function(ty)),
        _ => false,
    };
    let takes_functions = |ty: &FuncType| {
        let mut params = ty.params.iter();
        params.any(|ty| matches!(ty, ValType::Ref(ty) if is_function(*ty)))
    };
    info.imported_functions > 0
        || info
            .imports
            .iter()
            .any(|import| brings_functions(&import.ty))
        || info
            .exports
            .iter()
            .any(|export| brings_functions(&export.ty))
        || info.types.iter().any(|ty| takes_functions(ty))
}

impl Agent {
    /// What `func` is if it is a trampoline: the function that it calls.
    pub(crate) fn trampoline_target(&self, func: Func) -> Func {
        let targets = self.trampolines.targets.borrow();
        targets.get(&func.bits()).copied().unwrap_or(func)
    }

    /// The function to hand to the holder of `to` in the place of `func`, which belongs to the
    /// instance of `from`.
    pub(crate) fn guarded(&self, func: Func, from: &Linkage, to: &Linkage) -> Func {
        if from.is_neutral() {
            return func;
        }
        if from.is_aware() && !to.is_unaware() {
            to.set_aware();
        }
        let guarded = self
            .store
            .with(|store| self.guarded_function(func, to, store));
        guarded.unwrap_or(func)
    }

    /// [`guarded`](Self::guarded) for the value of a table or global.
    pub(crate) fn guarded_reference(&self, reference: Ref, to: &Linkage) -> Ref {
        match reference {
            Ref::Func(Nullable::Val(func)) => match self.module_function(func) {
                Some(cell) => Ref::Func(Nullable::Val(self.guarded(func, &cell.linkage, to))),
                None => reference,
            },
            other => other,
        }
    }

    fn trampoline(&self, target: Func, mut store: StoreContextMut<'_, StoreData>) -> Func {
        if self
            .trampolines
            .targets
            .borrow()
            .contains_key(&target.bits())
        {
            return target;
        }
        let known = self
            .trampolines
            .by_target
            .borrow()
            .get(&target.bits())
            .copied();
        known.unwrap_or_else(|| {
            let ty = target.ty(&store);
            let func = Func::new(&mut store, ty, move |caller, params, results| {
                pass(target, caller, params, results)
            });
            self.trampolines
                .by_target
                .borrow_mut()
                .insert(target.bits(), func);
            self.trampolines
                .targets
                .borrow_mut()
                .insert(func.bits(), target);
            func
        })
    }

    /// Puts trampolines in the place of functions that users of a table must not call directly.
    pub(crate) fn guard_table(&self, table: &TableInner) {
        let linkage = &table.linkage;
        if !is_function(table.ty.element) {
            return;
        }
        self.store.with(|mut store| {
            for index in 0..table.table.size(&store) {
                let Some(Ref::Func(Nullable::Val(func))) = table.table.get(&store, index) else {
                    continue;
                };
                let guarded = self.guarded_function(func, linkage, store.as_context_mut());
                if let Some(guarded) = guarded {
                    let reference = Ref::Func(Nullable::Val(guarded));
                    // The index is in bounds, and the type is the same.
                    let _ = table.table.set(&mut store, index, reference);
                }
            }
        });
    }

    /// The trampoline for a function that the holder of `to` must not call directly.
    fn guarded_function(
        &self,
        func: Func,
        to: &Linkage,
        store: StoreContextMut<'_, StoreData>,
    ) -> Option<Func> {
        let origin = self.module_function(func)?;
        let from = &origin.linkage;
        let hides_exceptions = from.is_aware() && to.unaware.get();
        let hides_errors = !from.is_aware() && from.passes_on.get() && to.is_aware();
        (hides_exceptions || hides_errors).then(|| self.trampoline(func, store))
    }

    /// Puts trampolines in the place of functions among values that pass to `to`.
    fn guard_values(
        &self,
        values: &mut [Val],
        to: &Linkage,
        mut store: StoreContextMut<'_, StoreData>,
    ) {
        for value in values {
            if let Val::FuncRef(Nullable::Val(func)) = value
                && let Some(guarded) = self.guarded_function(*func, to, store.as_context_mut())
            {
                *value = Val::FuncRef(Nullable::Val(guarded));
            }
        }
    }
}

/// Calls a function for somebody who may or may not look for exceptions.
fn pass(
    target: Func,
    mut caller: Caller<'_, StoreData>,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), wasmi::Error> {
    let Some(agent) = caller.data().agent.upgrade() else {
        return Err(wasmi::Error::new("the JavaScript context is gone"));
    };
    let caller_is_aware = is_aware(&caller);
    let Some(cell) = agent.module_function(target) else {
        return Err(wasmi::Error::new("a function of an instance that is gone"));
    };
    let mut params: SmallVec<[Val; 6]> = params.into();
    agent.guard_values(&mut params, &cell.linkage, caller.as_context_mut());
    let outcome = agent.nest(|| agent.call_in(caller.as_context_mut(), target, &params, results));
    match outcome {
        Ok(()) => {
            let linkage = Linkage::default();
            linkage.aware.set(caller_is_aware);
            linkage.unaware.set(!caller_is_aware);
            agent.guard_values(results, &linkage, caller.as_context_mut());
            if caller_is_aware {
                return Ok(());
            }
            let taken = agent.store.lend(&mut caller, || {
                if !agent.has_exception() {
                    return None;
                }
                agent.context.with(|context| agent.take_exception(context))
            });
            match taken {
                None => Ok(()),
                Some(error) => {
                    *agent.pending.borrow_mut() = Some(error);
                    Err(wasmi::Error::host(Pending))
                }
            }
        }
        Err(error) if caller_is_aware && error.downcast_ref::<Pending>().is_some() => {
            let pending = agent.pending.borrow_mut().take();
            let Some(pending) = pending else {
                // A panic.
                return Err(error);
            };
            let raised = agent.store.lend(&mut caller, || {
                agent
                    .context
                    .with(|context| agent.raise(pending, &cell, context))
            });
            if let Some(Err(pending)) = raised {
                *agent.pending.borrow_mut() = Some(pending);
                return Err(error);
            }
            Ok(())
        }
        Err(error) => Err(error),
    }
}
