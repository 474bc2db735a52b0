//! What modules are lowered to.
#![allow(clippy::unwrap_used)]

mod common;

use common::wat;
use taipan_compile::{
    CompileOptions, CompiledModule, ExternKind, LoweredImport, compile, engine_config,
};
use wasmi::{Engine, Extern, Func, Instance, Memory, Ref, RefType, Store, Table, TableType, Val};

fn compiled(text: &str) -> CompiledModule {
    compile(&wat(text), &CompileOptions::default()).unwrap()
}

fn store() -> Store<()> {
    Store::new(&Engine::new(&engine_config()), ())
}

/// Instantiates a module; the declared imports are these.
fn instantiate(
    store: &mut Store<()>,
    module: &CompiledModule,
    declared: &[Extern],
) -> Result<Instance, wasmi::Error> {
    let translated = module.instantiate_module(store.engine()).unwrap();
    let imports: Vec<_> = (module.lowering().imports.iter())
        .map(|import| match import {
            LoweredImport::Declared(index) => declared[*index],
            LoweredImport::DefinedMemory { ty, .. } => {
                Memory::new(&mut *store, ty.to_wasmi().unwrap())
                    .unwrap()
                    .into()
            }
            LoweredImport::Exception(_) => panic!("these modules have no exceptions"),
        })
        .collect();
    let instance = Instance::new(&mut *store, &translated, &imports)?;
    let lowering = module.lowering();
    for name in lowering.init.iter().chain(&lowering.start) {
        let function = instance.get_func(&*store, name).unwrap();
        function.call(&mut *store, &[], &mut [])?;
    }
    Ok(instance)
}

#[test]
fn imports_are_in_the_order_which_the_engine_wants() {
    let module = compiled(
        r#"(module
            (import "a" "g" (global i32))
            (import "a" "m" (memory 1))
            (import "a" "f" (func))
            (import "a" "t" (table 1 funcref))
            (import "a" "f" (func (param i32)))
            (memory 2 3)
            (memory i64 4))"#,
    );
    let info = module.info();
    let memory = |memory_index| LoweredImport::DefinedMemory {
        memory_index,
        ty: info.memories[memory_index as usize],
    };
    assert_eq!(
        module.lowering().imports,
        [
            LoweredImport::Declared(2),
            LoweredImport::Declared(4),
            LoweredImport::Declared(3),
            LoweredImport::Declared(1),
            memory(1),
            memory(2),
            LoweredImport::Declared(0),
        ]
    );
    // The engine agrees.
    let engine = Engine::new(&engine_config());
    let translated = module.instantiate_module(&engine).unwrap();
    let kinds: Vec<_> = translated
        .imports()
        .map(|import| match import.ty() {
            wasmi::ExternType::Func(_) => ExternKind::Func,
            wasmi::ExternType::Table(_) => ExternKind::Table,
            wasmi::ExternType::Memory(_) => ExternKind::Memory,
            wasmi::ExternType::Global(_) => ExternKind::Global,
        })
        .collect();
    assert!(kinds.is_sorted());
    assert_eq!(kinds.len(), 7);
    // The description does not show any of this.
    assert_eq!(info.imports.len(), 5);
    assert_eq!(info.imported_memories, 1);
    assert_eq!(info.memories.len(), 3);
}

#[test]
fn exports_are_named_by_position_and_hidden_ones_do_not_collide() {
    let module = compiled(
        r#"(module
            (func $f (export "0") (export "f0"))
            (func $start)
            (table $t 1 funcref)
            (table (export "1") 1 externref)
            (global $g (mut externref) (ref.null extern))
            (global i32 (i32.const 1))
            (export "" (global $g))
            (start $start))"#,
    );
    let names: Vec<_> = module
        .info()
        .exports
        .iter()
        .map(|export| &export.name[..])
        .collect();
    assert_eq!(names, ["0", "f0", "1", ""]);
    let lowering = module.lowering();
    assert_eq!(lowering.export_name(3), "3");
    // What is exported anyway is found by that export.
    assert_eq!(lowering.function_base, Some((0, "1".into())));
    assert_eq!(lowering.ref_tables, [(0, "t0".into()), (1, "2".into())]);
    assert_eq!(lowering.ref_globals, [(0, "3".into())]);
    assert_eq!(lowering.start.as_deref(), Some("f1"));
    assert_eq!(lowering.init, None);
}

