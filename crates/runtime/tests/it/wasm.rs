//! WebAssembly from Rust.

use std::{cell::RefCell, rc::Rc, time::Duration};

use taipan::{
    Bytes, ErrorClass, Function, HostError, Limit, Limits, Runtime,
    engine::{Context, JsObject, JsResult, JsValue},
    wasm::{
        ExternKind, Func, Global, GlobalType, Imports, Instance, Memory, Module, PAGE,
        PortableModule, RefType, Table, ValType,
    },
};

use crate::support::runtime;

fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("a module")
}

/// An instance of a module in text format.
fn instance(runtime: &mut Runtime, text: &str, imports: Imports) -> Instance {
    let module = runtime.compile_wasm(&wat(text)).expect("a module");
    runtime
        .instantiate_wasm(&module, imports)
        .expect("an instance")
}

/// What a call within the runtime gives.
#[track_caller]
fn get<T: taipan::FromJs>(runtime: &mut Runtime, instance: &Instance, name: &str) -> T {
    runtime
        .with(|context| instance.get(name, context))
        .expect(name)
}

const IDENTITIES: &str = r#"(module
    (func (export "i32") (param i32) (result i32) local.get 0)
    (func (export "i64") (param i64) (result i64) local.get 0)
    (func (export "f32") (param f32) (result f32) local.get 0)
    (func (export "f64") (param f64) (result f64) local.get 0)
    (func (export "extern") (param externref) (result externref) local.get 0)
    (func (export "func") (param funcref) (result funcref) local.get 0)
    (func (export "swap") (param i64 f64) (result f64 i64) local.get 1 local.get 0)
    (func (export "none"))
    (func (export "v128") (param v128)))"#;

#[test]
fn calls_are_typed() {
    let (mut runtime, _) = runtime();
    let module = instance(&mut runtime, IDENTITIES, Imports::new());
    runtime
        .with(|context| {
            assert_eq!(module.call::<i32>("i32", (-5,), context)?, -5);
            assert_eq!(module.call::<i32>("i32", (u32::MAX,), context)?, -1);
            assert_eq!(module.call::<u8>("i32", (7_u8,), context)?, 7);
            assert_eq!(module.call::<i64>("i64", (5,), context)?, 5);
            assert_eq!(module.call::<i64>("i64", (i64::MIN,), context)?, i64::MIN);
            assert_eq!(module.call::<i64>("i64", (u64::MAX,), context)?, -1);
            assert_eq!(module.call::<f32>("f32", (0.5_f32,), context)?, 0.5);
            assert!(module.call::<f64>("f64", (f64::NAN,), context)?.is_nan());
            assert_eq!(
                module.call::<String>("extern", ("a value",), context)?,
                "a value"
            );
            let swapped: (f64, i64) = module.call("swap", (1_i64 << 60, 2.5), context)?;
            assert_eq!(swapped, (2.5, 1 << 60));
            module.call::<()>("none", (), context)?;
            let none: Func = module.get("none", context)?;
            let back: Func = module.call("func", (&none,), context)?;
            assert_eq!(back, none);
            assert_eq!(
                module.call::<Option<Func>>("func", (None::<Func>,), context)?,
                None
            );

            let i64: Func = module.get("i64", context)?;
            assert_eq!(i64.ty().params[..], [ValType::I64]);
            for (error, wanted) in [
                (
                    i64.call::<i64>((0.5,), context).expect_err("a fraction"),
                    "TypeError",
                ),
                (
                    module
                        .call::<u32>("i32", (-1,), context)
                        .expect_err("negative"),
                    "TypeError: the result: expected an integer between 0 and 4294967295, got -1",
                ),
                (
                    module
                        .call::<()>("v128", (JsValue::null(),), context)
                        .expect_err("a vector"),
                    "TypeError: a value of type v128",
                ),
                (
                    module
                        .call::<()>("missing", (), context)
                        .expect_err("no export"),
                    "TypeError: the instance has no export \"missing\"",
                ),
                (
                    module
                        .get::<Memory>("none", context)
                        .expect_err("no memory"),
                    "TypeError: export \"none\": expected a WebAssembly.Memory that is not shared, got a function",
                ),
            ] {
                let error = error.to_string();
                assert!(error.starts_with(wanted), "{error}");
            }
            Ok(())
        })
        .expect("every call");
}

