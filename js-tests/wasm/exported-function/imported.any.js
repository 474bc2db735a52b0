// META: script=/resources/interface-checks.js
// META: script=/resources/module-bytes.js

test(() => {
  const bytes = wat`(module (import "m" "f" (func $f (param i32) (result i32))) (export "f" (func $f)))`;
  const host = (value) => value + 1;
  const { exports } = instantiate(bytes, { m: { f: host } });
  assert_not_equals(exports.f, host);
  check_function(exports.f, "0", 1);
  assert_equals(exports.f(4), 5);
  assert_equals(exports.f("4"), 5, "the argument went through i32");
}, "a JavaScript function that was imported becomes an exported function of its own");

test(() => {
  const { exports: one } = instantiate(wat`(module (func) (func (export "f") (result i32) (i32.const 3)))`);
  const { exports: other } = instantiate(wat`(module (import "m" "f" (func $f (result i32))) (export "g" (func $f)))`, { m: { f: one.f } });
  assert_equals(other.g, one.f);
  assert_equals(other.g.name, "1");
}, "an exported function that was imported is itself");

test(() => {
  const { exports } = instantiate(wat`(module (func (export "f") (param i32)))`);
  for (const [what, bytes] of Object.entries({
    "another parameter": wat`(module (import "m" "f" (func (param i64))))`,
    "one parameter less": wat`(module (import "m" "f" (func)))`,
    "a result": wat`(module (import "m" "f" (func (param i32) (result i32))))`,
  })) {
    assert_throws_js(WebAssembly.LinkError, () => instantiate(bytes, { m: { f: exports.f } }), what);
    const wrapped = (...args) => exports.f(...args);
    instantiate(bytes, { m: { f: wrapped } });
  }
}, "an exported function of another type does not link; a JavaScript function always does");

test(() => {
  const calls = [];
  const { exports } = instantiate(wat`(module
    (import "m" "f" (func $f (param i32 i64 f32 f64)))
    (func (export "run") (call $f (i32.const -1) (i64.const -2) (f32.const 0.5) (f64.const -0))))`, {
    m: {
      f: function () {
        "use strict";
        calls.push([this, Array.from(arguments)]);
      },
    },
  });
  exports.run();
  assert_equals(calls.length, 1);
  assert_equals(calls[0][0], undefined, "this");
  assert_array_equals(calls[0][1], [-1, -2n, 0.5, -0]);
}, "what an import is called with");

test(() => {
  const target = { f: null };
  const callables = {
    "a bound function": ((a, b) => a + b).bind(null, 10),
    "a proxy": new Proxy((a) => a + 10, {}),
    "a method": { f(a) { return a + 10; } }.f,
    "a built-in": Math.abs,
  };
  const bytes = wat`(module (import "m" "f" (func $f (param i32) (result i32))) (func (export "run") (result i32) (call $f (i32.const -4))))`;
  assert_equals(instantiate(bytes, { m: { f: callables["a bound function"] } }).exports.run(), 6);
  assert_equals(instantiate(bytes, { m: { f: callables["a proxy"] } }).exports.run(), 6);
  assert_equals(instantiate(bytes, { m: { f: callables["a method"] } }).exports.run(), 6);
  assert_equals(instantiate(bytes, { m: { f: callables["a built-in"] } }).exports.run(), 4);
  assert_throws_js(TypeError, () => instantiate(bytes, { m: { f: class {} } }).exports.run(), "a class cannot be called");
}, "anything that can be called can be imported");
