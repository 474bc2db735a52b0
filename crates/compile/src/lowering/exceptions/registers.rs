//! The registers of a store.

use std::collections::HashMap;

use wasmi::{AsContext, AsContextMut, ExternRef, Global, Mutability, Nullable, Val};

use super::{ExceptionImport, layout};
use crate::types::{FuncType, ValType};

/// The globals of a store that exceptions pass through.
///
/// There is at most one exception on its way in a store: from when it is thrown until it is caught
/// no other code runs.
#[derive(Debug)]
pub struct Registers {
    pending: Global,
    exception: Global,
    payload: HashMap<(ValType, u32), Global>,
}

impl Registers {
    /// New registers, with nothing pending.
    pub fn new(mut store: impl AsContextMut) -> Self {
        Self {
            pending: Global::new(&mut store, Val::I32(0), Mutability::Var),
            exception: Global::new(&mut store, Val::ExternRef(Nullable::Null), Mutability::Var),
            payload: HashMap::new(),
        }
    }

    /// The global for an import of a lowered module; nothing for what is no register.
    pub fn global(&mut self, import: ExceptionImport, store: impl AsContextMut) -> Option<Global> {
        match import {
            ExceptionImport::Pending => Some(self.pending),
            ExceptionImport::Exception => Some(self.exception),
            ExceptionImport::Payload { ty, index } => self.payload(ty, index, store),
            _ => None,
        }
    }

    fn payload(&mut self, ty: ValType, index: u32, store: impl AsContextMut) -> Option<Global> {
        if let Some(known) = self.payload.get(&(ty, index)) {
            return Some(*known);
        }
        let zero = Val::default_for_ty(ty.to_wasmi()?);
        let global = Global::new(store, zero, Mutability::Var);
        self.payload.insert((ty, index), global);
        Some(global)
    }

    /// The address of the pending exception's tag; 0 if nothing is pending.
    #[inline]
    pub fn pending(&self, store: impl AsContext) -> u32 {
        match self.pending.get(store) {
            Val::I32(tag) => tag.cast_unsigned(),
            _ => 0,
        }
    }

    /// The reference to the pending exception, null if it has none yet.
    pub fn exception(&self, store: impl AsContext) -> Nullable<ExternRef> {
        match self.exception.get(store) {
            Val::ExternRef(exception) => exception,
            _ => Nullable::Null,
        }
    }

    /// Notes that there is a reference to the pending exception now.
    pub fn set_exception(&self, exception: Nullable<ExternRef>, store: impl AsContextMut) {
        set(self.exception, Val::ExternRef(exception), store);
    }

    /// The payload of the pending exception, whose tag is of type `ty`.
    pub fn read(&self, ty: &FuncType, store: impl AsContext) -> Vec<Val> {
        places(ty)
            .map(|place| match self.payload.get(&place) {
                Some(global) => global.get(&store),
                // Somebody who threw such an exception has asked for it.
                None => Val::I32(0),
            })
            .collect()
    }

    /// Makes an exception pending. Its tag is of type `ty`.
    pub fn raise(
        &mut self,
        tag: u32,
        ty: &FuncType,
        payload: &[Val],
        exception: Nullable<ExternRef>,
        mut store: impl AsContextMut,
    ) {
        for ((ty, index), value) in places(ty).zip(payload) {
            if let Some(global) = self.payload(ty, index, &mut store) {
                set(global, value.clone(), &mut store);
            }
        }
        set(self.exception, Val::ExternRef(exception), &mut store);
        set(self.pending, Val::I32(tag.cast_signed()), store);
    }

    /// Makes nothing pending.
    pub fn clear(&self, mut store: impl AsContextMut) {
        set(self.exception, Val::ExternRef(Nullable::Null), &mut store);
        set(self.pending, Val::I32(0), store);
    }
}

/// The registers of a payload, erased.
fn places(ty: &FuncType) -> impl Iterator<Item = (ValType, u32)> + '_ {
    let mut used: HashMap<ValType, u32> = HashMap::new();
    ty.params.iter().map(move |ty| {
        let ty = layout::erased(*ty);
        let next = used.entry(ty).or_default();
        *next += 1;
        (ty, *next - 1)
    })
}

fn set(global: Global, value: Val, store: impl AsContextMut) {
    // All registers are mutable, and `places` gives those of the value's type.
    let done = global.set(store, value);
    debug_assert!(done.is_ok(), "a register of another type");
}
