// META: script=/resources/module-bytes.js

test(() => {
  const order = [];
  const { exports } = instantiate(wat`(module
    (import "m" "f" (func $f (param i32)))
    (memory 1)
    (data (i32.const 0) "\05")
    (start $s)
    (func $s (call $f (i32.load8_u (i32.const 0))))
    (func (export "again") (call $s)))`, { m: { f: (value) => order.push(value) } });
  order.push("made");
  exports.again();
  assert_array_equals(order, [5, "made", 5]);
}, "the start function runs when everything is in its place, and once");

test(() => {
  const thrown = { some: "thing" };
  const text = wat`(module (import "m" "f" (func $f)) (start $f))`;
  assert_throws_exactly(thrown, () => instantiate(text, { m: { f() { throw thrown; } } }));
  assert_throws_js(WebAssembly.RuntimeError, () => instantiate(wat`(module (func $f unreachable) (start $f))`));
  let calls = 0;
  instantiate(text, { m: { f() { calls++; } } });
  assert_equals(calls, 1);
}, "a start function that throws");

test(() => {
  assert_throws_js(WebAssembly.RuntimeError, () => instantiate(wat`(module (memory 1) (data (i32.const 65536) "x"))`));
  assert_throws_js(WebAssembly.RuntimeError, () => instantiate(wat`(module (memory 1) (data (i32.const -1) "x"))`));
  assert_throws_js(WebAssembly.RuntimeError, () => instantiate(wat`(module (table 1 funcref) (func $f) (elem (i32.const 1) $f))`));
  instantiate(wat`(module (memory 1) (data (i32.const 65536) ""))`);
  assert_throws_js(WebAssembly.RuntimeError, () => instantiate(wat`(module (memory 1) (data (i32.const 65537) ""))`));
}, "active segments that are out of bounds");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  assert_throws_js(WebAssembly.RuntimeError, () => instantiate(wat`(module
    (import "m" "m" (memory 1))
    (data (i32.const 0) "abc")
    (data (i32.const 65535) "xy")
    (data (i32.const 10) "never"))`, { m: { m: memory } }));
  const bytes = new Uint8Array(memory.buffer);
  assert_equals(String.fromCharCode(...bytes.subarray(0, 3)), "abc", "what came before stays");
  assert_equals(bytes[65535], 0, "the segment itself is not written in part");
  assert_equals(bytes[10], 0, "what comes after is not written");
}, "an imported memory keeps what was written before");

test(() => {
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 4 });
  let started = 0;
  assert_throws_js(WebAssembly.RuntimeError, () => instantiate(wat`(module
    (import "m" "t" (table 4 funcref))
    (import "m" "s" (func $s))
    (global $g (mut i32) (i32.const 0))
    (func $f (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g))
    (elem (i32.const 1) $f $f)
    (elem (i32.const 3) $f $f)
    (start $s))`, { m: { t: table, s() { started++; } } }));
  assert_equals(started, 0);
  assert_equals(table.get(0), null);
  assert_equals(table.get(3), null, "the segment itself is not written in part");
  const f = table.get(1);
  assert_equals(typeof f, "function");
  assert_equals(table.get(2), f, "one function");
  assert_equals(f(), 1);
  assert_equals(f(), 2, "with its instance's state");
  const { exports } = instantiate(wat`(module
    (import "m" "t" (table 4 funcref))
    (func (export "call") (result i32) (call_indirect (result i32) (i32.const 2))))`, { m: { t: table } });
  assert_equals(exports.call(), 3);
}, "functions of a failed instance live on in an imported table");

test(() => {
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 2 });
  const thrown = {};
  assert_throws_exactly(thrown, () => instantiate(wat`(module
    (import "m" "t" (table 2 funcref))
    (import "m" "s" (func $s))
    (memory 1)
    (data (i32.const 0) "\2a")
    (func $f (result i32) (i32.load8_u (i32.const 0)))
    (elem (i32.const 0) $f)
    (start $s))`, { m: { t: table, s() { throw thrown; } } }));
  assert_equals(table.get(0)(), 42);
}, "so do those of an instance whose start function threw");

test(() => {
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
  let seen;
  const { exports } = instantiate(wat`(module
    (import "m" "t" (table 1 funcref))
    (import "m" "s" (func $s))
    (func $f (export "f"))
    (elem (i32.const 0) $f)
    (start $s))`, { m: { t: table, s() { seen = table.get(0); } } });
  assert_equals(seen, exports.f, "the function had its identity before there was an instance object");
}, "during the start function an exported function has its identity already");

test(() => {
  const { exports } = instantiate(wat`(module
    (memory (export "m") 1)
    (data $d "abc")
    (func (export "init") (param i32) (memory.init $d (local.get 0) (i32.const 0) (i32.const 3)))
    (func (export "drop") (data.drop $d)))`);
  exports.init(5);
  assert_equals(new Uint8Array(exports.m.buffer)[5], 97);
  exports.drop();
  assert_throws_js(WebAssembly.RuntimeError, () => exports.init(5));
}, "passive segments wait until they are asked for");

test(() => {
  const { exports } = instantiate(wat`(module
    (import "m" "t" (table 3 funcref))
    (func $f (result i32) (i32.const 1))
    (func $g (result i32) (i32.const 2))
    (elem (i32.const 0) $f)
    (elem $passive func $g)
    (elem declare func $f)
    (func (export "init") (table.init $passive (i32.const 1) (i32.const 0) (i32.const 1)))
    (func (export "call") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))`, { m: { t: new WebAssembly.Table({ element: "anyfunc", initial: 3 }) } });
  assert_equals(exports.call(0), 1);
  assert_throws_js(WebAssembly.RuntimeError, () => exports.call(1));
  exports.init();
  assert_equals(exports.call(1), 2);
}, "active, passive and declared element segments in one module with an imported table");