#[test]
fn functions_are_those_of_script() {
    let (mut runtime, _) = runtime();
    let module = instance(&mut runtime, IDENTITIES, Imports::new());
    let func: Func = get(&mut runtime, &module, "i64");
    runtime.set("module", &module).expect("a variable");
    runtime.set("func", &func).expect("a variable");
    assert!(
        runtime
            .eval_as::<bool>(
                "module instanceof WebAssembly.Instance && module.exports.i64 === func"
            )
            .expect("a boolean")
    );
    let back: Func = runtime.eval_as("module.exports.i64").expect("a function");
    assert_eq!(back, func);
    assert_eq!(
        runtime.call_function::<i64>(&back, (9,)).expect("a call"),
        9
    );
    // As a function of script it wants what script would have to give it.
    let function = Function::from(func);
    let error = runtime
        .call_function::<i64>(&function, (9,))
        .expect_err("no BigInt");
    assert!(error.to_string().starts_with("TypeError"), "{error}");
    let error = runtime
        .eval_as::<Func>("() => 1")
        .expect_err("a function of script");
    assert_eq!(
        error.to_string(),
        "TypeError: expected a function of WebAssembly, got a function"
    );
}

#[test]
fn imports_are_closures_values_and_objects_of_script() {
    let (mut runtime, log) = runtime();
    let text = r#"(module
        (import "env" "add" (func $add (param i64 i64) (result i64)))
        (import "env" "pair" (func $pair (result i32 i64)))
        (import "env" "name" (func $name (param i32) (result externref)))
        (import "env" "memory" (memory 1))
        (import "env" "table" (table 1 funcref))
        (import "env" "base" (global $base i64))
        (import "env" "count" (global $count (mut i32)))
        (import "console" "log" (func $log (param externref)))
        (import "console" "log" (func $again (param externref)))
        (export "add" (func $add))
        (func (export "run") (result i64) (local $sum i64)
            (global.set $count (i32.add (global.get $count) (i32.const 1)))
            (i32.store (i32.const 4) (i32.const 0x01020304))
            (call $log (call $name (i32.const 7)))
            (call $again (call $name (i32.const 8)))
            (call $pair)
            (call $add (global.get $base))
            local.set $sum
            i64.extend_i32_s
            (i64.add (local.get $sum)))
        (func $seven (export "seven") (result i32) i32.const 7)
        (elem (i32.const 0) $seven))"#;
    let calls = Rc::new(RefCell::new(Vec::new()));
    let noted = Rc::clone(&calls);
    let script: JsObject = runtime
        .eval_as("({ console, env: { add() { throw 1 }, unused: 1 } })")
        .expect("an object");
    let (memory, table, count) = runtime
        .with(|context| {
            let ty = GlobalType {
                content: ValType::I32,
                mutable: true,
            };
            Ok((
                Memory::new(1, None, context)?,
                Table::new(RefType::FUNCREF, 1, None, None::<Func>, context)?,
                Global::new(ty, 41, context)?,
            ))
        })
        .expect("imports");
    let imports = Imports::of(script)
        .function("env", "add", move |a: i64, b: i64| {
            noted.borrow_mut().push((a, b));
            a + b
        })
        .function("env", "pair", || (1, 2_i64))
        .function("env", "name", |_: &mut Context, n: u8| format!("name {n}"))
        .value("env", "memory", memory.clone())
        .value("env", "table", table.clone())
        .value("env", "base", 1_i64 << 40)
        .value("env", "count", count.clone())
        .value("env", "nobody asks for this", 1);
    let module = instance(&mut runtime, text, imports);
    let result: i64 = runtime
        .with(|context| module.call("run", (), context))
        .expect("a result");
    assert_eq!(result, (1 << 40) + 3);
    assert_eq!(*calls.borrow(), [(2, 1 << 40)]);
    assert_eq!(log.take(), ["name 7", "name 8"]);
    runtime
        .with(|context| {
            assert_eq!(memory.read_to_vec(4..8, context)?, [4, 3, 2, 1]);
            assert_eq!(count.get::<i32>(context)?, 42);
            let seven: Func = table.get(0, context)?;
            assert_eq!(seven, module.get("seven", context)?);
            assert_eq!(seven.call::<i32>((), context)?, 7);
            Ok(())
        })
        .expect("what was imported");

    let missing = runtime.compile_wasm(&wat(text)).expect("a module");
    let error = runtime
        .instantiate_wasm(&missing, Imports::new().function("env", "add", || ()))
        .expect_err("nothing to link to");
    assert!(
        error
            .to_string()
            .starts_with("LinkError: Module::instantiate: import #1 \"env\" \"pair\""),
        "{error}"
    );
}

