//! What compilation costs: the engine's own way in one go, ours in one go, and ours in chunks.
//!
//! `cargo bench -p taipan_compile`

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use taipan_compile::{CompileOptions, Parallelism, StreamingCompiler, compile, validate};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, Function, FunctionSection, Instruction, MemArg,
    MemorySection, MemoryType, Module, TypeSection, ValType,
};
use wasmi::{CompilationMode, Engine};

/// A module with this many functions, of about 500 bytes each, and segments of data after them.
fn module(functions: u32) -> Vec<u8> {
    let mut types = TypeSection::new();
    types
        .ty()
        .function([ValType::I32, ValType::I64], [ValType::I32]);
    let (mut declared, mut code) = (FunctionSection::new(), CodeSection::new());
    let at = |offset| MemArg {
        offset,
        align: 2,
        memory_index: 0,
    };
    for index in 0..functions {
        declared.function(0);
        let mut body = Function::new([(4, ValType::I32), (2, ValType::F64)]);
        for step in 0..20u32 {
            let value = (index.wrapping_mul(0x9e37_79b9) ^ step).cast_signed();
            body.instruction(&Instruction::Block(wasm_encoder::BlockType::Empty))
                .instruction(&Instruction::LocalGet(0))
                .instruction(&Instruction::I32Const(value))
                .instruction(&Instruction::I32Xor)
                .instruction(&Instruction::LocalTee(2 + step % 4))
                .instruction(&Instruction::BrIf(0))
                .instruction(&Instruction::LocalGet(0))
                .instruction(&Instruction::LocalGet(2))
                .instruction(&Instruction::I32Load(at(u64::from(step) * 4)))
                .instruction(&Instruction::I32Store(at(64)))
                .instruction(&Instruction::End);
        }
        body.instruction(&Instruction::LocalGet(0))
            .instruction(&Instruction::LocalGet(1))
            .instruction(&Instruction::Call(index / 2))
            .instruction(&Instruction::End);
        code.function(&body);
    }
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 16,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut data = DataSection::new();
    for index in 0..2_000 {
        data.active(0, &ConstExpr::i32_const(index * 64), [0x5a; 64]);
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

fn streaming(criterion: &mut Criterion) {
    let options = CompileOptions::default();
    let mut alone = CompileOptions::default();
    alone.parallelism = Parallelism::Caller;

    for functions in [100, 10_000] {
        let bytes = module(functions);
        let name = format!("{} KiB", bytes.len() >> 10);
        let mut group = criterion.benchmark_group(&name);
        group.sample_size(20);
        group.throughput(Throughput::Bytes(bytes.len() as u64));

        // The code memory of an engine grows with every module, so each has an engine of its own.
        group.bench_function("wasmi, validating", |bencher| {
            let mut config = options.engine_config();
            config.compilation_mode(CompilationMode::LazyTranslation);
            bencher.iter(|| wasmi::Module::new(&Engine::new(&config), black_box(&bytes)));
        });
        group.bench_function("one push, one thread", |bencher| {
            bencher.iter(|| {
                let module = compile(black_box(&bytes), &alone)?;
                module.instantiate_module(&Engine::new(&alone.engine_config()))
            });
        });
        group.bench_function("one push", |bencher| {
            bencher.iter(|| {
                let module = compile(black_box(&bytes), &options)?;
                module.instantiate_module(&Engine::new(&options.engine_config()))
            });
        });
        for size in [64 << 10, 1 << 10] {
            let id = BenchmarkId::new("chunks of", size);
            group.bench_with_input(id, &size, |bencher, &size| {
                bencher.iter(|| {
                    let mut compiler = StreamingCompiler::new(options.clone());
                    for chunk in black_box(&bytes).chunks(size) {
                        compiler.push(chunk)?;
                    }
                    let engine = Engine::new(&options.engine_config());
                    compiler.finish()?.instantiate_module(&engine)
                });
            });
        }
        // What is left to do when the last byte arrives, all function bodies being done.
        group.bench_function("from the last chunk to the module", |bencher| {
            bencher.iter_batched(
                || {
                    let mut compiler = StreamingCompiler::new(options.clone());
                    compiler.push(&bytes[..bytes.len() - 1]).ok();
                    compiler.flush().ok();
                    // The workers finish what they have.
                    std::thread::sleep(std::time::Duration::from_millis(20));
                    (compiler, Engine::new(&options.engine_config()))
                },
                |(mut compiler, engine)| {
                    compiler.push(&bytes[bytes.len() - 1..])?;
                    compiler.finish()?.instantiate_module(&engine)
                },
                criterion::BatchSize::PerIteration,
            );
        });
        group.bench_function("validate", |bencher| {
            bencher.iter(|| validate(black_box(&bytes)));
        });
        group.finish();
    }
}

criterion_group!(benches, streaming);
criterion_main!(benches);
