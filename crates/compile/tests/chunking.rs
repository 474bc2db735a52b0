//! The outcome of a compilation does not depend on how the bytes arrive.
#![allow(clippy::unwrap_used)]

mod common;

use common::{beyond_engine, compile_chunks, corpus, large_module_with, observe, wat};
use proptest::prelude::*;
use proptest::sample::Index;
use std::sync::LazyLock;
use taipan_compile::{CompileErrorKind, CompileOptions, Parallelism, StreamingCompiler, compile};

static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(corpus);

fn options(parallelism: Parallelism) -> CompileOptions {
    let mut options = CompileOptions::default();
    options.parallelism = parallelism;
    options
}

/// All modules of the suite, byte by byte and in chunks of a length that fits nothing.
#[test]
fn the_suite_in_small_chunks() {
    let options = options(Parallelism::Shared);
    let mut accepted = 0;
    for bytes in CORPUS.iter() {
        let whole = observe(&compile(bytes, &options));
        accepted += usize::from(whole.is_ok());
        for size in [1, 13] {
            let chunked = observe(&compile_chunks(bytes.chunks(size), &options));
            assert_eq!(whole, chunked, "{size}: {bytes:02x?}");
        }
    }
    println!("{} modules, {accepted} of them valid", CORPUS.len());
    assert!(CORPUS.len() > 3_400 && accepted > 950);
}

#[derive(Clone, Debug)]
enum Mutation {
    Replace(Index, u8),
    Insert(Index, u8),
    Remove(Index),
    Truncate(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Replace(at, byte)),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Insert(at, byte)),
        1 => any::<Index>().prop_map(Mutation::Remove),
        1 => any::<Index>().prop_map(Mutation::Truncate),
    ]
}

