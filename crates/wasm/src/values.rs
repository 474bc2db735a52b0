//! Conversions between JavaScript values and WebAssembly values.
//!
//! <https://webassembly.github.io/spec/js-api/#tojsvalue>,
//! <https://webassembly.github.io/spec/js-api/#towebassemblyvalue>

use boa_engine::{Context, JsBigInt, JsNativeError, JsResult, JsValue};
use boa_gc::Gc;
use taipan_compile::{FuncType, HeapType, RefType, ValType};
use taipan_webidl::convert;
use wasmi::{F32, F64, Nullable, Ref, Val};

use crate::{agent::Agent, cell::Cell, exported_function, internal_references};

/// Coerces a WebAssembly value to a JavaScript value.
///
/// # Errors
/// A `TypeError` for a `v128`, and an error of the engine itself.
pub(crate) fn to_js_value(agent: &Agent, value: &Val, context: &mut Context) -> JsResult<JsValue> {
    Ok(match value {
        Val::I32(value) => JsValue::from(*value),
        Val::I64(value) => JsValue::from(JsBigInt::from(*value)),
        Val::F32(value) => JsValue::from(f64::from(f32::from(*value))),
        Val::F64(value) => JsValue::from(f64::from(*value)),
        Val::V128(_) => return Err(impassable_error()),
        Val::FuncRef(Nullable::Null) | Val::ExternRef(Nullable::Null) => JsValue::null(),
        Val::FuncRef(Nullable::Val(func)) => {
            exported_function::object(agent, *func, None, context)?.into()
        }
        Val::ExternRef(Nullable::Val(reference)) => agent.host_values.get(reference),
    })
}

/// Coerces a JavaScript value to a WebAssembly value of type `ty`, to be handed to `cell`.
///
/// # Errors
/// Whatever the coercion of the JavaScript value throws, and a `TypeError` if the value is not of
/// the (reference) type or the type has no JavaScript values at all.
pub(crate) fn to_webassembly_value(
    agent: &Agent,
    value: &JsValue,
    ty: ValType,
    cell: &Gc<Cell>,
    context: &mut Context,
) -> JsResult<Val> {
    Ok(match ty {
        ValType::Ref(ty) => match to_reference(agent, value, ty, cell, context)? {
            Ref::Func(func) => Val::FuncRef(func),
            Ref::Extern(reference) => Val::ExternRef(reference),
        },
        plain => to_plain_value(value, plain, context)?,
    })
}

/// [`to_webassembly_value`] for the types that are not of references.
///
/// # Errors
/// Whatever the coercion of the JavaScript value throws, and a `TypeError` if the type has no
/// JavaScript values.
pub(crate) fn to_plain_value(value: &JsValue, ty: ValType, context: &mut Context) -> JsResult<Val> {
    Ok(match ty {
        ValType::I32 => match value.as_i32() {
            Some(value) => Val::I32(value),
            None => Val::I32(value.to_i32(context)?),
        },
        ValType::I64 => Val::I64(value.to_big_int64(context)?),
        ValType::F32 => Val::F32(F32::from(value.to_number(context)? as f32)),
        ValType::F64 => Val::F64(F64::from(value.to_number(context)?)),
        ValType::V128 => return Err(impassable_error()),
        ValType::Ref(ty) => {
            return Err(JsNativeError::typ()
                .with_message(format!("a value of type {ty} is a reference"))
                .into());
        }
    })
}

/// [`to_webassembly_value`] for reference types.
///
/// # Errors
/// A `TypeError` if the value is not of the type.
pub(crate) fn to_reference(
    agent: &Agent,
    value: &JsValue,
    ty: RefType,
    cell: &Gc<Cell>,
    context: &mut Context,
) -> JsResult<Ref> {
    let mismatch = |what: &str| {
        JsNativeError::typ().with_message(format!("a value of type {ty} must be {what}"))
    };
    match ty.heap {
        HeapType::Extern => {
            if value.is_null() {
                if !ty.nullable {
                    return Err(mismatch("a value other than null").into());
                }
                return Ok(Ref::Extern(Nullable::Null));
            }
            let reference = agent
                .store
                .with(|store| agent.insert_value(value, cell, store));
            Ok(Ref::Extern(Nullable::Val(reference)))
        }
        HeapType::NoExtern if value.is_null() && ty.nullable => Ok(Ref::Extern(Nullable::Null)),
        HeapType::Func | HeapType::NoFunc | HeapType::Concrete(_) => {
            if value.is_null() && ty.nullable {
                return Ok(Ref::Func(Nullable::Null));
            }
            match agent.exported_function(value, context)? {
                Some(function) if is_of(&function.ty, ty.heap) => {
                    function.link_holder(cell);
                    let func = agent.guarded(function.func, &function.cell.linkage, &cell.linkage);
                    Ok(Ref::Func(Nullable::Val(func)))
                }
                Some(function) => Err(mismatch(&format!(
                    "a function of that type; this one has type {}",
                    function.ty
                ))
                .into()),
                None if ty.nullable => {
                    Err(mismatch("null or a function exported by WebAssembly").into())
                }
                None => Err(mismatch("a function exported by WebAssembly").into()),
            }
        }
        heap if heap.is_internal() => {
            if value.is_null() && ty.nullable {
                return Ok(Ref::Extern(Nullable::Null));
            }
            let value = match (heap, internal_references::integer(value)) {
                (HeapType::Any | HeapType::Eq | HeapType::I31, Some(integer)) => integer.into(),
                (HeapType::Any, None) if !value.is_null() => value.clone(),
                (HeapType::Eq | HeapType::I31, None) => {
                    return Err(mismatch("a 31-bit integer").into());
                }
                _ => return Err(mismatch("another internal value").into()),
            };
            let reference = (agent.store).with(|store| agent.insert_value(&value, cell, store));
            Ok(Ref::Extern(Nullable::Val(reference)))
        }
        _ => Err(JsNativeError::typ()
            .with_message(format!("a value of type {ty} cannot come from JavaScript"))
            .into()),
    }
}

