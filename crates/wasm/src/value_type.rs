//! The names of value types.
//!
//! <https://webassembly.github.io/spec/js-api/#tovaluetype>

use boa_engine::{Context, JsNativeError, JsResult, JsValue};
use taipan_compile::{HeapType, RefType, ValType};
use taipan_webidl::convert;

use crate::agent::Agent;

const fn nullable(heap: HeapType) -> ValType {
    ValType::Ref(RefType {
        nullable: true,
        heap,
    })
}

/// The types that have names; of two names for one type the first is what the type is called.
const NAMES: [(&str, ValType); 18] = [
    ("i32", ValType::I32),
    ("i64", ValType::I64),
    ("f32", ValType::F32),
    ("f64", ValType::F64),
    ("v128", ValType::V128),
    ("externref", nullable(HeapType::Extern)),
    ("funcref", nullable(HeapType::Func)),
    ("anyfunc", nullable(HeapType::Func)),
    ("exnref", nullable(HeapType::Exn)),
    ("nullexternref", nullable(HeapType::NoExtern)),
    ("nullfuncref", nullable(HeapType::NoFunc)),
    ("nullexnref", nullable(HeapType::NoExn)),
    ("anyref", nullable(HeapType::Any)),
    ("eqref", nullable(HeapType::Eq)),
    ("i31ref", nullable(HeapType::I31)),
    ("structref", nullable(HeapType::Struct)),
    ("arrayref", nullable(HeapType::Array)),
    ("nullref", nullable(HeapType::None)),
];

/// The names of the enumeration `ValueType`. With type reflection there are more: those of all
/// types that the engine has.
const STANDARD: [&str; 7] = ["i32", "i64", "f32", "f64", "v128", "externref", "anyfunc"];

/// What a type is called: by its name, or else as in the text format.
pub(crate) fn name(ty: ValType) -> String {
    NAMES
        .iter()
        .find(|(_, named)| *named == ty)
        .map_or_else(|| ty.to_string(), |(name, _)| (*name).to_owned())
}

/// The type that a JavaScript value names, of those that `is_wanted`.
fn named(
    value: &JsValue,
    what: &str,
    agent: &Agent,
    is_wanted: fn(ValType) -> bool,
    context: &mut Context,
) -> JsResult<ValType> {
    let known = NAMES.iter().filter(|(name, ty)| {
        let is_known = agent.type_reflection || STANDARD.contains(name);
        is_known && is_wanted(*ty) && ty.to_wasmi().is_some()
    });
    let names: Vec<&str> = known.clone().map(|(name, _)| *name).collect();
    let name = convert::enumeration(value, &names, what, context)?;
    let ty = known.clone().find(|(known, _)| *known == name);
    let ty = ty.map(|(_, ty)| *ty);
    // It is one of them.
    ty.ok_or_else(|| JsNativeError::typ().with_message(what.to_owned()).into())
}

/// The type that a JavaScript value names.
///
/// # Errors
/// Whatever `ToString` throws, and a `TypeError` for a string that is no name; `what` is what has it.
pub(crate) fn value_type(
    value: &JsValue,
    what: &str,
    agent: &Agent,
    context: &mut Context,
) -> JsResult<ValType> {
    named(value, what, agent, |_| true, context)
}

/// [`value_type`] for the elements of tables.
///
/// # Errors
/// Whatever `ToString` throws, and a `TypeError` for a string that is no name of a reference type.
pub(crate) fn reference_type(
    value: &JsValue,
    what: &str,
    agent: &Agent,
    context: &mut Context,
) -> JsResult<RefType> {
    match named(value, what, agent, ValType::is_ref, context)? {
        ValType::Ref(ty) => Ok(ty),
        other => Err(JsNativeError::typ()
            .with_message(format!("{what}: {other} is not a reference type"))
            .into()),
    }
}