#[test]
fn what_a_closure_throws_passes_through() {
    let (mut runtime, _) = runtime();
    let text = r#"(module
        (import "env" "fail" (func $fail (param i32)))
        (func (export "run") (param i32) (call $fail (local.get 0)))
        (func (export "trap") unreachable))"#;
    let imports = Imports::new().function("env", "fail", |n: u8| {
        Err::<(), _>(HostError::new(ErrorClass::Range, format!("{n} is wrong")).with_code("WRONG"))
    });
    let module = instance(&mut runtime, text, imports);
    let run: Func = get(&mut runtime, &module, "run");
    let error = runtime
        .call_function::<()>(&run, (3,))
        .expect_err("an error");
    assert_eq!(error.to_string(), "RangeError: 3 is wrong");
    let error = runtime
        .call_function::<()>(&run, (300,))
        .expect_err("an error");
    assert_eq!(
        error.to_string(),
        "TypeError: fail: argument 1: expected an integer between 0 and 255, got 300"
    );
    let trap: Func = get(&mut runtime, &module, "trap");
    let error = runtime.call_function::<()>(&trap, ()).expect_err("a trap");
    assert!(error.to_string().starts_with("RuntimeError: "), "{error}");
    // A closure that calls back.
    let text = r#"(module
        (import "env" "call" (func $call (param funcref i64) (result i64)))
        (func $double (export "double") (param i64) (result i64) (i64.mul (local.get 0) (i64.const 2)))
        (func (export "run") (result i64) (call $call (ref.func $double) (i64.const 21))))"#;
    let imports = Imports::new().function(
        "env",
        "call",
        |context: &mut Context, f: Func, n: i64| -> JsResult<i64> { f.call((n,), context) },
    );
    let module = instance(&mut runtime, text, imports);
    let run: Func = get(&mut runtime, &module, "run");
    assert_eq!(
        runtime.call_function::<i64>(&run, ()).expect("a result"),
        42
    );
}

