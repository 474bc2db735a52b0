// META: script=/resources/module-bytes.js

test(() => {
  const table = new WebAssembly.Table({ element: "anyfunc", address: "i64", initial: 2n, maximum: 4n });
  assert_equals(table.length, 2n);
  assert_equals(table.get(0n), null);
  assert_equals(table.grow(1n), 2n);
  assert_equals(table.length, 3n);
  assert_throws_js(RangeError, () => table.grow(2n));
  assert_throws_js(RangeError, () => table.get(3n));
  assert_throws_js(RangeError, () => table.set(3n, null));
  assert_throws_js(RangeError, () => table.get(2n ** 63n));
}, "indices are BigInts");

test(() => {
  const table = new WebAssembly.Table({ element: "externref", address: "i64", initial: 1n });
  for (const index of [0, undefined, null, 1.5, -1n, 2n ** 64n, Symbol()]) {
    assert_throws_js(TypeError, () => table.get(index), `get ${format_value(index)}`);
    assert_throws_js(TypeError, () => table.set(index, 1), `set ${format_value(index)}`);
    assert_throws_js(TypeError, () => table.grow(index), `grow ${format_value(index)}`);
  }
  table.set(0n, "x");
  assert_equals(table.get("0"), "x");
  assert_equals(table.get(false), "x");
}, "indices are converted to BigInts");

test(() => {
  for (const initial of [1, undefined, null, -1n, 2n ** 64n]) {
    assert_throws_js(TypeError, () => new WebAssembly.Table({ element: "anyfunc", address: "i64", initial }), format_value(initial));
  }
  assert_throws_js(TypeError, () => new WebAssembly.Table({ element: "anyfunc", address: "i16", initial: 1 }));
  assert_throws_js(RangeError, () => new WebAssembly.Table({ element: "anyfunc", address: "i64", initial: 2n, maximum: 1n }));
}, "the descriptor");

test(() => {
  const { exports } = instantiate(wat`(module
    (table (export "t") i64 2 4 funcref)
    (func $f (export "f") (result i32) (i32.const 5))
    (elem (table 0) (i64.const 1) func $f)
    (func (export "call") (param i64) (result i32) (call_indirect (result i32) (local.get 0)))
    (func (export "size") (result i64) (table.size)))`);
  assert_equals(exports.t.length, 2n);
  assert_equals(exports.t.get(1n), exports.f);
  assert_equals(exports.call(1n), 5);
  exports.t.grow(1n, exports.f);
  assert_equals(exports.size(), 3n);
  assert_equals(exports.call(2n), 5);
  for (const index of [0n, 3n, 2n ** 32n + 1n, -1n]) {
    assert_throws_js(WebAssembly.RuntimeError, () => exports.call(index), format_value(index));
  }
}, "a 64-bit table of an instance");

test(() => {
  const wide = new WebAssembly.Table({ element: "anyfunc", address: "i64", initial: 1n });
  const narrow = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
  const text64 = wat`(module (import "m" "t" (table i64 1 funcref)))`;
  const text32 = wat`(module (import "m" "t" (table 1 funcref)))`;
  instantiate(text64, { m: { t: wide } });
  instantiate(text32, { m: { t: narrow } });
  assert_throws_js(WebAssembly.LinkError, () => instantiate(text64, { m: { t: narrow } }));
  assert_throws_js(WebAssembly.LinkError, () => instantiate(text32, { m: { t: wide } }));
}, "the address type is a part of the import's type");
