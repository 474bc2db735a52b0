//! What is said about modules, and which ones are refused how.
#![allow(clippy::unwrap_used)]

mod common;

use common::wat;
use taipan_compile::{
    CompileError, CompileErrorKind, CompileOptions, ExternKind, ExternType, FuncType, GlobalType,
    Limits, MemoryType, RefType, TableType, ValType, compile, engine_config, validate,
};

fn error(bytes: &[u8]) -> CompileError {
    compile(bytes, &CompileOptions::default()).unwrap_err()
}

#[test]
fn a_module_is_described_as_it_was_written() {
    let bytes = wat(r#"
        (module
          (import "m" "f" (func $f (param i32 f64) (result v128)))
          (import "m" "t" (table 1 2 externref))
          (import "n" "g" (global (mut i64)))
          (memory (export "memory") 1 2)
          (memory i64 3)
          (memory 5 (pagesize 1))
          (table (export "table") 3 funcref)
          (global (export "nothing") funcref (ref.null func))
          (func $start)
          (func (export "again") (export "\u{1f40d}") (param i32))
          (export "f" (func $f))
          (start $start))
    "#);
    let module = compile(&bytes, &CompileOptions::default()).unwrap();
    let info = module.info();
    let imports: Vec<_> = (info.imports.iter())
        .map(|import| (&import.module[..], &import.name[..], import.kind().as_str()))
        .collect();
    assert_eq!(
        imports,
        [
            ("m", "f", "function"),
            ("m", "t", "table"),
            ("n", "g", "global")
        ]
    );
    let ExternType::Func(ty) = &info.imports[0].ty else {
        panic!("not a function");
    };
    assert_eq!(
        **ty,
        FuncType::new([ValType::I32, ValType::F64].into(), [ValType::V128].into())
    );
    assert_eq!(ty.to_string(), "(func (param i32 f64) (result v128))");
    let exports: Vec<_> = (info.exports.iter())
        .map(|export| (&export.name[..], export.kind(), export.index))
        .collect();
    assert_eq!(
        exports,
        [
            ("memory", ExternKind::Memory, 0),
            ("table", ExternKind::Table, 1),
            ("nothing", ExternKind::Global, 1),
            ("again", ExternKind::Func, 2),
            ("\u{1f40d}", ExternKind::Func, 2),
            ("f", ExternKind::Func, 0),
        ]
    );
    let memory = MemoryType {
        minimum: 1,
        maximum: Some(2),
        memory64: false,
        shared: false,
        page_size_log2: 16,
    };
    let wide = MemoryType {
        minimum: 3,
        maximum: None,
        memory64: true,
        ..memory
    };
    let small = MemoryType {
        minimum: 5,
        maximum: None,
        page_size_log2: 0,
        ..memory
    };
    assert_eq!(info.memories, [memory, wide, small]);
    assert_eq!(
        info.tables[1],
        TableType {
            element: RefType::FUNCREF,
            minimum: 3,
            maximum: None,
            table64: false,
        }
    );
    assert_eq!(
        info.globals,
        [
            GlobalType {
                content: ValType::I64,
                mutable: true,
            },
            GlobalType {
                content: ValType::Ref(RefType::FUNCREF),
                mutable: false,
            },
        ]
    );
    assert_eq!(info.start, Some(1));
    assert_eq!(info.defined_functions(), 2);
    assert_eq!(info.function_name(1), Some("start"));
    assert_eq!(info.function_name(2), None);
    assert_eq!(info.function_type(2).unwrap().params.len(), 1);
}

#[test]
fn errors_say_what_and_where() {
    for (bytes, message) in [
        (
            &b""[..],
            "unexpected end of the module: its preamble is incomplete at offset 0",
        ),
        (b"<!doctype html>", "invalid magic at offset 0"),
        (b"\0asm\x02\0\0\0", "unknown binary version at offset 4"),
        (b"\0asm\x01\0\0\0\x0f", "unknown section id 15 at offset 8"),
        (
            b"\0asm\x01\0\0\0\x01\x05\x01",
            "unexpected end of the module in its type section at offset 11",
        ),
    ] {
        assert_eq!(error(bytes).to_string(), message);
    }
    let bytes = wat("(module (func (result i32) i64.const 1))");
    let error = error(&bytes);
    assert_eq!(error.message, "type mismatch: expected i32, found i64");
    assert_eq!(bytes[error.offset], 0x0b);
    assert!(validate(&bytes).is_err());
}

#[test]
fn errors_name_the_proposal_that_is_missing() {
    for (text, proposal) in [
        ("(module (memory 1 1 shared))", "threads"),
        (
            r#"(module (import "a" "b" (memory 1 1 shared)))"#,
            "threads",
        ),
        ("(module (type (struct)))", "garbage collection"),
        ("(module (type (array i32)))", "garbage collection"),
        (
            "(module (rec (type (func)) (type (sub (struct)))))",
            "garbage collection",
        ),
        ("(component)", "component model"),
    ] {
        let error = error(&wat(text));
        assert_eq!(
            error.kind,
            CompileErrorKind::Unsupported { proposal },
            "{text}: {error}"
        );
        assert!(error.to_string().contains(proposal), "{error}");
    }
}

/// Proposals which can be switched off are named, too.
#[test]
fn features_can_be_switched_off() {
    type Switch = fn(&mut taipan_compile::Features);
    let cases: [(&str, &str, Switch); 18] = [
        (
            "(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))))",
            "threads",
            |features| features.atomics = false,
        ),
        (
            "(module (func (param (ref func))))",
            "typed function references",
            |features| features.function_references = false,
        ),
        (
            "(module (type $f (func)) (func (param (ref null $f))))",
            "typed function references",
            |features| features.function_references = false,
        ),
        (
            "(module (func (param funcref) (drop (ref.as_non_null (local.get 0)))))",
            "typed function references",
            |features| features.function_references = false,
        ),
        (
            "(module (table 1 funcref (ref.null func)))",
            "typed function references",
            |features| features.function_references = false,
        ),
        (
            "(module (func (drop (v128.const i64x2 0 0))))",
            "SIMD",
            |features| features.simd = false,
        ),
        (
            "(module (func (param v128) (drop (i8x16.relaxed_swizzle (local.get 0) (local.get 0)))))",
            "relaxed SIMD",
            |features| features.relaxed_simd = false,
        ),
        ("(module (memory i64 1))", "memory64", |features| {
            features.memory64 = false
        }),
        ("(module (table i64 1 funcref))", "memory64", |features| {
            features.memory64 = false
        }),
        ("(module (func return_call 0))", "tail call", |features| {
            features.tail_call = false
        }),
        (
            "(module (func (result i64 i64) (i64.mul_wide_s (i64.const 1) (i64.const 1))))",
            "wide arithmetic",
            |features| features.wide_arithmetic = false,
        ),
        (
            "(module (memory 1 (pagesize 1)))",
            "custom page sizes",
            |features| {
                features.custom_page_sizes = false;
            },
        ),
        ("(module (func (param v128)))", "SIMD", |features| {
            features.simd = false
        }),
        ("(module (tag))", "exception handling", |features| {
            features.exceptions = false
        }),
        (
            r#"(module (import "a" "b" (tag)))"#,
            "exception handling",
            |features| features.exceptions = false,
        ),
        (
            "(module (func (param exnref)))",
            "exception handling",
            |features| features.exceptions = false,
        ),
        (
            "(module (func try_table end))",
            "exception handling",
            |features| features.exceptions = false,
        ),
        (
            "(module (func try end))",
            "legacy exception handling",
            |features| features.legacy_exceptions = false,
        ),
    ];
    for (text, proposal, switch) in cases {
        let bytes = wat(text);
        let mut options = CompileOptions::default();
        compile(&bytes, &options).unwrap();
        switch(&mut options.features);
        let error = compile(&bytes, &options).unwrap_err();
        assert_eq!(
            error.kind,
            CompileErrorKind::Unsupported { proposal },
            "{text}: {error}"
        );
    }
    let mut options = CompileOptions::default();
    options.features.multi_memory = false;
    options.features.extended_const = false;
    for text in [
        "(module (memory 1) (memory 1))",
        "(module (global i32 (i32.add (i32.const 1) (i32.const 1))))",
        "(module (memory 1) (data (i32.add (i32.const 1) (i32.const 1))))",
    ] {
        compile(&wat(text), &CompileOptions::default()).unwrap();
        compile(&wat(text), &options).unwrap_err();
    }
}

/// A module is not given to an engine that would not have accepted it.
#[test]
fn an_engine_with_fewer_features_is_refused() {
    let module = compile(&wat("(module)"), &CompileOptions::default()).unwrap();
    let engine = wasmi::Engine::new(&engine_config());
    module.instantiate_module(&engine).unwrap();

    type Switch = fn(&mut wasmi::Config) -> &mut wasmi::Config;
    let switches: [Switch; 10] = [
        |config| config.wasm_simd(false),
        |config| config.wasm_relaxed_simd(false),
        |config| config.wasm_multi_memory(false),
        |config| config.wasm_memory64(false),
        |config| config.wasm_tail_call(false),
        |config| config.wasm_extended_const(false),
        |config| config.wasm_wide_arithmetic(false),
        |config| config.wasm_custom_page_sizes(false),
        |config| config.wasm_bulk_memory(false),
        |config| config.wasm_reference_types(false),
    ];
    for (index, switch) in switches.into_iter().enumerate() {
        let mut config = engine_config();
        switch(&mut config);
        let error = module
            .instantiate_module(&wasmi::Engine::new(&config))
            .unwrap_err();
        assert_eq!(error.kind, CompileErrorKind::Internal, "{index}");
    }
    // Fewer features are needed where fewer were allowed.
    let mut options = CompileOptions::default();
    options.features.simd = false;
    options.features.memory64 = false;
    let module = compile(&wat("(module)"), &options).unwrap();
    let engine = wasmi::Engine::new(&options.engine_config());
    module.instantiate_module(&engine).unwrap();
}

#[test]
fn limits_of_the_javascript_interface_are_kept() {
    let repeated = |text: &str, count: usize| text.repeat(count);
    let params = format!("(module (func (param {})))", repeated("i32 ", 1_001));
    let results = format!(
        "(module (type (func (result {}))))",
        repeated("i32 ", 1_001)
    );
    let locals = format!("(module (func (local {})))", repeated("i32 ", 50_001));
    let memories = format!("(module {})", repeated("(memory 1)", 101));
    let tables = format!("(module {})", repeated("(table 1 funcref)", 101));
    let data = format!("(module {})", repeated("(data \"\")", 100_001));
    for text in [
        &params,
        &results,
        &locals,
        &memories,
        &tables,
        &data,
        "(module (memory i64 0x2000000000))",
        "(module (memory i64 0 0x2000000000))",
        "(module (memory i64 0 0x20000000000000 (pagesize 1)))",
        "(module (memory 65537))",
        "(module (memory 0 65537))",
    ] {
        let error = error(&wat(text));
        assert_eq!(error.kind, CompileErrorKind::Limit, "{error}");
    }
    for text in [
        "(module (table 0xffffffff funcref))",
        r#"(module (import "a" "b" (table 10000001 funcref)))"#,
        "(module (memory i64 0 0x1fffffffff))",
        "(module (memory 0 65536))",
        &format!("(module (func (local {})))", repeated("i32 ", 50_000)),
        &format!("(module {})", repeated("(memory 1)", 100)),
        &format!("(module {})", repeated("(data \"\")", 100_000)),
    ] {
        validate(&wat(text)).unwrap();
    }
}

/// The engine evaluates constant expressions by recursion: they must not be able to overflow the
/// stack, and the longest that are allowed do not.
#[test]
fn constant_expressions_are_bounded() {
    let sum = |terms: usize| {
        let mut sum = "(i32.const 1)".to_owned();
        for _ in 1..terms {
            sum.push_str(" (i32.const 1) i32.add");
        }
        sum
    };
    let modules = |sum: &str| {
        [
            format!("(module (global i32 {sum}))"),
            format!("(module (memory 1) (data (offset {sum}) \"x\"))"),
            format!("(module (table 2000 funcref) (func $f) (elem (offset {sum}) $f))"),
        ]
    };
    for text in modules(&sum(100_000)) {
        let error = error(&wat(&text));
        assert_eq!(error.kind, CompileErrorKind::Limit, "{error}");
    }
    let engine = wasmi::Engine::new(&engine_config());
    for text in modules(&sum(4_090 / 3)) {
        let module = compile(&wat(&text), &CompileOptions::default()).unwrap();
        let translated = module.instantiate_module(&engine).unwrap();
        let mut store = wasmi::Store::new(&engine, ());
        let memory = wasmi::Memory::new(&mut store, wasmi::MemoryType::new(1, None)).unwrap();
        let imports = vec![memory.into(); module.lowering().imports.len()];
        wasmi::Instance::new(&mut store, &translated, &imports).unwrap();
    }
}

/// The sections declare a million and one things; the first bytes are enough to refuse them.
#[test]
fn too_many_things_are_refused() {
    use wasm_encoder::{Module, RawSection};
    let types = [1, 0x60, 0, 0];
    let section = |id, entry: &[u8]| {
        let mut data = vec![0xc1, 0x84, 0x3d];
        for _ in 0..1_000_001 {
            data.extend_from_slice(entry);
        }
        let mut module = Module::new();
        if id != 1 {
            module.section(&RawSection {
                id: 1,
                data: &types,
            });
        }
        module.section(&RawSection { id, data: &data });
        module.finish()
    };
    for (id, entry, what) in [
        (1, &[0x60, 0, 0][..], "types"),
        (2, &[0, 0, 0, 0], "imports"),
        (3, &[0], "functions"),
        (6, &[0x7f, 0, 0x41, 0, 0x0b], "globals"),
        (7, &[0, 0, 0], "exports"),
    ] {
        let error = error(&section(id, entry));
        assert_eq!(error.kind, CompileErrorKind::Limit, "{error}");
        assert!(error.message.contains(what), "{error}");
    }
}

#[test]
fn a_function_body_may_have_7654321_bytes() {
    let module = |nops: usize| {
        let mut body = wasm_encoder::Function::new([]);
        body.raw(std::iter::repeat_n(0x01, nops))
            .instruction(&wasm_encoder::Instruction::End);
        let mut types = wasm_encoder::TypeSection::new();
        types.ty().function([], []);
        let mut functions = wasm_encoder::FunctionSection::new();
        functions.function(0);
        let mut code = wasm_encoder::CodeSection::new();
        code.function(&body);
        let mut module = wasm_encoder::Module::new();
        module.section(&types).section(&functions).section(&code);
        module.finish()
    };
    validate(&module(7_654_321 - 2)).unwrap();
    let error = error(&module(7_654_321 - 1));
    assert_eq!(error.kind, CompileErrorKind::Limit, "{error}");
}

#[test]
fn limits_can_be_lowered() {
    let mut options = CompileOptions::default();
    options.limits.module_size = 60;
    let bytes = wat(r#"(module (memory 1) (data (i32.const 0) "1234567890"))"#);
    assert!(bytes.len() < 60);
    compile(&bytes, &options).unwrap();
    options.limits.module_size = bytes.len() - 1;
    let error = compile(&bytes, &options).unwrap_err();
    assert_eq!(error.kind, CompileErrorKind::Limit);
    assert_ne!(options.limits, Limits::default());
}

#[test]
fn modules_with_the_same_code_have_the_same_hash() {
    let hash = |text: &str| {
        *compile(&wat(text), &CompileOptions::default())
            .unwrap()
            .content_hash()
    };
    let one = hash(r#"(module (func (export "a")))"#);
    assert_eq!(one, hash(r#"(module (func (export "b")))"#));
    assert_ne!(one, hash(r#"(module (func (export "a") nop))"#));
}

/// What is lowered has no more tables for it.
#[test]
fn many_passive_segments_of_integers() {
    let segments =
        "(elem i31ref (item (ref.i31 (i32.const 1))) (item (ref.null i31))) ".repeat(1_000);
    let text = format!(
        "(module {segments} (table 1 i31ref) (func
            (table.init 999 (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop 999)))"
    );
    compile(&wat(&text), &CompileOptions::default()).unwrap();
}

/// The engine has as many tables as the parser lets a module have, without those that are added.
#[test]
fn as_many_tables_as_may_be() {
    for count in [97, 98, 99, 100] {
        let tables = "(table 1 funcref)".repeat(count);
        let text = format!(
            "(module {tables} (type $f (func)) (func (param (ref $f)) (call_ref $f (local.get 0)))
                (func (result i31ref) (ref.i31 (i32.const 1))))"
        );
        let outcome = compile(&wat(&text), &CompileOptions::default());
        if let Err(error) = outcome {
            assert_eq!(error.kind, CompileErrorKind::Limit, "{count}: {error}");
        }
    }
}
