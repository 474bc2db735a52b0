//! The builtins of the set `js-string`: functions on strings that WebAssembly code calls without
//! any JavaScript in between.
//!
//! <https://webassembly.github.io/spec/js-api/#builtins-js-string>
//!
//! Offsets and lengths are unsigned, and counted in code units.

use std::{cell::RefCell, sync::Arc};

use boa_engine::{JsNativeError, JsResult, JsString, js_string};
use boa_gc::WeakGc;
use taipan_compile::{FuncType, JsStringBuiltin};
use wasmi::{AsContextMut, Caller, ExternRef, Func, Nullable, StoreContextMut};

use crate::{agent::Agent, cell::Cell, errors::Pending, host_function, limiter::StoreData};

/// A string, or whatever else is handed in its place.
type Reference = Nullable<ExternRef>;

/// The most code units that a string may have. The engine has no limit of its own, and ends the
/// process when a string does not fit into memory.
const MAX_LENGTH: usize = (1 << 30) - 1;

/// Parts of strings that are no longer than this are copied. Longer ones refer to the whole.
const MAX_COPIED: usize = 32;

/// Creates the builtin as the function `index` of the instance of `cell`, which imports it by the
/// type `ty`.
///
/// # Errors
/// An `Error` for builtins on arrays, which a module that can be compiled cannot import.
pub(crate) fn create(
    agent: &Agent,
    cell: &WeakGc<Cell>,
    builtin: JsStringBuiltin,
    ty: &Arc<FuncType>,
    index: u32,
) -> JsResult<Func> {
    let id = host_function::register_builtin(agent, cell, ty);
    let func = agent.store.with(|store| func(builtin, id, store));
    let func = func.ok_or_else(|| {
        JsNativeError::error().with_message("a builtin on arrays in a module without arrays")
    })?;
    agent.own_host_function(func, cell.clone(), ty, index);
    Ok(func)
}

fn func(
    builtin: JsStringBuiltin,
    id: usize,
    store: StoreContextMut<'_, StoreData>,
) -> Option<Func> {
    type Caller<'a> = wasmi::Caller<'a, StoreData>;
    Some(match builtin {
        JsStringBuiltin::Cast => Func::wrap(store, |caller: Caller<'_>, value: Reference| {
            run(caller, |strings| {
                strings.get(value, "cast")?;
                Ok(value)
            })
        }),
        JsStringBuiltin::Test => Func::wrap(store, |caller: Caller<'_>, value: Reference| {
            run(caller, |strings| {
                Ok(i32::from(strings.find(value).is_some()))
            })
        }),
        JsStringBuiltin::FromCharCodeArray | JsStringBuiltin::IntoCharCodeArray => return None,
        JsStringBuiltin::FromCharCode => {
            Func::wrap(store, move |caller: Caller<'_>, code: u32| {
                // The lower 16 bits count.
                run(caller, |strings| strings.unit(id, code as u16))
            })
        }
        JsStringBuiltin::FromCodePoint => {
            Func::wrap(store, move |caller: Caller<'_>, code: u32| {
                run(caller, |strings| strings.code_point(id, code))
            })
        }
        JsStringBuiltin::CharCodeAt => Func::wrap(
            store,
            |caller: Caller<'_>, string: Reference, index: u32| {
                run(caller, |strings| {
                    let string = strings.get(string, "charCodeAt")?;
                    match string.code_unit_at(index as usize) {
                        Some(unit) => Ok(u32::from(unit)),
                        None => Err(out_of_bounds("charCodeAt", index, &string)),
                    }
                })
            },
        ),
        JsStringBuiltin::CodePointAt => Func::wrap(
            store,
            |caller: Caller<'_>, string: Reference, index: u32| {
                run(caller, |strings| {
                    let string = strings.get(string, "codePointAt")?;
                    if index as usize >= string.len() {
                        return Err(out_of_bounds("codePointAt", index, &string));
                    }
                    Ok(string.code_point_at(index as usize).as_u32())
                })
            },
        ),
        JsStringBuiltin::Length => Func::wrap(store, |caller: Caller<'_>, string: Reference| {
            run(caller, |strings| {
                Ok(strings.get(string, "length")?.len() as u32)
            })
        }),
        JsStringBuiltin::Concat => Func::wrap(
            store,
            move |caller: Caller<'_>, first: Reference, second: Reference| {
                run(caller, |strings| strings.concat(id, first, second))
            },
        ),
        JsStringBuiltin::Substring => Func::wrap(
            store,
            move |caller: Caller<'_>, string: Reference, start: u32, end: u32| {
                run(caller, |strings| strings.substring(id, string, start, end))
            },
        ),
        JsStringBuiltin::Equals => Func::wrap(
            store,
            |caller: Caller<'_>, first: Reference, second: Reference| {
                run(caller, |strings| {
                    let first = strings.get_nullable(first, "equals")?;
                    let second = strings.get_nullable(second, "equals")?;
                    Ok(i32::from(first == second))
                })
            },
        ),
        JsStringBuiltin::Compare => Func::wrap(
            store,
            |caller: Caller<'_>, first: Reference, second: Reference| {
                run(caller, |strings| {
                    let first = strings.get(first, "compare")?;
                    let second = strings.get(second, "compare")?;
                    Ok(first.cmp(&second) as i32)
                })
            },
        ),
    })
}

