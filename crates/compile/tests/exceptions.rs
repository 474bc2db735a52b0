//! What modules with exceptions are lowered to. That they do what they should is tested by the
//! suites, in `spec`.
#![allow(clippy::unwrap_used)]

mod common;

use common::{compile_chunks, large_module, observe, wat};
use taipan_compile::exceptions::{AWARE_EXPORT, ExceptionImport};
use taipan_compile::{
    CompileOptions, CompiledModule, ExternKind, LoweredImport, ValType, compile, engine_config,
};
use wasmi::{Engine, Module};

fn compiled(text: &str) -> CompiledModule {
    compile(&wat(text), &CompileOptions::default()).unwrap()
}

fn hidden(module: &CompiledModule) -> Vec<ExceptionImport> {
    (module.lowering().imports.iter())
        .filter_map(|import| match import {
            LoweredImport::Exception(import) => Some(*import),
            _ => None,
        })
        .collect()
}

/// What does not use exceptions is the same whether or not it could.
#[test]
fn other_modules_stay_as_they_are() {
    let mut without = CompileOptions::default();
    without.features.exceptions = false;
    without.features.legacy_exceptions = false;
    for module in [
        large_module(50),
        wat(
            r#"(module (import "a" "f" (func $f)) (table 1 funcref) (memory 1)
            (func (export "g") (call $f) (call_indirect (i32.const 0))))"#,
        ),
    ] {
        let with = compile(&module, &CompileOptions::default()).unwrap();
        let without = compile(&module, &without).unwrap();
        assert_eq!(with.lowered_bytes(), without.lowered_bytes());
        assert_eq!(with.lowering(), without.lowering());
        assert!(!with.lowering().exceptions);
    }
}

#[test]
fn imports_are_in_the_order_which_the_engine_wants() {
    let module = compiled(
        r#"(module
            (import "a" "g" (global i32))
            (import "a" "t" (tag (param i32 externref i32)))
            (import "a" "f" (func))
            (memory 1)
            (tag $own (export "own") (param i64))
            (global (export "h") (mut i32) (i32.const 1))
            (func (export "run") (throw $own (i64.const 1))))"#,
    );
    let info = module.info();
    assert_eq!((info.imported_tags, info.tags.len()), (1, 2));
    assert_eq!(info.imports[1].kind(), ExternKind::Tag);
    assert_eq!(info.exports[0].kind(), ExternKind::Tag);
    let payload = |ty, index| ExceptionImport::Payload { ty, index };
    assert_eq!(
        hidden(&module),
        [
            ExceptionImport::Reference,
            ExceptionImport::Throw,
            ExceptionImport::TableWritten,
            ExceptionImport::Pending,
            ExceptionImport::Exception,
            ExceptionImport::Tag(0),
            ExceptionImport::Tag(1),
            payload(ValType::I32, 0),
            payload(ValType::Ref(taipan_compile::RefType::EXTERNREF), 0),
            payload(ValType::I32, 1),
            payload(ValType::I64, 0),
        ]
    );
    // The engine agrees, and sees nothing of tags.
    let engine = Engine::new(&engine_config());
    let translated = module.instantiate_module(&engine).unwrap();
    assert_eq!(
        translated.imports().count(),
        module.lowering().imports.len()
    );
    let mut exports: Vec<_> = translated.exports().map(|export| export.name()).collect();
    exports.sort_unstable();
    // The tag would be 0.
    assert_eq!(exports, ["1", "2", AWARE_EXPORT]);
}

/// Instructions alone make a module one with exceptions.
#[test]
fn modules_without_tags_can_catch() {
    for text in [
        "(module (func (block $h (try_table (catch_all $h)))))",
        "(module (func try catch_all end))",
        "(module (func (local exnref)))",
        "(module (func (param exnref)))",
        "(module (table 1 exnref))",
        "(module (global exnref (ref.null exn)))",
        "(module (func (drop (ref.null exn))))",
    ] {
        let module = compiled(text);
        assert!(module.lowering().exceptions, "{text}");
        let engine = Engine::new(&engine_config());
        module.instantiate_module(&engine).unwrap();
    }
}

#[test]
fn modules_become_aware_on_demand() {
    let plain = compiled(
        r#"(module (import "a" "f" (func $f (result i32))) (memory 1) (global $g (mut i32) (i32.const 3))
            (func (export "g") (result i32) (i32.add (call $f) (global.get $g))))"#,
    );
    let aware = plain.aware_of_exceptions().unwrap();
    assert!(aware.lowering().exceptions && !plain.lowering().exceptions);
    assert!(aware.ptr_eq(plain.aware_of_exceptions().unwrap()));
    assert!(aware.ptr_eq(aware.aware_of_exceptions().unwrap()));
    assert_eq!(aware.info().exports, plain.info().exports);
    assert_eq!(hidden(aware).len(), 5);
    let engine = Engine::new(&engine_config());
    let translated = aware.instantiate_module(&engine).unwrap();
    assert!(Module::validate(&engine, aware.lowered_bytes()).is_ok());
    assert_eq!(translated.imports().count(), 7);
}

/// Whoever rewrites the bodies, and whatever they arrive in, the outcome is the same.
#[test]
fn large_modules_are_the_same_from_any_chunks() {
    let functions: String = (0..3_000)
        .map(|index| {
            format!(
                r#"(func $f{index} (param i32) (result i32)
                    (block $h (result i32)
                        (try_table (result i32) (catch $t $h)
                            (call $f{} (i32.add (local.get 0) (i32.const {index})))
                            (if (i32.eqz (local.get 0)) (then (throw $t (i32.const {index})))))
                        (return))
                    (i32.add (i32.const 1)))"#,
                (index + 1) % 3_000
            )
        })
        .collect();
    let bytes = wat(&format!("(module (tag $t (param i32)) {functions})"));
    let options = CompileOptions::default();
    let whole = observe(&compile(&bytes, &options));
    assert!(whole.is_ok());
    for size in [1_000, 65_537] {
        assert_eq!(
            whole,
            observe(&compile_chunks(bytes.chunks(size), &options))
        );
    }
    let mut options = options;
    options.parallelism = taipan_compile::Parallelism::Caller;
    assert_eq!(whole, observe(&compile(&bytes, &options)));
}