#[test]
fn memories_are_checked_and_seen_by_both() {
    let (mut runtime, _) = runtime();
    let text = r#"(module
        (memory (export "memory") 1 3)
        (func (export "grow") (result i32) (memory.grow (i32.const 1))))"#;
    let module = instance(&mut runtime, text, Imports::new());
    let memory: Memory = get(&mut runtime, &module, "memory");
    runtime.set("memory", &memory).expect("a variable");
    let length = |runtime: &mut Runtime| {
        runtime
            .eval_as::<usize>("memory.buffer.byteLength")
            .expect("a length")
    };
    runtime
        .eval("globalThis.first = memory.buffer; new Uint8Array(first).set([1, 2, 3], 65533)")
        .expect("bytes");
    runtime
        .with(|context| {
            assert_eq!(memory.ty().maximum, Some(3));
            assert_eq!(
                (memory.size(context)?, memory.byte_length(context)?),
                (1, PAGE)
            );
            let mut last = [0; 3];
            memory.read(PAGE - 3, &mut last, context)?;
            assert_eq!(last, [1, 2, 3]);
            memory.write(PAGE - 3, &[4, 5, 6], context)?;
            memory.write(PAGE, &[], context)?;
            memory.with(context, |bytes| bytes[0] = 9)?;
            for (start, length) in [(PAGE - 2, 3), (PAGE + 1, 0), (usize::MAX, 1), (0, PAGE + 1)] {
                let mut bytes = vec![7; length];
                let error = memory
                    .read(start, &mut bytes, context)
                    .expect_err("beyond the end");
                assert!(
                    error.to_string().starts_with("RangeError: bytes "),
                    "{error}"
                );
                assert!(bytes.iter().all(|byte| *byte == 7));
                memory
                    .write(start, &bytes, context)
                    .expect_err("beyond the end");
                let end = start.saturating_add(length);
                memory
                    .read_to_vec(start..end, context)
                    .expect_err("beyond the end");
            }
            #[allow(clippy::reversed_empty_ranges, reason = "it is to be refused")]
            let reversed = 5..4;
            memory.read_to_vec(reversed, context).expect_err("no range");
            Ok(())
        })
        .expect("accesses");
    let bytes: Bytes = runtime
        .eval_as("new Uint8Array(memory.buffer, 65533)")
        .expect("bytes");
    assert_eq!(bytes[..], [4, 5, 6]);
    assert_eq!(
        runtime
            .eval_as::<u8>("new Uint8Array(first)[0]")
            .expect("a byte"),
        9
    );

    // Growing, by whomever, is seen by all.
    let before = runtime
        .with(|context| memory.grow(1, context))
        .expect("it grows");
    assert_eq!((before, length(&mut runtime)), (1, 2 * PAGE));
    assert!(
        runtime
            .eval_as::<bool>("first.detached ?? first.byteLength === 0")
            .expect("a boolean")
    );
    runtime
        .with(|context| module.call::<i32>("grow", (), context))
        .expect("it grows");
    assert_eq!(length(&mut runtime), 3 * PAGE);
    runtime
        .with(|context| {
            assert_eq!(memory.byte_length(context)?, 3 * PAGE);
            let error = memory.grow(1, context).expect_err("its maximum");
            assert!(
                error
                    .to_string()
                    .starts_with("RangeError: WebAssembly.Memory"),
                "{error}"
            );
            Ok(())
        })
        .expect("a length");
    let error = runtime
        .with(|context| Memory::new(2, Some(1), context))
        .expect_err("no memory");
    assert!(error.to_string().starts_with("RangeError"), "{error}");
    // Of another runtime.
    let (mut other, _) = crate::support::runtime();
    let error = other
        .with(|context| memory.read_to_vec(0..1, context))
        .expect_err("another runtime");
    assert_eq!(
        error.to_string(),
        "TypeError: the WebAssembly.Memory belongs to another context"
    );
}

#[test]
fn globals_and_tables_are_typed() {
    let (mut runtime, _) = runtime();
    let text = r#"(module
        (global (export "constant") i32 (i32.const 7))
        (global (export "variable") (mut i64) (i64.const 1))
        (table (export "table") 2 3 funcref)
        (func $one (export "one") (result i32) i32.const 1)
        (elem (i32.const 0) $one))"#;
    let module = instance(&mut runtime, text, Imports::new());
    runtime
        .with(|context| {
            let constant: Global = module.get("constant", context)?;
            assert_eq!(constant.get::<u8>(context)?, 7);
            let error = constant.set(8, context).expect_err("immutable");
            assert!(error.to_string().starts_with("TypeError"), "{error}");
            let variable: Global = module.get("variable", context)?;
            variable.set(i64::MAX, context)?;
            assert_eq!(variable.get::<i64>(context)?, i64::MAX);
            variable.set("text", context).expect_err("no integer");
            assert_eq!(
                (variable.ty().content, variable.ty().mutable),
                (ValType::I64, true)
            );

            let table: Table = module.get("table", context)?;
            let one: Func = module.get("one", context)?;
            assert_eq!(table.len(context)?, 2);
            assert_eq!(table.get::<Func>(0, context)?, one);
            assert_eq!(table.get::<Option<Func>>(1, context)?, None);
            table.set(1, &one, context)?;
            table.set(0, None::<Func>, context)?;
            assert_eq!(table.grow(1, one, context)?, 2);
            assert_eq!(table.get::<Func>(2, context)?.call::<i32>((), context)?, 1);
            for error in [
                table
                    .grow(1, None::<Func>, context)
                    .expect_err("its maximum"),
                table.set(3, None::<Func>, context).expect_err("no element"),
                table.get::<JsValue>(3, context).expect_err("no element"),
            ] {
                assert!(error.to_string().starts_with("RangeError"), "{error}");
            }
            let error = table.set(0, "text", context).expect_err("no function");
            assert!(error.to_string().starts_with("TypeError"), "{error}");
            Ok(())
        })
        .expect("globals and tables");
}