/// Runs a builtin.
#[inline]
fn run<R>(
    caller: Caller<'_, StoreData>,
    builtin: impl FnOnce(&mut Strings<'_>) -> Result<R, wasmi::Error>,
) -> Result<R, wasmi::Error> {
    host_function::builtin(caller, |agent, store| {
        builtin(&mut Strings { agent, store })
    })
}

#[cold]
fn not_a_string(builtin: &str) -> wasmi::Error {
    wasmi::Error::new(format!("js-string {builtin}: the value is not a string"))
}

#[cold]
fn out_of_bounds(builtin: &str, index: u32, string: &JsString) -> wasmi::Error {
    wasmi::Error::new(format!(
        "js-string {builtin}: index {index} is out of bounds of a string of length {}",
        string.len()
    ))
}

/// What a builtin works with.
struct Strings<'a> {
    agent: &'a Agent,
    store: StoreContextMut<'a, StoreData>,
}

impl Strings<'_> {
    /// The string that a reference refers to, if it refers to one.
    #[inline]
    fn find(&self, reference: Reference) -> Option<JsString> {
        let Nullable::Val(reference) = reference else {
            return None;
        };
        self.agent
            .host_values
            .with_value(&reference, boa_engine::JsValue::as_string)
            .flatten()
    }

    /// `UnwrapString`.
    #[inline]
    fn get(&self, reference: Reference, builtin: &str) -> Result<JsString, wasmi::Error> {
        self.find(reference).ok_or_else(|| not_a_string(builtin))
    }

    fn get_nullable(
        &self,
        reference: Reference,
        builtin: &str,
    ) -> Result<Option<JsString>, wasmi::Error> {
        match reference {
            Nullable::Null => Ok(None),
            Nullable::Val(_) => self.get(reference, builtin).map(Some),
        }
    }

    /// A reference to a string that the builtin with number `id` returns.
    fn reference(&mut self, id: usize, string: JsString) -> Result<Reference, wasmi::Error> {
        let agent = self.agent;
        if string.is_empty() {
            return Ok(agent.common_strings.get(EMPTY, agent, &mut self.store));
        }
        let Some(cell) = host_function::cell(agent, id) else {
            return Err(wasmi::Error::new("a builtin of an instance that is gone"));
        };
        let reference = agent.insert_value(&string.into(), &cell, self.store.as_context_mut());
        Ok(Nullable::Val(reference))
    }

    fn unit(&mut self, id: usize, unit: u16) -> Result<Reference, wasmi::Error> {
        let agent = self.agent;
        if usize::from(unit) < EMPTY {
            let index = usize::from(unit);
            return Ok(agent.common_strings.get(index, agent, &mut self.store));
        }
        self.reference(id, JsString::from(&[unit][..]))
    }

    fn code_point(&mut self, id: usize, code: u32) -> Result<Reference, wasmi::Error> {
        if let Ok(unit) = u16::try_from(code) {
            return self.unit(id, unit);
        }
        let Some(character) = char::from_u32(code) else {
            return Err(wasmi::Error::new(format!(
                "js-string fromCodePoint: {code:#x} is not a code point"
            )));
        };
        let mut units = [0; 2];
        let string = JsString::from(&*character.encode_utf16(&mut units));
        self.reference(id, string)
    }

    fn concat(
        &mut self,
        id: usize,
        first: Reference,
        second: Reference,
    ) -> Result<Reference, wasmi::Error> {
        let left = self.get(first, "concat")?;
        let right = self.get(second, "concat")?;
        if left.is_empty() {
            return Ok(second);
        }
        if right.is_empty() {
            return Ok(first);
        }
        if left.len() + right.len() > MAX_LENGTH {
            let error = JsNativeError::range().with_message("Invalid string length");
            *self.agent.pending.borrow_mut() = Some(error.into());
            return Err(wasmi::Error::host(Pending));
        }
        let string = JsString::concat(left.as_str(), right.as_str());
        self.reference(id, string)
    }

    fn substring(
        &mut self,
        id: usize,
        reference: Reference,
        start: u32,
        end: u32,
    ) -> Result<Reference, wasmi::Error> {
        let string = self.get(reference, "substring")?;
        let end = (end as usize).min(string.len());
        let start = (start as usize).min(end);
        if start == 0 && end == string.len() {
            return Ok(reference);
        }
        let part = match string.as_str().get(start..end) {
            Some(part) if part.len() == 1 => {
                let unit = part.iter().next().unwrap_or_default();
                return self.unit(id, unit);
            }
            Some(part) if part.len() <= MAX_COPIED => JsString::from(part),
            _ => string.slice(start, end),
        };
        self.reference(id, part)
    }
}

/// Where [`CommonStrings`] has the empty string, behind those of one Latin-1 character.
const EMPTY: usize = 256;

/// Strings that there is one reference to: those of one Latin-1 character, and the empty one.
///
/// Code cannot tell references to equal strings from each other.
#[derive(Default)]
pub(crate) struct CommonStrings {
    /// Empty until the first is asked for.
    known: RefCell<Vec<Option<ExternRef>>>,
}

impl CommonStrings {
    /// Forgets the references, which were those of a former store.
    pub(crate) fn forget(&self) {
        self.known.borrow_mut().clear();
    }

    fn get(
        &self,
        index: usize,
        agent: &Agent,
        store: &mut StoreContextMut<'_, StoreData>,
    ) -> Reference {
        if let Some(Some(reference)) = self.known.borrow().get(index) {
            return Nullable::Val(*reference);
        }
        let string = match u8::try_from(index) {
            Ok(character) => JsString::from(boa_engine::JsStr::latin1(&[character])),
            Err(_) => js_string!(),
        };
        let reference = agent
            .host_values
            .insert_pinned(string.into(), store.as_context_mut());
        let mut known = self.known.borrow_mut();
        if known.is_empty() {
            known.resize_with(EMPTY + 1, || None);
        }
        known[index] = Some(reference);
        Nullable::Val(reference)
    }
}
