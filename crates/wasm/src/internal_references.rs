//! References to internal values, which are host values here: what code cannot do with them itself.
//!
//! <https://webassembly.github.io/spec/js-api/#tojsvalue>
//!
//! A number that is a 31-bit integer is just that, wherever it comes from; everything else is a host
//! value. See `taipan_compile` for what code that uses them becomes.

use std::sync::Arc;

use boa_engine::JsValue;
use boa_gc::{Gc, WeakGc};
use taipan_compile::{FuncType, Helper, ModuleInfo, RefType, ValType};
use wasmi::{ExternRef, Func, Nullable, StoreContextMut};

use crate::{agent::Agent, cell::Cell, host_function, limiter::StoreData};

type Reference = Nullable<ExternRef>;

/// The 31-bit integer that a value is, if it is one.
pub(crate) fn integer(value: &JsValue) -> Option<i32> {
    const RANGE: std::ops::Range<i32> = -(1 << 30)..1 << 30;
    let number = value.as_number()?;
    let integer = number as i32;
    (f64::from(integer) == number && RANGE.contains(&integer)).then_some(integer)
}

/// The functions that code of the instance of `cell` calls, in the order of their table.
pub(crate) fn helpers(
    agent: &Agent,
    cell: &Gc<Cell>,
    info: &Arc<ModuleInfo>,
) -> impl Iterator<Item = Func> {
    let ty = FuncType::new(
        Box::new([ValType::I32]),
        Box::new([ValType::Ref(RefType::EXTERNREF)]),
    );
    let id = host_function::register_builtin(agent, &WeakGc::new(cell), &Arc::new(ty));
    Helper::ALL
        .into_iter()
        .map(move |helper| agent.store.with(|store| func(helper, id, info, store)))
}

fn func(
    helper: Helper,
    id: usize,
    info: &Arc<ModuleInfo>,
    store: StoreContextMut<'_, StoreData>,
) -> Func {
    type Caller<'a> = wasmi::Caller<'a, StoreData>;
    match helper {
        Helper::Make => Func::wrap(store, move |caller: Caller<'_>, value: i32| {
            host_function::builtin(caller, |agent, store| {
                let cell = host_function::cell(agent, id)
                    .ok_or_else(|| wasmi::Error::new("an instance that is gone"))?;
                let value = JsValue::from((value << 1) >> 1);
                let reference = agent.insert_value(&value, &cell, store);
                Ok(Reference::Val(reference))
            })
        }),
        Helper::Value => Func::wrap(store, |caller: Caller<'_>, value: Reference| {
            host_function::builtin(caller, |agent, _| match read(agent, value) {
                Some(value) => Ok(value & i32::MAX),
                None => Err(wasmi::Error::new("null i31 reference")),
            })
        }),
        Helper::Test => Func::wrap(store, |caller: Caller<'_>, value: Reference| {
            host_function::builtin(caller, |agent, _| {
                Ok(i32::from(read(agent, value).is_some()))
            })
        }),
        Helper::HasType => {
            let info = Arc::clone(info);
            Func::wrap(
                store,
                move |caller: Caller<'_>, function: Nullable<Func>, ty: i32| {
                    host_function::builtin(caller, |agent, _| {
                        let Nullable::Val(function) = function else {
                            return Ok(0);
                        };
                        let actual = agent.function_type(function);
                        let expected = info.types.get(ty.cast_unsigned() as usize);
                        let matches = (actual.zip(expected))
                            .is_some_and(|(actual, expected)| actual.matches(expected));
                        Ok(i32::from(matches))
                    })
                },
            )
        }
        Helper::Equal => Func::wrap(
            store,
            |caller: Caller<'_>, one: Reference, other: Reference| {
                host_function::builtin(caller, |agent, _| {
                    let is_equal = match (one, other) {
                        (Reference::Null, Reference::Null) => true,
                        // Nothing else than integers can be compared.
                        _ => {
                            let one = read(agent, one);
                            one.is_some() && one == read(agent, other)
                        }
                    };
                    Ok(i32::from(is_equal))
                })
            },
        ),
    }
}

/// The 31-bit integer that a reference refers to, if it refers to one.
fn read(agent: &Agent, reference: Reference) -> Option<i32> {
    let Nullable::Val(reference) = reference else {
        return None;
    };
    (agent.host_values.with_value(&reference, integer)).flatten()
}
