//! WebAssembly modules that go from one engine to another.

use taipan::engine::JsValue;

use super::{alone, logged, runtime_of, wasm};

#[test]
fn a_module_is_not_validated_again() {
    let _alone = alone();
    let (builder, log) = logged();
    let mut runtime = runtime_of(builder);
    let bytes = wasm(
        "(module
            (import \"m\" \"f\" (func $f (param i32) (result i32)))
            (global (mut i32) (i32.const 1)) (memory 1) (data (i32.const 0) \"x\")
            (func (export \"twice\") (param i32) (result i32) (i32.mul (i32.const 2) (call $f (local.get 0)))))",
    );
    runtime
        .eval(&format!(
            "globalThis.module = new WebAssembly.Module({bytes})"
        ))
        .expect("a module");
    let before = taipan_compile::validated_modules();
    runtime
        .eval(
            "for (let i = 0; i < 4; i++) {
                 const worker = start(`
                     onmessage = ({ data: { module, i } }) => {
                         const { exports } = new WebAssembly.Instance(module, { m: { f: x => x + i } });
                         postMessage([exports.twice(10), module]);
                     };
                 `);
                 worker.postMessage({ module, i });
                 worker.onmessage = ({ data: [result, back] }) => {
                     const { exports } = new WebAssembly.Instance(back, { m: { f: x => x } });
                     console.log(result, exports.twice(1));
                     worker.terminate();
                 };
             }",
        )
        .expect("a script");
    runtime.run().expect("the loop");
    let mut log = log.take();
    log.sort();
    assert_eq!(log, ["20 2", "22 2", "24 2", "26 2"]);
    assert_eq!(taipan_compile::validated_modules(), before);
    // The counter does count: a module that is another one by an empty section of its own.
    runtime
        .eval(&format!(
            "new WebAssembly.Module(new Uint8Array([...{bytes}, 0, 2, 1, 97]))"
        ))
        .expect("a module");
    assert_eq!(taipan_compile::validated_modules(), before + 1);
    assert_eq!(runtime.eval("6 * 7").expect("a value"), JsValue::from(42));
}

#[test]
fn imported_scripts_tell_of_themselves() {
    let _alone = alone();
    let (builder, log) = logged();
    let mut runtime = runtime_of(builder);
    runtime
        .eval(
            "const url = source => URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
             const broken = url('1;\\n1 + ;'), late = url('postMessage(\"late\")');
             const worker = start(`
                 // A script that revokes the URL of the next one.
                 importScripts('data:text/javascript,URL.revokeObjectURL(\"${late}\")', '${late}');
                 setTimeout(() => importScripts('${broken}'));
             `);
             worker.onmessage = ({ data }) => console.log(data);
             worker.onerror = event => {
                 event.preventDefault();
                 console.log(event.filename === broken, event.lineno, event.message.slice(0, 21));
                 worker.terminate();
             };",
        )
        .expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["late", "true 2 Uncaught SyntaxError:"]);
}
