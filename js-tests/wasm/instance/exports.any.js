// META: script=/resources/module-bytes.js

const everything = () => instantiate(wat`(module
  (func (export "f") (result i32) (i32.const 1))
  (table (export "t") 1 funcref)
  (memory (export "m") 1)
  (global (export "g") i32 (i32.const 5))
  (export "again" (func 0)))`);

test(() => {
  const instance = everything();
  assert_equals(instance.exports, instance.exports);
}, "the same object each time");

test(() => {
  const { exports } = everything();
  assert_equals(Object.getPrototypeOf(exports), null);
  assert_false(Object.isExtensible(exports));
  assert_true(Object.isFrozen(exports));
  assert_array_equals(Reflect.ownKeys(exports), ["f", "t", "m", "g", "again"]);
  for (const key of Object.keys(exports)) {
    const property = Object.getOwnPropertyDescriptor(exports, key);
    assert_false(property.writable, "writable");
    assert_true(property.enumerable, "enumerable");
    assert_false(property.configurable, "configurable");
  }
}, "frozen, without a prototype, in order");

test(() => {
  "use strict";
  const { exports } = everything();
  assert_throws_js(TypeError, () => { exports.f = 1; });
  assert_throws_js(TypeError, () => { exports.other = 1; });
  assert_throws_js(TypeError, () => { delete exports.f; });
}, "nothing in it can be changed");

test(() => {
  const { exports } = everything();
  assert_equals(typeof exports.f, "function");
  assert_true(exports.t instanceof WebAssembly.Table);
  assert_true(exports.m instanceof WebAssembly.Memory);
  assert_true(exports.g instanceof WebAssembly.Global);
  assert_equals(exports.f, exports.again);
}, "each export is of its class");

test(() => {
  const { exports } = instantiate(wat`(module
    (func (export "10") (result i32) (i32.const 10))
    (func (export "b") (result i32) (i32.const 11))
    (func (export "9") (result i32) (i32.const 9))
    (func (export "__proto__") (result i32) (i32.const 12)))`);
  assert_array_equals(Reflect.ownKeys(exports), ["9", "10", "b", "__proto__"]);
  assert_equals(exports[10](), 10);
  assert_equals(exports.__proto__(), 12);
  assert_equals(Object.getPrototypeOf(exports), null);
}, "names that look like indices, and __proto__");

test(() => {
  const one = everything();
  const other = everything();
  for (const key of ["f", "t", "m", "g"]) {
    assert_not_equals(one.exports[key], other.exports[key], key);
  }
}, "instances share nothing");