/// Whether a function of type `ty` is one that references of a heap type refer to.
fn is_of(ty: &FuncType, heap: HeapType) -> bool {
    match heap {
        HeapType::Concrete(defined) => ty.is(defined.id()),
        heap => heap == HeapType::Func,
    }
}

/// The default value of a reference type: `undefined` for `externref`, otherwise null.
///
/// <https://webassembly.github.io/spec/js-api/#defaultvalue>
///
/// # Errors
/// A `TypeError` if the type has none.
pub(crate) fn default_reference(
    agent: &Agent,
    ty: RefType,
    cell: &Gc<Cell>,
    context: &mut Context,
) -> JsResult<Ref> {
    if ty == RefType::EXTERNREF {
        return to_reference(agent, &JsValue::undefined(), ty, cell, context);
    }
    // References to exceptions cannot come from JavaScript, but null need not.
    if ty.is_exception() && ty.nullable {
        return Ok(Ref::Extern(Nullable::Null));
    }
    to_reference(agent, &JsValue::null(), ty, cell, context)
}

/// Whether a value of the function's type cannot pass between WebAssembly and JavaScript.
pub(crate) fn is_impassable(ty: &FuncType) -> bool {
    ty.params
        .iter()
        .chain(ty.results.iter())
        .any(|ty| *ty == ValType::V128 || ty.is_exception())
}

/// Whether the function's type lets references pass.
pub(crate) fn has_references(ty: &FuncType) -> bool {
    ty.params
        .iter()
        .chain(ty.results.iter())
        .any(|ty| ty.is_ref())
}

/// The error of every attempt to pass a `v128` or an `exnref`.
pub(crate) fn impassable_error() -> boa_engine::JsError {
    JsNativeError::typ()
        .with_message(
            "a value of type v128 or exnref cannot pass between WebAssembly and JavaScript",
        )
        .into()
}

/// How a memory or table is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddressType {
    I32,
    I64,
}

impl AddressType {
    pub(crate) fn from_is_64(is_64: bool) -> Self {
        if is_64 { Self::I64 } else { Self::I32 }
    }

    /// The dictionary member `address`, `i32` if it is missing.
    pub(crate) fn from_member(value: Option<JsValue>, context: &mut Context) -> JsResult<Self> {
        match value {
            None => Ok(Self::I32),
            Some(value) => Ok(
                match convert::enumeration(&value, &["i32", "i64"], "address", context)? {
                    "i64" => Self::I64,
                    _ => Self::I32,
                },
            ),
        }
    }
}

/// <https://webassembly.github.io/spec/js-api/#addressvaluetou64>
///
/// # Errors
/// Whatever the coercion throws, and a `TypeError` for what is not in range.
pub(crate) fn address_value_to_u64(
    value: &JsValue,
    ty: AddressType,
    what: &str,
    context: &mut Context,
) -> JsResult<u64> {
    match ty {
        AddressType::I32 => {
            convert::enforce_range_unsigned_long(value, what, context).map(u64::from)
        }
        AddressType::I64 => {
            let n = value.to_bigint(context)?;
            let truncated = value_to_u64(&n, context)?;
            if JsBigInt::from(truncated) != n {
                return Err(JsNativeError::typ()
                    .with_message(format!(
                        "{what} must be a BigInt between 0 and 18446744073709551615"
                    ))
                    .into());
            }
            Ok(truncated)
        }
    }
}

fn value_to_u64(n: &JsBigInt, context: &mut Context) -> JsResult<u64> {
    JsValue::from(n.clone()).to_big_uint64(context)
}

/// <https://webassembly.github.io/spec/js-api/#u64toaddressvalue>
pub(crate) fn u64_to_address_value(value: u64, ty: AddressType) -> JsValue {
    match ty {
        AddressType::I32 => JsValue::from(value as f64),
        AddressType::I64 => JsValue::from(JsBigInt::from(value)),
    }
}