#[test]
fn modules_travel_and_describe_themselves() {
    let bytes = wat(
        r#"(module (import "a" "b" (func)) (memory (export "m") 1) (@custom "note" "text") (func (export "f")))"#,
    );
    let compiled = PortableModule::compile(&bytes).expect("a module");
    let (mut runtime, _) = runtime();
    let module = runtime
        .with(|context| Module::from_portable(&compiled, context))
        .expect("a module");
    let info = module.info();
    let imports: Vec<_> = info
        .imports
        .iter()
        .map(|import| (&*import.module, &*import.name))
        .collect();
    assert_eq!(imports, [("a", "b")]);
    let exports: Vec<_> = info
        .exports
        .iter()
        .map(|export| (&*export.name, export.kind()))
        .collect();
    assert_eq!(
        exports,
        [("m", ExternKind::Memory), ("f", ExternKind::Func)]
    );
    assert_eq!(
        info.custom_sections("note").next().map(|text| &text[..]),
        Some(&b"text"[..])
    );
    runtime.set("module", &module).expect("a variable");
    let same: Module = runtime
        .eval_as("module instanceof WebAssembly.Module ? module : null")
        .expect("a module");
    assert_eq!(same, module);
    let portable = module.to_portable();
    std::thread::spawn(move || {
        let mut runtime = Runtime::new().expect("a runtime");
        let module = runtime.with(|context| Module::from_portable(&portable, context));
        let imports = Imports::new().function("a", "b", || ());
        runtime
            .instantiate_wasm(&module.expect("a module"), imports)
            .expect("an instance");
    })
    .join()
    .expect("the thread");

    assert!(PortableModule::compile(b"\0asm\x01\0\0\0\xff").is_err());
    let error = runtime.compile_wasm(b"no module").expect_err("no module");
    assert!(
        error.to_string().starts_with("CompileError: Module::new"),
        "{error}"
    );
}

#[test]
fn limits_hold_for_what_rust_calls() {
    const SPIN: &str = r#"(module
        (import "env" "again" (func $again))
        (memory (export "memory") 0)
        (func (export "spin") (loop (br 0)))
        (func (export "cross") (loop (call $again) (br 0)))
        (func (export "fine") (result i32) i32.const 1))"#;
    let imports = || Imports::new().function("env", "again", || ());
    let time = Duration::from_millis(50);
    let mut runtime = Runtime::builder()
        .limits(Limits::new().run_timeout(time).memory(2 * PAGE))
        .build()
        .expect("a runtime");
    let module = instance(&mut runtime, SPIN, imports());
    for name in ["spin", "cross"] {
        let endless: Func = get(&mut runtime, &module, name);
        let error = runtime
            .call_function::<()>(&endless, ())
            .expect_err("it ends");
        assert_eq!(error.limit(), Some(Limit::RunTimeout(time)), "{name}");
        let error = runtime
            .with(|context| endless.call::<()>((), context))
            .expect_err("it ends");
        assert_eq!(error.limit(), Some(Limit::RunTimeout(time)), "{name}");
        let fine: Func = get(&mut runtime, &module, "fine");
        assert_eq!(
            runtime.call_function::<i32>(&fine, ()).expect("it lives"),
            1
        );
    }
    let memory: Memory = get(&mut runtime, &module, "memory");
    let error = runtime
        .with(|context| memory.grow(3, context))
        .expect_err("more than the limit");
    assert!(error.to_string().starts_with("RangeError"), "{error}");
    runtime
        .with(|context| memory.grow(2, context))
        .expect("within the limit");
    runtime
        .with(|context| Memory::new(1, None, context))
        .expect_err("more than the limit");

    let mut runtime = Runtime::builder()
        .limits(Limits::new().fuel(100_000))
        .build()
        .expect("a runtime");
    let module = instance(&mut runtime, SPIN, imports());
    let spin: Func = get(&mut runtime, &module, "spin");
    let error = runtime.call_function::<()>(&spin, ()).expect_err("it ends");
    assert_eq!(error.limit(), Some(Limit::Fuel(100_000)));

    let mut runtime = Runtime::builder()
        .interruptible(true)
        .build()
        .expect("a runtime");
    let module = instance(&mut runtime, SPIN, imports());
    let spin: Func = get(&mut runtime, &module, "spin");
    let terminator = runtime.terminator();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        terminator.terminate();
    });
    let error = runtime.call_function::<()>(&spin, ()).expect_err("it ends");
    assert!(matches!(error, taipan::Error::Terminated), "{error}");
    thread.join().expect("the thread");
    let fine: Func = get(&mut runtime, &module, "fine");
    assert_eq!(
        runtime.call_function::<i32>(&fine, ()).expect("it lives"),
        1
    );
}

