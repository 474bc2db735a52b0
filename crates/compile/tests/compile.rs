//! Compilation of single modules: what is accepted, what is said about it, what is refused.

use taipan_compile::{CompileErrorKind, CompileOptions, compile, engine_config};

fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

#[test]
fn a_module_with_everything_is_described_and_runs() {
    let bytes = wat(r#"
        (module
          (import "m" "f" (func $f (param i32)))
          (import "m" "g" (global $g i32))
          (memory (export "memory") 1 2)
          (table (export "table") 3 funcref)
          (global (mut externref) (ref.null extern))
          (func $start (call $f (i32.const 7)))
          (func (export "add") (param i32 i32) (result i32)
            (i32.add (local.get 0) (local.get 1)))
          (elem (i32.const 0) $start $f)
          (data (global.get $g) "hello")
          (start $start))
    "#);
    let module = compile(&bytes, &CompileOptions::default()).unwrap();
    let engine = wasmi::Engine::new(&engine_config());
    module.instantiate_module(&engine).unwrap();
    println!("{:?} {:?}", module.info(), module.lowering());
}

#[test]
fn nonsense_is_refused() {
    let error = compile(b"<!doctype html>", &CompileOptions::default()).unwrap_err();
    assert_eq!(error.kind, CompileErrorKind::Invalid);
    assert_eq!(error.to_string(), "invalid magic at offset 0");
}