#[test]
fn the_start_function_is_called_by_the_embedder() {
    let module = compiled(
        r#"(module
            (global $calls (export "calls") (mut i32) (i32.const 0))
            (func $start (global.set $calls (i32.add (global.get $calls) (i32.const 1))))
            (start $start))"#,
    );
    // The first function is the start function: it is exported once.
    assert_eq!(module.lowering().function_base.as_ref().unwrap().1, "f0");
    assert_eq!(module.lowering().start.as_deref(), Some("f0"));
    let mut store = store();
    let instance = instantiate(&mut store, &module, &[]).unwrap();
    let calls = instance.get_global(&store, "0").unwrap();
    assert_eq!(calls.get(&store).i32(), Some(1));
}

#[test]
fn an_imported_start_function_is_called_too() {
    let module = compiled(r#"(module (import "a" "f" (func $f)) (start $f))"#);
    let mut store = Store::new(&Engine::new(&engine_config()), 0);
    let count = Func::wrap(&mut store, |mut caller: wasmi::Caller<'_, i32>| {
        *caller.data_mut() += 1;
    });
    let translated = module.instantiate_module(store.engine()).unwrap();
    let instance = Instance::new(&mut store, &translated, &[count.into()]).unwrap();
    let start = module.lowering().start.as_deref().unwrap();
    let start = instance.get_func(&store, start).unwrap();
    start.call(&mut store, &[], &mut []).unwrap();
    assert_eq!(*store.data(), 1);
}

/// A table of eight elements that modules can import.
fn table(store: &mut Store<()>) -> Table {
    let ty = TableType::new(RefType::Func, 8, None);
    Table::new(store, ty, Ref::null(RefType::Func)).unwrap()
}

fn call_element(store: &mut Store<()>, table: Table, index: u64) -> i32 {
    let element = table.get(&*store, index).unwrap();
    let function = *element.unwrap_func().val().unwrap();
    let mut results = [Val::I32(0)];
    function.call(store, &[], &mut results).unwrap();
    results[0].i32().unwrap()
}

/// With the engine's own instantiation, calling such a function is undefined behaviour.
#[test]
fn functions_of_a_failed_instantiation_work_in_a_foreign_table() {
    let module = compiled(
        r#"(module
            (import "a" "t" (table 8 funcref))
            (memory 1)
            (global $secret i32 (i32.const 41))
            (func $f (result i32) (i32.add (i32.load8_u (i32.const 5)) (global.get $secret)))
            (elem (i32.const 2) $f $f)
            (data (i32.const 5) "\01")
            (elem (i32.const 7) $f $f)
            (data (i32.const 5) "\02"))"#,
    );
    assert!(module.lowering().init.is_some());
    let mut store = store();
    let table = table(&mut store);
    let failed = instantiate(&mut store, &module, &[table.into()]).unwrap_err();
    assert_eq!(
        failed.as_trap_code(),
        Some(wasmi::TrapCode::TableOutOfBounds)
    );
    // The second element segment failed as a whole, before any data segment.
    assert_eq!(call_element(&mut store, table, 2), 41);
    assert_eq!(call_element(&mut store, table, 3), 41);
    assert!(table.get(&store, 7).unwrap().is_null());
}