#[test]
fn closures_may_be_waited_for_and_time_slices_hold() {
    let text = r#"(module
        (import "env" "later" (func $later (param i64) (result i64)))
        (import "env" "two" (func $two (result i64 i32)))
        (func (export "wait") (param i64) (result i64)
            (call $two) drop
            (call $later (local.get 0))
            i64.add)
        (func (export "count") (param $n i32) (result i32)
            (loop (br_if 0 (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (i32.const 5)))"#;
    let mut runtime = Runtime::builder()
        .time_slice(Duration::from_millis(2))
        .build()
        .expect("a runtime");
    let imports = Imports::new()
        .async_function("env", "later", async |n: i64| {
            tokio::time::sleep(Duration::from_millis(1)).await;
            match n {
                0 => Err("nothing"),
                n => Ok(n * 2),
            }
        })
        .async_function("env", "two", async || (1_i64 << 40, 1));
    let module = instance(&mut runtime, text, imports);
    let wait: Func = get(&mut runtime, &module, "wait");
    let error = runtime
        .call_function::<i64>(&wait, (1,))
        .expect_err("it cannot wait");
    assert!(error.to_string().starts_with("SuspendError"), "{error}");
    let waiting = runtime
        .with(|context| wait.promising(context))
        .expect("a function");
    let result: i64 = runtime
        .call_function(&waiting, (1_i64 << 41,))
        .expect("a result");
    assert_eq!(result, (1 << 42) + (1 << 40));
    let error = runtime
        .call_function::<i64>(&waiting, (0,))
        .expect_err("it fails");
    assert_eq!(error.to_string(), "Error: nothing");

    let count: Func = get(&mut runtime, &module, "count");
    let count = runtime
        .with(|context| count.promising(context))
        .expect("a function");
    runtime
        .eval("globalThis.ticks = 0; globalThis.timer = setInterval(() => ticks++, 1)")
        .expect("a timer");
    assert_eq!(
        runtime
            .call_function::<i32>(&count, (20_000_000,))
            .expect("a result"),
        5
    );
    let ticks: u32 = runtime
        .eval_as("clearInterval(timer); ticks")
        .expect("ticks");
    assert!(ticks > 1, "{ticks}");
}

#[test]
fn instances_are_collected_with_their_handles() {
    let (mut runtime, _) = runtime();
    let module = runtime
        .compile_wasm(&wat(
            r#"(module (import "env" "f" (func)) (memory (export "memory") 100))"#,
        ))
        .expect("a module");
    runtime.eval("globalThis.refs = []").expect("a list");
    for _ in 0..50 {
        let witness = Rc::new(());
        let held = Rc::clone(&witness);
        let imports = Imports::new().function("env", "f", move || drop(Rc::clone(&held)));
        let instance = runtime
            .instantiate_wasm(&module, imports)
            .expect("an instance");
        runtime.set("instance", &instance).expect("a variable");
        runtime
            .eval("refs.push(new WeakRef(instance)); instance = undefined")
            .expect("a weak reference");
    }
    runtime.run().expect("the loop");
    taipan::engine::gc::force_collect();
    let alive: u32 = runtime
        .eval_as("refs.filter(ref => ref.deref()).length")
        .expect("a number");
    assert!(alive <= 1, "{alive} instances are alive");
}

#[test]
fn shared_memories_are_of_script_alone() {
    let (mut runtime, _) = runtime();
    let error = runtime
        .eval_as::<Memory>("new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })")
        .expect_err("a shared memory");
    assert!(
        error
            .to_string()
            .starts_with("TypeError: expected a WebAssembly.Memory"),
        "{error}"
    );
}
