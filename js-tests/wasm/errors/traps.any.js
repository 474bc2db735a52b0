// META: script=/resources/module-bytes.js

const { exports } = instantiate(wat`(module
  (memory 1)
  (table $t 2 funcref)
  (table $e 1 externref)
  (type $none (func))
  (func $other (param i32))
  (elem (table $t) (i32.const 0) func $other)
  (data $passive "abc")
  (elem $segment func $other)
  (func (export "unreachable") unreachable)
  (func (export "div_s") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "div_u") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))
  (func (export "rem_s") (param i32 i32) (result i32) (i32.rem_s (local.get 0) (local.get 1)))
  (func (export "rem_u64") (param i64 i64) (result i64) (i64.rem_u (local.get 0) (local.get 1)))
  (func (export "trunc") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
  (func (export "trunc64") (param f32) (result i64) (i64.trunc_f32_u (local.get 0)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "store") (param i32) (i64.store (local.get 0) (i64.const 0)))
  (func (export "load_far") (param i32) (result i32) (i32.load8_u offset=4294967295 (local.get 0)))
  (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 1) (local.get 1)))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init") (param i32 i32 i32) (memory.init $passive (local.get 0) (local.get 1) (local.get 2)))
  (func (export "indirect") (param i32) (call_indirect $t (type $none) (local.get 0)))
  (func (export "table_get") (param i32) (result externref) (table.get $e (local.get 0)))
  (func (export "table_set") (param i32) (table.set $e (local.get 0) (ref.null extern)))
  (func (export "table_fill") (param i32 i32) (table.fill $e (local.get 0) (ref.null extern) (local.get 1)))
  (func (export "table_copy") (param i32 i32 i32) (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
  (func (export "table_init") (param i32 i32 i32) (table.init $t $segment (local.get 0) (local.get 1) (local.get 2)))
  (func (export "fine") (result i32) (i32.const 1)))`);

const OUT_OF_BOUNDS = /out of bounds/i;
const DIVIDE = /(divide|division|remainder) by zero/i;
const OVERFLOW = /overflow|unrepresentable/i;
const INVALID = /unrepresentable|invalid conversion|overflow/i;

for (const [name, args, message] of [
  ["unreachable", [], /unreachable/i],
  ["div_s", [1, 0], DIVIDE],
  ["div_u", [1, 0], DIVIDE],
  ["rem_s", [1, 0], DIVIDE],
  ["rem_u64", [1n, 0n], DIVIDE],
  ["div_s", [-2147483648, -1], OVERFLOW],
  ["trunc", [1e10], OVERFLOW],
  ["trunc", [NaN], INVALID],
  ["trunc", [-Infinity], OVERFLOW],
  ["trunc64", [-1], OVERFLOW],
  ["load", [65533], OUT_OF_BOUNDS],
  ["load", [-1], OUT_OF_BOUNDS],
  ["store", [65529], OUT_OF_BOUNDS],
  ["load_far", [1], OUT_OF_BOUNDS],
  ["load_far", [-1], OUT_OF_BOUNDS],
  ["fill", [65530, 10], OUT_OF_BOUNDS],
  ["copy", [0, 65530, 10], OUT_OF_BOUNDS],
  ["copy", [65530, 0, 10], OUT_OF_BOUNDS],
  ["init", [0, 0, 4], OUT_OF_BOUNDS],
  ["init", [65534, 0, 3], OUT_OF_BOUNDS],
  ["indirect", [0], /indirect call|signature/i],
  ["indirect", [1], /null|uninitialized|indirect call|signature/i],
  ["indirect", [2], /out of bounds|undefined element/i],
  ["indirect", [-1], /out of bounds|undefined element/i],
  ["table_get", [1], OUT_OF_BOUNDS],
  ["table_set", [-1], OUT_OF_BOUNDS],
  ["table_fill", [0, 2], OUT_OF_BOUNDS],
  ["table_copy", [1, 0, 2], OUT_OF_BOUNDS],
  ["table_init", [0, 1, 1], OUT_OF_BOUNDS],
]) {
  test(() => {
    let error;
    try {
      exports[name](...args);
    } catch (thrown) {
      error = thrown;
    }
    assert_not_equals(error, undefined, "it threw");
    assert_equals(Object.getPrototypeOf(error), WebAssembly.RuntimeError.prototype);
    assert_equals(error.name, "RuntimeError");
    assert_regexp_match(error.message, message);
    assert_equals(exports.fine(), 1, "the instance is usable afterwards");
  }, `${name}(${args.map(format_value).join(", ")})`);
}

test(() => {
  assert_equals(exports.rem_s(-2147483648, -1), 0);
  assert_equals(exports.trunc(2147483647.9), 2147483647);
  assert_equals(exports.load(65532), 0);
  exports.fill(65536, 0);
  assert_equals(exports.table_get(0), null);
}, "at the edge nothing traps");

test(() => {
  const seen = [];
  const { exports } = instantiate(wat`(module
    (import "m" "f" (func $f))
    (func (export "run") (call $f) unreachable))`, { m: { f() { seen.push("before"); } } });
  assert_throws_js(WebAssembly.RuntimeError, () => exports.run());
  assert_array_equals(seen, ["before"]);
}, "what happened before a trap has happened");

test(() => {
  const errors = [];
  for (let i = 0; i < 2; i++) {
    try {
      exports.unreachable();
    } catch (error) {
      errors.push(error);
    }
  }
  assert_not_equals(errors[0], errors[1]);
}, "each trap is a new error");
