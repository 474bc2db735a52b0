//! Function bodies that are rewritten for the engine.
#![allow(clippy::unwrap_used)]

mod common;

use common::{compile_chunks, observe, wat};
use taipan_compile::{
    CompileErrorKind, CompileOptions, CompiledModule, HeapType, LoweredImport, Parallelism,
    ValType, compile, engine_config,
};
use wasmi::{Engine, Extern, Instance, Memory, Store, Val};

fn compiled(text: &str) -> CompiledModule {
    compile(&wat(text), &CompileOptions::default()).unwrap()
}

/// What an exported function returns; exports are named by position.
fn call(module: &CompiledModule, export: &str, arguments: &[Val]) -> Result<i32, wasmi::Error> {
    let mut store = Store::new(&Engine::new(&engine_config()), ());
    let translated = module.instantiate_module(store.engine()).unwrap();
    let imports: Vec<Extern> = (module.lowering().imports.iter())
        .map(|import| match import {
            LoweredImport::DefinedMemory { ty, .. } => {
                let ty = ty.to_wasmi().unwrap();
                Memory::new(&mut store, ty).unwrap().into()
            }
            _ => panic!("these modules import nothing"),
        })
        .collect();
    let instance = Instance::new(&mut store, &translated, &imports)?;
    if let Some(name) = &module.lowering().init {
        let init = instance.get_func(&store, name).unwrap();
        init.call(&mut store, &[], &mut [])?;
    }
    let function = instance.get_func(&store, export).unwrap();
    let mut results = [Val::I32(0)];
    function.call(&mut store, arguments, &mut results)?;
    Ok(results[0].i32().unwrap())
}

/// The module has all of it: filled tables, active segments, bodies of both kinds, data.
const EVERYTHING: &str = r#"(module
    (type $f (func (param i32) (result i32)))
    (func $twice (type $f) (i32.mul (local.get 0) (i32.const 2)))
    (func (export "plain") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func (export "rewritten") (param i32) (result i32)
      (call_ref $f (local.get 0) (ref.as_non_null (table.get $filled (i32.const 2)))))
    (func (export "between") (param i32) (result i32)
      (call_indirect $table (type $f) (local.get 0) (i32.const 1)))
    (func (export "local") (param i32) (result i32)
      (local $f (ref $f)) (local $n i64)
      (local.set $f (ref.func $twice))
      (call_ref $f (i32.load8_u (local.get 0)) (local.get $f)))
    (memory 1)
    (table $filled 3 (ref $f) (ref.func $twice))
    (table $table 2 (ref null $f))
    (elem (table $table) (i32.const 1) (ref $f) (ref.func $twice))
    (elem declare func $twice)
    (data (i32.const 5) "\15"))"#;

#[test]
fn bodies_of_both_kinds_go_together() {
    let module = compiled(EVERYTHING);
    assert_eq!(call(&module, "0", &[Val::I32(4)]).unwrap(), 5);
    assert_eq!(call(&module, "1", &[Val::I32(4)]).unwrap(), 8);
    assert_eq!(call(&module, "2", &[Val::I32(5)]).unwrap(), 10);
    assert_eq!(call(&module, "3", &[Val::I32(5)]).unwrap(), 42);
    assert!(module.lowering().init.is_some());
}

#[test]
fn a_module_that_the_engine_takes_is_not_touched() {
    let mut without = CompileOptions::default();
    without.features.function_references = false;
    without.features.atomics = false;
    for text in [
        "(module (func (param i32) (result i32) (local.get 0)))",
        r#"(module (memory 1) (table 1 funcref) (func $f) (elem (i32.const 0) $f) (data "x"))"#,
        r#"(module (import "a" "t" (table 1 funcref)) (func $f) (elem (i32.const 0) $f))"#,
    ] {
        let bytes = wat(text);
        assert_eq!(
            compiled(text).lowered_bytes(),
            compile(&bytes, &without).unwrap().lowered_bytes()
        );
    }
}

#[test]
fn types_are_described_as_they_were_written() {
    let module = compiled(
        r#"(module
            (type $f (func))
            (type $g (func (param (ref $f) (ref null extern)) (result (ref extern))))
            (import "a" "g" (func (type $g)))
            (table 1 (ref null $f)))"#,
    );
    let info = module.info();
    assert_eq!(
        info.types[1].to_string(),
        "(func (param (ref 0) externref) (result (ref extern)))"
    );
    assert_eq!(info.tables[0].element.to_string(), "(ref null 0)");
    // The same types in another module, at other indices.
    let other = compiled(
        r#"(module
            (type (func (param i32)))
            (type $x (func))
            (type $y (func (param (ref $x) externref) (result (ref extern))))
            (type $z (func (param (ref 0) externref) (result (ref extern)))))"#,
    );
    let types = &other.info().types;
    assert_eq!(info.types[1], types[2]);
    assert_eq!(info.types[1].id(), types[2].id());
    assert_ne!(info.types[1], types[3]);
    assert_ne!(info.types[1].id(), types[3].id());
    let ValType::Ref(reference) = types[2].params[0] else {
        panic!("not a reference");
    };
    let HeapType::Concrete(defined) = reference.heap else {
        panic!("not a defined type");
    };
    assert_eq!(defined.id(), types[1].id());
    assert!(reference.matches(taipan_compile::RefType::FUNCREF));
    assert!(!taipan_compile::RefType::FUNCREF.matches(reference));
}

/// Many bodies, on all threads, in any chunks: they end up in their places.
#[test]
fn many_bodies_keep_their_order() {
    let mut text = String::from("(module (type $f (func (result i32)))");
    const FUNCTIONS: i32 = 3_000;
    for index in 0..FUNCTIONS {
        let filler = "(drop (i32.const 123456))".repeat(5 + index as usize % 40);
        if index % 3 == 0 {
            text += &format!(
                r#"(func $f{index} (export "{index}") (result i32) {filler}
                    (block $null (br_on_null $null (ref.null $f)) (drop)) (i32.const {index}))"#
            );
        } else {
            text += &format!(
                r#"(func $f{index} (export "{index}") (result i32) {filler} (i32.const {index}))"#
            );
        }
    }
    text += ")";
    let bytes = wat(&text);
    let whole = compile(&bytes, &CompileOptions::default());
    let mut alone = CompileOptions::default();
    alone.parallelism = Parallelism::Caller;
    let expected = observe(&compile(&bytes, &alone));
    assert_eq!(observe(&whole), expected);
    for size in [7_777, 100_000] {
        let chunked = compile_chunks(bytes.chunks(size), &CompileOptions::default());
        assert_eq!(observe(&chunked), expected);
    }
    let module = whole.unwrap();
    for index in [0, 1, 2, 3, 1_499, 1_500, 2_999] {
        assert_eq!(call(&module, &index.to_string(), &[]).unwrap(), index);
    }
}

#[test]
fn the_first_invalid_body_is_reported_whatever_is_rewritten() {
    for (text, message) in [
        (
            "(module (type $f (func)) (func (call_ref $f (ref.null $f))) (func (drop)))",
            "type mismatch",
        ),
        (
            "(module (type $f (func)) (func (call_ref $f (i32.const 0))))",
            "type mismatch",
        ),
        (
            "(module (func (local (ref func)) (drop (local.get 0))))",
            "uninitialized local",
        ),
        ("(module (func (unreachable) (call_ref 7)))", "unknown type"),
    ] {
        let error = compile(&wat(text), &CompileOptions::default()).unwrap_err();
        assert!(error.message.contains(message), "{text}: {error}");
        assert_eq!(error.kind, CompileErrorKind::Invalid);
    }
}
