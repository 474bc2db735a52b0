// META: script=/resources/module-bytes.js

test(() => {
  const { exports } = instantiate(wat`(module (func (export "f") (result i32) (i32.const 1)))`);
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 3 });
  assert_equals(table.set(1, exports.f), undefined);
  assert_equals(table.get(1), exports.f);
  assert_equals(table.get(0), null);
  table.set(1, null);
  assert_equals(table.get(1), null);
}, "set and get a function");

test(() => {
  const { exports } = instantiate(wat`(module (func (export "f")))`);
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 1 }, exports.f);
  table.set(0);
  assert_equals(table.get(0), null);
}, "set without a value sets null");

test(() => {
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
  for (const value of [undefined, {}, () => {}, function () {}, 1, "f", Symbol(), 1n, Object.create(Function.prototype), class {}]) {
    assert_throws_js(TypeError, () => table.set(0, value), format_value(value));
  }
  assert_throws_js(TypeError, () => table.set(0, parseInt));
}, "only exported functions and null go into a function table");

test(() => {
  const table = new WebAssembly.Table({ element: "externref", initial: 1 });
  for (const value of [{}, () => {}, 1, -0, NaN, "f", Symbol(), 1n, null, undefined, true]) {
    table.set(0, value);
    assert_equals(table.get(0), value, format_value(value));
  }
  table.set(0, 1);
  table.set(0);
  assert_equals(table.get(0), undefined);
}, "anything goes into an external table");

test(() => {
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 2 });
  for (const index of [2, 3, 4294967295]) {
    assert_throws_js(RangeError, () => table.get(index), `get ${index}`);
    assert_throws_js(RangeError, () => table.set(index, null), `set ${index}`);
  }
  for (const index of [-1, NaN, Infinity, 2 ** 32, "x", {}, 1n, Symbol(), undefined]) {
    assert_throws_js(TypeError, () => table.get(index), `get ${format_value(index)}`);
    assert_throws_js(TypeError, () => table.set(index, null), `set ${format_value(index)}`);
  }
  assert_throws_js(TypeError, () => table.get());
  assert_throws_js(TypeError, () => table.set());
  assert_equals(table.get("1"), null);
  assert_equals(table.get(1.9), null);
}, "indices");

test(() => {
  const { exports } = instantiate(wat`(module (func (export "f")))`);
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 1, maximum: 5 });
  assert_equals(table.grow(1), 1);
  assert_equals(table.length, 2);
  assert_equals(table.get(1), null);
  assert_equals(table.grow(2, exports.f), 2);
  assert_equals(table.get(2), exports.f);
  assert_equals(table.get(3), exports.f);
  assert_equals(table.grow(0), 4);
  assert_throws_js(RangeError, () => table.grow(2));
  assert_equals(table.length, 4);
  assert_throws_js(TypeError, () => table.grow(1, {}));
  assert_equals(table.length, 4);
}, "grow");

test(() => {
  const table = new WebAssembly.Table({ element: "externref", initial: 0 });
  table.grow(1);
  table.grow(1, "x");
  table.grow(1, undefined);
  assert_array_equals([table.get(0), table.get(1), table.get(2)], [undefined, "x", undefined]);
}, "growing an external table");

test(() => {
  const { exports } = instantiate(wat`(module
    (table (export "t") 4 10 funcref)
    (func $a (export "a") (result i32) (i32.const 10))
    (func $b (export "b") (result i32) (i32.const 20))
    (elem (i32.const 1) $a $b)
    (func (export "call") (param i32) (result i32) (call_indirect (result i32) (local.get 0)))
    (func (export "size") (result i32) (table.size)))`);
  assert_equals(exports.t.get(1), exports.a);
  assert_equals(exports.t.get(2), exports.b);
  assert_equals(exports.call(1), 10);
  exports.t.set(1, exports.b);
  assert_equals(exports.call(1), 20);
  exports.t.grow(2, exports.a);
  assert_equals(exports.size(), 6);
  assert_equals(exports.call(5), 10);
  assert_throws_js(WebAssembly.RuntimeError, () => exports.call(0));
  assert_throws_js(WebAssembly.RuntimeError, () => exports.call(6));
  assert_throws_js(WebAssembly.RuntimeError, () => exports.call(-1));
}, "a table of an instance");

test(() => {
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
  const { exports } = instantiate(
    wat`(module
      (import "m" "t" (table 1 funcref))
      (export "t" (table 0))
      (func $f (result i32) (i32.const 1))
      (elem (i32.const 0) $f)
      (func (export "grow") (result i32) (table.grow (ref.null func) (i32.const 3))))`,
    { m: { t: table } },
  );
  assert_equals(exports.t, table);
  assert_equals(exports.grow(), 1);
  assert_equals(table.length, 4);
  assert_equals(table.get(0)(), 1);
}, "a table that is imported");

test(() => {
  const bytes = wat`(module
    (import "m" "t" (table 2 funcref))
    (global $g (export "g") (mut i32) (i32.const 0))
    (func $f (global.set $g (i32.add (global.get $g) (i32.const 1))))
    (func (export "fill") (param i32) (table.set (local.get 0) (ref.func $f)))
    (func (export "call") (param i32) (call_indirect (local.get 0)))
    (elem declare func $f))`;
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 2 });
  const one = instantiate(bytes, { m: { t: table } });
  const other = instantiate(bytes, { m: { t: table } });
  one.exports.fill(0);
  other.exports.fill(1);
  one.exports.call(1);
  other.exports.call(0);
  other.exports.call(0);
  assert_equals(one.exports.g.value, 2);
  assert_equals(other.exports.g.value, 1);
}, "functions of several instances in one table keep to their own");

test(() => {
  const { exports } = instantiate(wat`(module
    (table (export "t") 2 externref)
    (func (export "get") (param i32) (result externref) (table.get (local.get 0)))
    (func (export "set") (param i32 externref) (table.set (local.get 0) (local.get 1))))`);
  const object = {};
  exports.set(0, object);
  assert_equals(exports.t.get(0), object);
  exports.t.set(1, "text");
  assert_equals(exports.get(1), "text");
  assert_throws_js(WebAssembly.RuntimeError, () => exports.get(2));
}, "an external table of an instance");
