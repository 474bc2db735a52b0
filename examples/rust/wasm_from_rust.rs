//! WebAssembly modules that Rust compiles, links to closures, calls and looks into, with or without a script.
//!
//!     cargo run -p taipan --example wasm_from_rust

use std::{cell::RefCell, rc::Rc, time::Duration};

use taipan::{
    Limits, Runtime,
    wasm::{Func, Global, Imports, Memory, Module, PortableModule},
};

/// Reverses text in place and counts what it was asked to do; `spin` never ends.
const MODULE: &str = r#"
    (module
      (import "host" "log" (func $log (param i32 i32)))
      (memory (export "memory") 1)
      (global $calls (export "calls") (mut i64) (i64.const 0))
      (func (export "reverse") (param $from i32) (param $length i32)
        (local $left i32) (local $right i32) (local $byte i32)
        (global.set $calls (i64.add (global.get $calls) (i64.const 1)))
        (local.set $left (local.get $from))
        (local.set $right (i32.add (local.get $from) (i32.sub (local.get $length) (i32.const 1))))
        (block $done
          (loop $next
            (br_if $done (i32.ge_u (local.get $left) (local.get $right)))
            (local.set $byte (i32.load8_u (local.get $left)))
            (i32.store8 (local.get $left) (i32.load8_u (local.get $right)))
            (i32.store8 (local.get $right) (local.get $byte))
            (local.set $left (i32.add (local.get $left) (i32.const 1)))
            (local.set $right (i32.sub (local.get $right) (i32.const 1)))
            (br $next)))
        (call $log (local.get $from) (local.get $length)))
      (func (export "spin") (loop (br 0))))
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Compiled once, without any runtime; it could go to other threads.
    let compiled = PortableModule::compile(&wat::parse_str(MODULE)?)?;
    let exports = compiled.info().exports.iter();
    let names: Vec<&str> = exports.map(|export| export.name.as_str()).collect();
    println!("exports: {}", names.join(", "));

    let limits = Limits::new().run_timeout(Duration::from_millis(200));
    let mut runtime = Runtime::builder()
        .console(|_level, text: &str| println!("{text}"))
        .limits(limits)
        .build()?;

    // A closure as an import. It is given places in the memory, and takes note of them.
    let seen: Rc<RefCell<Vec<(usize, usize)>>> = Rc::default();
    let log = Rc::clone(&seen);
    let imports = Imports::new().function("host", "log", move |from: usize, length: usize| {
        log.borrow_mut().push((from, length));
    });
    let module = runtime.with(|context| Module::from_portable(&compiled, context))?;
    let instance = runtime.instantiate_wasm(&module, imports)?;

    // Exports, as what they are.
    let (reverse, memory, calls) = runtime.with(|context| {
        let reverse: Func = instance.get("reverse", context)?;
        let memory: Memory = instance.get("memory", context)?;
        let calls: Global = instance.get("calls", context)?;
        memory.write(16, b"taipan", context)?;
        Ok((reverse, memory, calls))
    })?;
    runtime.call_function::<()>(&reverse, (16, 6))?;
    let text = runtime.with(|context| memory.read_to_vec(16..22, context))?;
    println!("reversed: {}", String::from_utf8(text)?);
    println!("logged: {:?}", seen.borrow());

    // Script gets the very same objects, and hands objects of its own over.
    runtime.set("instance", &instance)?;
    runtime.set("memory", &memory)?;
    runtime.eval(
        "console.log(instance.exports.memory === memory);
         new TextEncoder().encodeInto('stressed', new Uint8Array(memory.buffer));
         instance.exports.reverse(0, 8);
         console.log(new TextDecoder().decode(new Uint8Array(memory.buffer, 0, 8)));",
    )?;
    println!(
        "calls: {}",
        runtime.with(|context| calls.get::<i64>(context))?
    );
    let of_script: Memory = runtime.eval_as("new WebAssembly.Memory({ initial: 3 })")?;
    println!(
        "pages: {}",
        runtime.with(|context| of_script.size(context))?
    );

    // Whatever goes wrong is an error, and the limits hold.
    if let Err(error) = runtime.with(|context| memory.write(65_530, b"too much", context)) {
        println!("{error}");
    }
    if let Err(error) = runtime.call_function::<()>(&reverse, (65_530, 100)) {
        println!("{error}");
    }
    let spin = runtime.with(|context| instance.get::<Func>("spin", context))?;
    if let Err(error) = runtime.call_function::<()>(&spin, ()) {
        println!("stopped by a limit: {}", error.limit().is_some());
    }
    Ok(())
}
