// META: script=/resources/module-bytes.js

const PAGE = 65536;

test(() => {
  const memory = new WebAssembly.Memory({ address: "i64", initial: 1n, maximum: 3n });
  assert_equals(memory.buffer.byteLength, PAGE);
  assert_equals(memory.grow(1n), 1n);
  assert_equals(memory.buffer.byteLength, 2 * PAGE);
  assert_equals(memory.grow(0n), 2n);
  assert_throws_js(RangeError, () => memory.grow(2n));
}, "addresses are BigInts");

test(() => {
  for (const initial of [1, 1.5, undefined, null, NaN, Symbol(), -1n, 2n ** 64n]) {
    assert_throws_js(TypeError, () => new WebAssembly.Memory({ address: "i64", initial }), format_value(initial));
  }
  assert_throws_js(TypeError, () => new WebAssembly.Memory({ address: "i64", initial: 1n, maximum: 1 }));
  assert_throws_js(RangeError, () => new WebAssembly.Memory({ address: "i64", initial: 2n, maximum: 1n }));
  assert_equals(new WebAssembly.Memory({ address: "i64", initial: "1" }).buffer.byteLength, PAGE);
  assert_equals(new WebAssembly.Memory({ address: "i64", initial: true }).buffer.byteLength, PAGE);
}, "limits are converted to BigInts");

test(() => {
  const memory = new WebAssembly.Memory({ address: "i64", initial: 1n });
  for (const delta of [1, undefined, null, -1n, 2n ** 64n]) {
    assert_throws_js(TypeError, () => memory.grow(delta), format_value(delta));
  }
  assert_throws_js(TypeError, () => memory.grow());
  assert_throws_js(RangeError, () => memory.grow(2n ** 63n));
}, "so is what it grows by");

test(() => {
  for (const address of ["", "i16", "I64", "64", null, 64]) {
    assert_throws_js(TypeError, () => new WebAssembly.Memory({ address, initial: 1 }), format_value(address));
  }
  assert_equals(new WebAssembly.Memory({ address: undefined, initial: 1 }).buffer.byteLength, PAGE);
  assert_equals(new WebAssembly.Memory({ address: "i32", initial: 1 }).grow(1), 1);
}, "the address type");

test(() => {
  assert_throws_js(TypeError, () => new WebAssembly.Memory({ initial: 1n }));
  assert_throws_js(TypeError, () => new WebAssembly.Memory({ address: "i32", initial: 1n }));
}, "BigInts for a 32-bit memory");

test(() => {
  const { exports } = instantiate(wat`(module
    (memory (export "m") i64 1 4)
    (data (i64.const 2) "abc")
    (func (export "load") (param i64) (result i32) (i32.load8_u (local.get 0)))
    (func (export "store") (param i64 i32) (i32.store8 (local.get 0) (local.get 1)))
    (func (export "grow") (param i64) (result i64) (memory.grow (local.get 0)))
    (func (export "size") (result i64) (memory.size))
    (func (export "fill") (param i64 i32 i64) (memory.fill (local.get 0) (local.get 1) (local.get 2))))`);
  assert_equals(exports.load(2n), 97);
  exports.store(100n, 7);
  assert_equals(new Uint8Array(exports.m.buffer)[100], 7);
  const before = exports.m.buffer;
  assert_equals(exports.grow(1n), 1n);
  assert_equals(before.byteLength, 0);
  assert_equals(exports.size(), 2n);
  assert_equals(exports.m.grow(1n), 2n);
  assert_equals(exports.grow(100n), -1n);
  exports.fill(0n, 1, 10n);
  assert_equals(new Uint8Array(exports.m.buffer)[9], 1);
  for (const address of [3n * 65536n, 2n ** 32n, 2n ** 63n, -1n]) {
    assert_throws_js(WebAssembly.RuntimeError, () => exports.load(address), format_value(address));
  }
}, "a 64-bit memory of an instance");

test(() => {
  const wide = new WebAssembly.Memory({ address: "i64", initial: 1n });
  const narrow = new WebAssembly.Memory({ initial: 1 });
  const text64 = wat`(module (import "m" "m" (memory i64 1)) (export "m" (memory 0)))`;
  const text32 = wat`(module (import "m" "m" (memory 1)))`;
  assert_equals(instantiate(text64, { m: { m: wide } }).exports.m, wide);
  instantiate(text32, { m: { m: narrow } });
  assert_throws_js(WebAssembly.LinkError, () => instantiate(text64, { m: { m: narrow } }));
  assert_throws_js(WebAssembly.LinkError, () => instantiate(text32, { m: { m: wide } }));
}, "the address type is a part of the import's type");
