//! Values of scripts as JavaScript.

use wast::core::{
    AbstractHeapType, HeapType, NanPattern, V128Const, V128Pattern, WastArgCore, WastRetCore,
};

/// Whether JavaScript can hand over just this value.
pub(super) fn is_exact_argument(argument: &WastArgCore<'_>) -> bool {
    match argument {
        WastArgCore::F32(value) => !f32::from_bits(value.bits).is_nan(),
        WastArgCore::F64(value) => !f64::from_bits(value.bits).is_nan(),
        WastArgCore::V128(_) => false,
        _ => true,
    }
}

/// Whether JavaScript can tell if this is the value.
pub(super) fn is_exact_result(result: &WastRetCore<'_>) -> bool {
    match result {
        WastRetCore::F32(NanPattern::Value(value)) => !f32::from_bits(value.bits).is_nan(),
        WastRetCore::F64(NanPattern::Value(value)) => !f64::from_bits(value.bits).is_nan(),
        WastRetCore::F32(_) | WastRetCore::F64(_) | WastRetCore::V128(_) => false,
        WastRetCore::Either(results) => results.iter().all(is_exact_result),
        _ => true,
    }
}

/// An argument as an expression.
pub(super) fn argument(argument: &WastArgCore<'_>) -> String {
    match argument {
        WastArgCore::I32(value) => value.to_string(),
        WastArgCore::I64(value) => format!("{value}n"),
        WastArgCore::F32(value) => float32(value.bits),
        WastArgCore::F64(value) => float64(value.bits),
        // JavaScript has no such values, and refuses.
        WastArgCore::V128(_) => "undefined".to_owned(),
        WastArgCore::RefNull(_) => "null".to_owned(),
        WastArgCore::RefExtern(number) | WastArgCore::RefHost(number) => {
            format!("wast.host({number})")
        }
    }
}

/// An expected result as an expression: a value, or a function that tells whether one fits.
pub(super) fn result(expected: &WastRetCore<'_>) -> String {
    match expected {
        WastRetCore::I32(value) => value.to_string(),
        WastRetCore::I64(value) => format!("{value}n"),
        WastRetCore::F32(NanPattern::Value(value)) => float32(value.bits),
        WastRetCore::F64(NanPattern::Value(value)) => float64(value.bits),
        WastRetCore::F32(_) | WastRetCore::F64(_) | WastRetCore::V128(_) => "wast.never".to_owned(),
        WastRetCore::RefNull(_) => "null".to_owned(),
        WastRetCore::RefExtern(Some(number)) | WastRetCore::RefHost(number) => {
            format!("wast.host({number})")
        }
        WastRetCore::RefExtern(None) | WastRetCore::RefAny => "wast.some".to_owned(),
        WastRetCore::RefFunc(_) => "wast.isFunction".to_owned(),
        WastRetCore::RefEq => "wast.isEq".to_owned(),
        WastRetCore::RefArray | WastRetCore::RefStruct => "wast.isObject".to_owned(),
        WastRetCore::RefI31 | WastRetCore::RefI31Shared => "wast.isNumber".to_owned(),
        WastRetCore::Either(results) => {
            let results: Vec<_> = results.iter().map(result).collect();
            format!("wast.either({})", results.join(", "))
        }
    }
}

fn float32(bits: u32) -> String {
    let value = f32::from_bits(bits);
    match value.is_finite() && value != 0.0 {
        true => format!("Math.fround({value:?})"),
        false => float64(f64::from(value).to_bits()),
    }
}

fn float64(bits: u64) -> String {
    let value = f64::from_bits(bits);
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        let sign = if value < 0.0 { "-" } else { "" };
        format!("{sign}Infinity")
    } else {
        format!("{value:?}")
    }
}