#[test]
fn the_init_function_does_what_the_engine_does_and_then_calls_start() {
    let module = compiled(
        r#"(module
            (import "a" "t" (table $t 8 funcref))
            (import "a" "g" (global $g i32))
            (table $own 4 funcref)
            (memory $m (export "m") 1)
            (memory $wide (export "wide") i64 1)
            (global $seen (export "seen") (mut i32) (i32.const 0))
            (func $one (result i32) (i32.const 1))
            (func $two (result i32) (i32.const 2))
            (func $start
              (global.set $seen
                (i32.add (i32.load8_u $m (i32.const 7)) (call_indirect $t (result i32) (i32.const 4)))))
            (elem (table $t) (global.get $g) func $one $two)
            (elem (table $own) (offset (i32.const 1)) funcref (ref.func $two) (ref.null func))
            (elem declare func $one)
            (elem $passive func $two)
            (data (memory $m) (i32.const 7) "\28")
            (data $kept "passive")
            (data (memory $wide) (i64.const 65535) "\09")
            (func (export "reinit")
              (table.init $t $passive (i32.const 0) (i32.const 0) (i32.const 1))
              (memory.init $m $kept (i32.const 0) (i32.const 0) (i32.const 7)))
            (func (export "own") (result i32) (call_indirect $own (result i32) (i32.const 1)))
            (start $start))"#,
    );
    let lowering = module.lowering();
    assert_eq!(
        (lowering.start.as_ref(), lowering.init.as_deref()),
        (None, Some("i"))
    );
    let mut store = store();
    let table = table(&mut store);
    let three = wasmi::Global::new(&mut store, Val::I32(3), wasmi::Mutability::Const);
    let instance = instantiate(&mut store, &module, &[table.into(), three.into()]).unwrap();

    let seen = instance.get_global(&store, "2").unwrap();
    assert_eq!(seen.get(&store).i32(), Some(0x28 + 2));
    assert_eq!(call_element(&mut store, table, 3), 1);
    let wide = instance.get_memory(&store, "1").unwrap();
    assert_eq!(wide.data(&store)[65535], 9);
    let own = instance.get_func(&store, "4").unwrap();
    let mut results = [Val::I32(0)];
    own.call(&mut store, &[], &mut results).unwrap();
    assert_eq!(results[0].i32(), Some(2));
    // Segments which were passive before have not been dropped.
    let reinit = instance.get_func(&store, "3").unwrap();
    reinit.call(&mut store, &[], &mut []).unwrap();
    assert_eq!(call_element(&mut store, table, 0), 2);
}

/// The init function is the only function, and there is neither type, code nor data section.
#[test]
fn a_module_of_nothing_but_segments_gets_an_init_function() {
    let module = compiled(
        r#"(module
            (import "a" "f" (func $f (result i32)))
            (import "a" "t" (table 8 funcref))
            (elem (i32.const 6) $f))"#,
    );
    assert_eq!(module.info().types.len(), 1);
    assert_eq!(module.info().defined_functions(), 0);
    assert_eq!(module.lowering().function_base, None);
    let mut store = store();
    let (seven, table) = (Func::wrap(&mut store, || 7), table(&mut store));
    instantiate(&mut store, &module, &[seven.into(), table.into()]).unwrap();
    assert_eq!(call_element(&mut store, table, 6), 7);
}

/// Active segments for tables that nobody else has are left to the engine.
#[test]
fn modules_which_write_to_their_own_tables_only_need_no_init_function() {
    let module = compiled(
        r#"(module
            (import "a" "t" (table 8 funcref))
            (table $own 2 funcref)
            (func $f)
            (elem (table $own) (i32.const 0) func $f)
            (elem func $f))"#,
    );
    assert_eq!(module.lowering().init, None);
}

#[test]
fn lowered_modules_have_no_custom_sections() {
    let plain = compiled("(module (func))");
    let custom = compiled(r#"(module $m (@custom "x" "y") (func $f (local $l i32)))"#);
    assert_eq!(custom.info().function_name(0), Some("f"));
    assert_eq!(custom.info().custom_sections("x").count(), 1);
    assert!(custom.lowered_bytes().len() < plain.lowered_bytes().len() + 8);
}
