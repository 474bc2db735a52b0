// META: script=/resources/module-bytes.js

test(() => {
  const { exports } = instantiate(wat`(module
    (func (export "two") (result i32 i64) (i32.const 1) (i64.const 2))
    (func (export "four") (result f32 f64 externref funcref) (f32.const 0.5) (f64.const 1.5) (ref.null extern) (ref.null func)))`);
  const two = exports.two();
  assert_true(Array.isArray(two));
  assert_equals(Object.getPrototypeOf(two), Array.prototype);
  assert_array_equals(two, [1, 2n]);
  assert_not_equals(exports.two(), two, "a fresh array");
  assert_array_equals(exports.four(), [0.5, 1.5, null, null]);
}, "several results are an array");

const pair = wat`(module
  (import "m" "f" (func $f (result i32 f64)))
  (func (export "run") (result f64) (local f64) (call $f) (local.set 0) (drop) (local.get 0))
  (func (export "both") (result i32 f64) (call $f)))`;

test(() => {
  let value;
  const { exports } = instantiate(pair, { m: { f: () => value } });
  for (value of [[1, 2], new Set([1, 2]), "12", (function* () { yield 1; yield 2; })(), new Float32Array([1, 2]), new Map([[1, 2]]).entries().next().value]) {
    assert_array_equals(exports.both(), [1, 2]);
  }
  value = ["5", { valueOf: () => 0.25 }];
  assert_array_equals(exports.both(), [5, 0.25]);
}, "an import returns several results by any iterable");

test(() => {
  let value;
  const { exports } = instantiate(pair, { m: { f: () => value } });
  for (value of [undefined, null, 1, true, Symbol(), {}, () => {}, { [Symbol.iterator]: 1 }, { [Symbol.iterator]: () => 1 }]) {
    assert_throws_js(TypeError, () => exports.both(), format_value(value));
  }
  for (value of [[], [1], [1, 2, 3], "", new Set()]) {
    assert_throws_js(TypeError, () => exports.both(), format_value(value));
  }
  for (value of [[1n, 1], [1, Symbol()]]) {
    assert_throws_js(TypeError, () => exports.both());
  }
}, "what is not iterable, too short, too long, or of the wrong types");

test(() => {
  const order = [];
  const number = (name) => ({ valueOf() { order.push(`${name} converted`); return 1; } });
  const { exports } = instantiate(pair, { m: { f: () => ({
    [Symbol.iterator]() {
      order.push("iterator");
      const items = [number("a"), number("b")];
      return { next() { order.push("next"); return { done: items.length === 0, value: items.shift() }; } };
    },
  }) } });
  exports.run();
  assert_array_equals(order, ["iterator", "next", "next", "next", "a converted", "b converted"]);
}, "the iterable is read to its end, then the values are converted");

test(() => {
  const thrown = {};
  for (const f of [
    () => { throw thrown; },
    () => ({ [Symbol.iterator]() { throw thrown; } }),
    () => ({ get [Symbol.iterator]() { throw thrown; } }),
    () => ({ [Symbol.iterator]: () => ({ next() { throw thrown; } }) }),
    () => [{ valueOf() { throw thrown; } }, 1],
  ]) {
    const { exports } = instantiate(pair, { m: { f } });
    assert_throws_exactly(thrown, () => exports.both());
  }
}, "what the iteration throws comes out as it is");

test(() => {
  const { exports } = instantiate(wat`(module
    (func (export "swap") (param i32 i32) (result i32 i32) (local.get 1) (local.get 0))
    (func (export "loop") (param i32) (result i32 i32)
      (i32.const 0) (local.get 0)
      (block (param i32 i32) (result i32 i32) (i32.const 1) (i32.add))))`);
  assert_array_equals(exports.swap(1, 2), [2, 1]);
  assert_array_equals(exports.loop(4), [0, 5]);
}, "several values inside");

test(() => {
  const count = 100;
  const bytes = oneFunction([], Array(count).fill(I32), ...Array.from({ length: count }, (_, i) => [0x41, i % 64]).flat());
  assert_array_equals(instantiate(bytes).exports.f(), Array.from({ length: count }, (_, i) => i % 64));
}, "a hundred results");