/// The text of an argument's type.
pub(super) fn argument_type(argument: &WastArgCore<'_>) -> &'static str {
    match argument {
        WastArgCore::I32(_) => "i32",
        WastArgCore::I64(_) => "i64",
        WastArgCore::F32(_) => "f32",
        WastArgCore::F64(_) => "f64",
        WastArgCore::V128(_) => "v128",
        WastArgCore::RefNull(ty) => reference(ty),
        WastArgCore::RefExtern(_) | WastArgCore::RefHost(_) => "externref",
    }
}

/// The text of a result's type.
pub(super) fn result_type(result: &WastRetCore<'_>) -> &'static str {
    match result {
        WastRetCore::I32(_) => "i32",
        WastRetCore::I64(_) => "i64",
        WastRetCore::F32(_) => "f32",
        WastRetCore::F64(_) => "f64",
        WastRetCore::V128(_) => "v128",
        WastRetCore::RefNull(Some(ty)) => reference(ty),
        WastRetCore::RefFunc(_) => "funcref",
        WastRetCore::Either(results) => results.first().map_or("i32", result_type),
        _ => "externref",
    }
}

fn reference(ty: &HeapType<'_>) -> &'static str {
    match ty {
        HeapType::Abstract {
            ty: AbstractHeapType::Func,
            ..
        } => "funcref",
        _ => "externref",
    }
}

/// The text of an argument as an instruction; none for one that is handed over.
pub(super) fn constant(argument: &WastArgCore<'_>) -> Option<String> {
    Some(match argument {
        WastArgCore::I32(value) => format!("(i32.const {value})"),
        WastArgCore::I64(value) => format!("(i64.const {value})"),
        WastArgCore::F32(value) => {
            format!("(f32.reinterpret_i32 (i32.const {:#x}))", value.bits)
        }
        WastArgCore::F64(value) => {
            format!("(f64.reinterpret_i64 (i64.const {:#x}))", value.bits)
        }
        WastArgCore::V128(value) => vector(value),
        WastArgCore::RefNull(ty) => {
            let ty = if reference(ty) == "funcref" {
                "func"
            } else {
                "extern"
            };
            format!("(ref.null {ty})")
        }
        WastArgCore::RefExtern(_) | WastArgCore::RefHost(_) => return None,
    })
}

fn vector(value: &V128Const) -> String {
    let bytes: Vec<_> = value
        .to_le_bytes()
        .iter()
        .map(|byte| byte.to_string())
        .collect();
    format!("(v128.const i8x16 {})", bytes.join(" "))
}

/// An expression that is 1 if the local `name` holds what is expected.
pub(super) fn comparison(expected: &WastRetCore<'_>, name: &str) -> String {
    let local = format!("(local.get {name})");
    match expected {
        WastRetCore::I32(value) => format!("(i32.eq {local} (i32.const {value}))"),
        WastRetCore::I64(value) => format!("(i64.eq {local} (i64.const {value}))"),
        WastRetCore::F32(pattern) => {
            let bits = float32_pattern(pattern);
            masked("i32", &format!("(i32.reinterpret_f32 {local})"), bits)
        }
        WastRetCore::F64(pattern) => {
            let bits = float64_pattern(pattern);
            masked("i64", &format!("(i64.reinterpret_f64 {local})"), bits)
        }
        WastRetCore::V128(pattern) => lanes(pattern, &local),
        WastRetCore::RefNull(_) => format!("(ref.is_null {local})"),
        WastRetCore::Either(results) => results
            .iter()
            .map(|expected| comparison(expected, name))
            .reduce(|one, other| format!("(i32.or {one} {other})"))
            .unwrap_or_else(|| "(i32.const 0)".to_owned()),
        _ => format!("(i32.eqz (ref.is_null {local}))"),
    }
}

/// Which bits of a value count, and what they are to be.
type Bits = (u64, u64);

fn float32_pattern(pattern: &NanPattern<wast::token::F32>) -> Bits {
    match pattern {
        NanPattern::CanonicalNan => (0x7fff_ffff, 0x7fc0_0000),
        NanPattern::ArithmeticNan => (0x7fc0_0000, 0x7fc0_0000),
        NanPattern::Value(value) => (0xffff_ffff, u64::from(value.bits)),
    }
}

fn float64_pattern(pattern: &NanPattern<wast::token::F64>) -> Bits {
    match pattern {
        NanPattern::CanonicalNan => (0x7fff_ffff_ffff_ffff, 0x7ff8_0000_0000_0000),
        NanPattern::ArithmeticNan => (0x7ff8_0000_0000_0000, 0x7ff8_0000_0000_0000),
        NanPattern::Value(value) => (u64::MAX, value.bits),
    }
}

fn masked(ty: &str, value: &str, (mask, bits): Bits) -> String {
    format!("({ty}.eq ({ty}.and {value} ({ty}.const {mask:#x})) ({ty}.const {bits:#x}))")
}

fn lanes(pattern: &V128Pattern, local: &str) -> String {
    let whole =
        |value: V128Const| format!("(i8x16.all_true (i8x16.eq {local} {}))", vector(&value));
    let each = |shape: &str, ty: &str, patterns: Vec<Bits>| {
        patterns
            .into_iter()
            .enumerate()
            .map(|(lane, bits)| masked(ty, &format!("({shape}.extract_lane {lane} {local})"), bits))
            .reduce(|one, other| format!("(i32.and {one} {other})"))
            .unwrap_or_default()
    };
    match pattern {
        V128Pattern::I8x16(lanes) => whole(V128Const::I8x16(*lanes)),
        V128Pattern::I16x8(lanes) => whole(V128Const::I16x8(*lanes)),
        V128Pattern::I32x4(lanes) => whole(V128Const::I32x4(*lanes)),
        V128Pattern::I64x2(lanes) => whole(V128Const::I64x2(*lanes)),
        V128Pattern::F32x4(lanes) => {
            each("i32x4", "i32", lanes.iter().map(float32_pattern).collect())
        }
        V128Pattern::F64x2(lanes) => {
            each("i64x2", "i64", lanes.iter().map(float64_pattern).collect())
        }
    }
}
