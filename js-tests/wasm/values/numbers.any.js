// META: script=/resources/module-bytes.js

function echo(type) {
  const seen = [];
  const { exports } = instantiate(passThrough(type, type), { m: { f(value) { seen.push(value); return value; } } });
  return (value) => {
    const result = exports.f(value);
    assert_equals(result, seen.at(-1), "what came in went out");
    return result;
  };
}

function check(type, pairs) {
  const f = echo(type);
  for (const [value, expected] of pairs) {
    assert_equals(f(value), expected, format_value(value));
  }
}

test(() => check(I32, [
  [0, 0], [-0, 0], [1, 1], [-1, -1], [2147483647, 2147483647], [2147483648, -2147483648], [4294967295, -1], [4294967296, 0],
  [-2147483649, 2147483647], [1.9, 1], [-1.9, -1], [NaN, 0], [Infinity, 0], [-Infinity, 0], [2 ** 53, 0], [1e300, 0],
  [undefined, 0], [null, 0], [true, 1], [false, 0], ["", 0], ["42", 42], ["0x10", 16], ["x", 0], [[], 0], [[7], 7], [{}, 0],
  [{ valueOf: () => 3.7 }, 3], [{ [Symbol.toPrimitive]: () => "8" }, 8], [new Date(5), 5],
]), "i32");

test(() => check(I64, [
  [0n, 0n], [-1n, -1n], [2n ** 63n - 1n, 2n ** 63n - 1n], [2n ** 63n, -(2n ** 63n)], [2n ** 64n, 0n], [2n ** 64n + 5n, 5n], [-(2n ** 63n) - 1n, 2n ** 63n - 1n],
  [2n ** 200n + 3n, 3n], [true, 1n], [false, 0n], ["", 0n], ["17", 17n], ["0xff", 255n], [[], 0n], [[9n], 9n], [Object(4n), 4n], [{ valueOf: () => 6n }, 6n],
]), "i64");

test(() => check(F32, [
  [0, 0], [-0, -0], [1.5, 1.5], [0.1, Math.fround(0.1)], [16777217, 16777216], [1e40, Infinity], [-1e40, -Infinity], [1e-50, 0], [-1e-50, -0],
  [NaN, NaN], [Infinity, Infinity], [3.4028235677973366e38, Infinity], [3.4028234663852886e38, 3.4028234663852886e38], [1.401298464324817e-45, 1.401298464324817e-45],
  [undefined, NaN], [null, 0], [true, 1], ["1.5", 1.5], ["x", NaN], [{ valueOf: () => 0.5 }, 0.5],
]), "f32");

test(() => check(F64, [
  [0, 0], [-0, -0], [0.1, 0.1], [Number.MAX_VALUE, Number.MAX_VALUE], [Number.MIN_VALUE, Number.MIN_VALUE], [2 ** 53 + 2, 2 ** 53 + 2],
  [NaN, NaN], [Infinity, Infinity], [-Infinity, -Infinity], [undefined, NaN], [null, 0], [true, 1], ["1e3", 1000], ["x", NaN], [[2.5], 2.5],
]), "f64");

test(() => {
  for (const type of [I32, F32, F64]) {
    const f = echo(type);
    assert_throws_js(TypeError, () => f(1n), `BigInt to ${type}`);
    assert_throws_js(TypeError, () => f(Symbol()), `symbol to ${type}`);
    assert_throws_js(TypeError, () => f(Object.create(null)), `no primitive to ${type}`);
  }
  const f = echo(I64);
  for (const value of [0, 1.5, NaN, undefined, null, Symbol()]) {
    assert_throws_js(TypeError, () => f(value), `${format_value(value)} to i64`);
  }
  assert_throws_js(SyntaxError, () => f("1.5"));
  assert_throws_js(SyntaxError, () => f("x"));
}, "what has no conversion");

test(() => {
  const thrown = { special: true };
  for (const type of [I32, I64, F32, F64]) {
    const f = echo(type);
    assert_throws_exactly(thrown, () => f({ valueOf() { throw thrown; } }));
  }
}, "what a conversion throws comes out as it is");

for (const [name, type, good, expected, bad] of [
  ["i32", I32, "12", 12, 1n], ["i64", I64, true, 1n, 1], ["f32", F32, "0.5", 0.5, 1n], ["f64", F64, "0.5", 0.5, Symbol()],
]) {
  test(() => {
    const bytes = moduleBytes(
      section(SECTION.type, vector([functionType([], [type])])),
      section(SECTION.import, vector([[...text("m"), ...text("f"), KIND.function, 0]])),
      section(SECTION.function, vector([[0]])),
      section(SECTION.export, vector([[...text("run"), KIND.function, 1]])),
      section(SECTION.code, vector([body(0x10, 0x00)])),
    );
    let value = good;
    const { exports } = instantiate(bytes, { m: { f: () => value } });
    assert_equals(exports.run(), expected);
    value = bad;
    assert_throws_js(TypeError, () => exports.run());
    value = good;
    assert_equals(exports.run(), expected, "after an error");
  }, `what an import returns is converted to ${name}`);
}

test(() => {
  const { exports } = instantiate(wat`(module
    (func (export "bits32") (param f32) (result i32) (i32.reinterpret_f32 (local.get 0)))
    (func (export "bits64") (param f64) (result i64) (i64.reinterpret_f64 (local.get 0)))
    (func (export "nan") (result f64) (f64.reinterpret_i64 (i64.const 0x7ff8000000000001)))
    (func (export "subnormal") (result f32) (f32.reinterpret_i32 (i32.const 1))))`);
  assert_equals(exports.bits32(-0), -2147483648);
  assert_equals(exports.bits64(-0), -(2n ** 63n));
  assert_equals(exports.bits64(1), 0x3ff0000000000000n);
  assert_equals(exports.nan(), NaN);
  assert_equals(exports.subnormal(), 2 ** -149);
}, "the bits that arrive");

test(() => {
  const { exports } = instantiate(wat`(module (func (export "f") (result i32) (i32.const -1)) (func (export "g") (result i64) (i64.const -1)))`);
  assert_equals(exports.f(), -1);
  assert_equals(exports.g(), -1n);
}, "results are signed");
