//! The data section is checked segment by segment by code of this crate: compare its verdicts with
//! the validator's.
#![allow(clippy::unwrap_used)]

mod common;

use common::{compile_chunks, observe, wat};
use proptest::prelude::*;
use std::sync::LazyLock;
use taipan_compile::{CompileErrorKind, CompileOptions, compile};

/// Memories of both address types, and globals of all sorts, imported and defined.
static HEADER: LazyLock<Vec<u8>> = LazyLock::new(|| {
    wat(r#"(module
        (import "a" "i32" (global i32))
        (import "a" "i64" (global i64))
        (import "a" "mutable" (global (mut i32)))
        (import "a" "extern" (global externref))
        (import "a" "memory" (memory 1))
        (memory i64 1)
        (global i32 (i32.const 0))
        (func))"#)
});

/// An instruction of an offset expression: mostly one that can be there.
fn instruction() -> impl Strategy<Value = Vec<u8>> {
    let constant = (
        any::<bool>(),
        proptest::collection::vec(0x80..=0xffu8, 0..5),
        0..0x80u8,
    )
        .prop_map(|(wide, more, last)| [vec![0x41 + u8::from(wide)], more, vec![last]].concat());
    let arithmetic = prop_oneof![0x6au8..=0x6c, 0x7cu8..=0x7e].prop_map(|opcode| vec![opcode]);
    prop_oneof![
        6 => constant,
        3 => (0u8..6).prop_map(|index| vec![0x23, index]),
        4 => arithmetic,
        1 => prop_oneof![
            Just(vec![0x43, 0, 0, 0, 0]),
            Just(vec![0x44, 0, 0, 0, 0, 0, 0, 0, 0]),
            Just(vec![0xd0, 0x70]),
            Just(vec![0xd2, 0]),
            Just(vec![0x01]),
            Just(vec![0x10, 0]),
        ],
        1 => proptest::collection::vec(any::<u8>(), 1..3),
    ]
}

fn segment() -> impl Strategy<Value = Vec<u8>> {
    let flags = prop_oneof![
        4 => Just(vec![0]),
        2 => Just(vec![1]),
        4 => (0u8..3).prop_map(|memory| vec![2, memory]),
        1 => any::<u8>().prop_map(|flags| vec![flags]),
    ];
    let expression = proptest::collection::vec(instruction(), 0..4);
    let contents = proptest::collection::vec(any::<u8>(), 0..10);
    (flags, expression, contents, -1i8..=1, 0u8..20).prop_map(
        |(flags, expression, contents, wrong, often)| {
            let mut bytes = flags;
            if bytes[0] != 1 {
                bytes.extend(expression.concat());
                bytes.push(0x0b);
            }
            let wrong = if often == 0 { wrong } else { 0 };
            bytes.push((contents.len() as u8).saturating_add_signed(wrong));
            bytes.extend(contents);
            bytes
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_same_verdict_as_the_validator(
        segments in proptest::collection::vec(segment(), 0..3),
        chunk in 1usize..8,
    ) {
        let contents = [vec![segments.len() as u8], segments.concat()].concat();
        let section = wasm_encoder::RawSection { id: 11, data: &contents };
        let mut bytes = HEADER.clone();
        bytes.push(11);
        wasm_encoder::Encode::encode(&section, &mut bytes);

        let options = CompileOptions::default();
        let outcome = compile(&bytes, &options);
        let theirs = wasmi::Module::validate(&wasmi::Engine::new(&options.engine_config()), &bytes);
        // The engine does not know the later rule, by which constant expressions refer to any earlier global.
        let is_later_rule = theirs
            .as_ref()
            .is_err_and(|error| error.to_string().contains("locally defined global"));
        prop_assert!(
            outcome.is_ok() == theirs.is_ok() || is_later_rule,
            "{:?} {:?}",
            outcome,
            theirs
        );
        if let Err(error) = &outcome {
            prop_assert_ne!(error.kind, CompileErrorKind::Internal);
        }
        prop_assert_eq!(
            observe(&outcome),
            observe(&compile_chunks(bytes.chunks(chunk), &options))
        );
    }
}