fn mutate(bytes: &mut Vec<u8>, mutation: &Mutation) {
    if bytes.is_empty() {
        return;
    }
    match mutation {
        Mutation::Replace(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Mutation::Insert(at, byte) => bytes.insert(at.index(bytes.len()), *byte),
        Mutation::Remove(at) => {
            bytes.remove(at.index(bytes.len()));
        }
        Mutation::Truncate(at) => bytes.truncate(at.index(bytes.len())),
    }
}

fn cut<'a>(bytes: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    cuts.sort_unstable();
    let mut chunks = Vec::new();
    let mut start = 0;
    for cut in cuts.into_iter().chain([bytes.len()]) {
        chunks.push(&bytes[start..cut]);
        start = cut;
    }
    chunks
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 15_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Mutated modules of the suite: the same outcome for any chunks, and the engine's verdict.
    #[test]
    fn mutated_modules_in_any_chunks(
        module: Index,
        mutations in proptest::collection::vec(mutation(), 0..4),
        cuts in proptest::collection::vec(any::<Index>(), 0..12),
        each_byte: bool,
    ) {
        let mut bytes = module.get(&CORPUS).clone();
        for mutation in &mutations {
            mutate(&mut bytes, mutation);
        }
        let options = options(Parallelism::Shared);
        let outcome = compile(&bytes, &options);
        let whole = observe(&outcome);
        let chunks = if each_byte {
            bytes.chunks(1).collect()
        } else {
            cut(&bytes, &cuts)
        };
        prop_assert_eq!(&whole, &observe(&compile_chunks(chunks, &options)));

        let engine = wasmi::Engine::new(&options.engine_config());
        let theirs = wasmi::Module::validate(&engine, &bytes);
        match &whole {
            Ok(_) => prop_assert!(
                theirs.is_ok() || beyond_engine(&bytes),
                "accepted, but {:?}", theirs
            ),
            Err(error) if error.kind == CompileErrorKind::Limit => {}
            Err(error) => {
                prop_assert!(theirs.is_err(), "refused: {}", error);
                prop_assert!(error.offset <= bytes.len());
                prop_assert_ne!(error.kind, CompileErrorKind::Internal);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Modules large enough for the workers: the first invalid function is the one reported,
    /// whoever finds which one first.
    #[test]
    fn the_first_invalid_function_is_reported(
        mut invalid in proptest::collection::vec(0u32..1_500, 0..5),
        cuts in proptest::collection::vec(any::<Index>(), 0..20),
        garbage: bool,
        flush: bool,
    ) {
        let mut bytes = large_module_with(1_500, &invalid);
        if garbage {
            bytes.push(0x77);
        }
        let expected = observe(&compile(&bytes, &options(Parallelism::Caller)));
        prop_assert_eq!(expected.is_ok(), invalid.is_empty() && !garbage);
        prop_assert_eq!(&expected, &observe(&compile(&bytes, &options(Parallelism::Shared))));

        let mut compiler = StreamingCompiler::new(options(Parallelism::Shared));
        let mut outcome = Ok(());
        for chunk in cut(&bytes, &cuts) {
            outcome = compiler.push(chunk);
            if outcome.is_ok() && flush {
                outcome = compiler.flush();
            }
            if outcome.is_err() {
                break;
            }
        }
        prop_assert_eq!(&expected, &observe(&outcome.and_then(|()| compiler.finish())));
        if let Err(error) = &expected {
            invalid.sort_unstable();
            let message = if invalid.is_empty() { "unknown section id" } else { "type mismatch" };
            prop_assert!(error.message.contains(message), "{}", error);
        }
    }
}

/// How many bytes are taken before the compiler refuses them.
fn taken(bytes: &[u8]) -> usize {
    let mut compiler = StreamingCompiler::new(CompileOptions::default());
    bytes
        .iter()
        .position(|&byte| compiler.push(&[byte]).is_err())
        .unwrap_or(bytes.len())
}

/// Nonsense is refused at its first byte, not when more bytes would have made it complete.
#[test]
fn the_first_bad_byte_is_the_last_taken() {
    const PREAMBLE: &[u8] = b"\0asm\x01\0\0\0";
    let with = |rest: &[u8]| [PREAMBLE, rest].concat();
    let long = |mut bytes: Vec<u8>| {
        bytes.resize(100, 0);
        bytes
    };
    assert_eq!(taken(b"<!doctype html>"), 0);
    assert_eq!(taken(b"\0asn"), 3);
    assert_eq!(taken(b"\0asm\x02\0\0\0"), 4);
    // A component.
    assert_eq!(taken(b"\0asm\x0d\0\x01\0"), 4);
    // An unknown section.
    assert_eq!(taken(&long(with(&[14]))), 8);
    // A section out of order: types after imports.
    assert_eq!(taken(&long(with(&[2, 1, 0, 1, 1, 0]))), 11);
    // A section of 4 GiB.
    assert_eq!(taken(&long(with(&[1, 0xff, 0xff, 0xff, 0xff, 0x0f]))), 13);
    // An overlong size.
    assert_eq!(
        taken(&long(with(&[1, 0x80, 0x80, 0x80, 0x80, 0x80, 0]))),
        13
    );
    // Another number of bodies than functions.
    let functions = [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0];
    let code = with(&[&functions[..], &[10, 50, 2]].concat());
    assert_eq!(taken(&long(code)), 20);
    // A body that ends after its section.
    let code = with(&[&functions[..], &[10, 20, 1, 30]].concat());
    assert_eq!(taken(&long(code)), 21);
    // A body of 8 MB in a section of 16 MB.
    let code = [10, 0x80, 0x80, 0x80, 0x08, 1, 0x80, 0x80, 0x80, 0x04];
    let code = with(&[&functions[..], &code].concat());
    assert_eq!(taken(&long(code)), 27);
    // A data segment for a memory that is not there.
    assert_eq!(taken(&long(with(&[11, 50, 1, 0]))), 11);
    // The offset of a data segment that is not constant: a call.
    assert_eq!(taken(&long(with(&[5, 3, 1, 0, 1, 11, 50, 1, 0, 0x10]))), 17);
    // A data segment that ends after its section.
    let segment = [5, 3, 1, 0, 1, 11, 20, 1, 0, 0x41, 0, 0x0b, 60];
    assert_eq!(taken(&long(with(&segment))), 20);
}

/// A module that ends too early says in which section.
#[test]
fn every_prefix_is_incomplete_or_a_module() {
    let bytes = wat(
        r#"(module (memory 1) (func (export "f") (result i32) (i32.const 1))
            (data (i32.const 3) "abc") (@custom "x" (after data) "y"))"#,
    );
    for end in 0..bytes.len() {
        match compile(&bytes[..end], &CompileOptions::default()) {
            Ok(module) => assert!(module.info().functions.is_empty() || end > 30),
            Err(error) => assert_eq!(error.offset, end, "{error}"),
        }
    }
}
