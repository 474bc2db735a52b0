// META: script=/resources/module-bytes.js

test(() => {
  let converted = 0;
  const { exports } = instantiate(wat`(module
    (func (export "param") (param v128))
    (func (export "result") (result v128) (v128.const i32x4 0 0 0 0))
    (func (export "later") (param i32 v128))
    (func (export "inside") (result i32) (i32x4.extract_lane 2 (v128.const i32x4 1 2 3 4))))`);
  assert_throws_js(TypeError, () => exports.param());
  assert_throws_js(TypeError, () => exports.param(0));
  assert_throws_js(TypeError, () => exports.result());
  assert_throws_js(TypeError, () => exports.later({ valueOf() { converted++; return 0; } }, 0));
  assert_equals(converted, 0, "nothing is converted before the type is refused");
  assert_equals(exports.inside(), 3);
}, "a function with v128 in its type cannot be called from JavaScript");

test(() => {
  let called = 0;
  const { exports } = instantiate(
    wat`(module
      (import "m" "f" (func $f (param v128)))
      (import "m" "g" (func $g (result v128)))
      (func (export "f") (call $f (v128.const i32x4 0 0 0 0)))
      (func (export "g") (drop (call $g))))`,
    { m: { f() { called++; }, g() { called++; } } },
  );
  assert_throws_js(TypeError, () => exports.f());
  assert_throws_js(TypeError, () => exports.g());
  assert_equals(called, 0);
}, "nor can one that is imported be called from wasm");

test(() => {
  const { exports } = instantiate(wat`(module (global (export "g") (mut v128) (v128.const i32x4 0 0 0 0)))`);
  assert_throws_js(TypeError, () => exports.g.value);
  assert_throws_js(TypeError, () => { exports.g.value = 0; });
  assert_throws_js(TypeError, () => exports.g.valueOf());
}, "a global of v128 has no value for JavaScript");

test(() => {
  const { exports: one } = instantiate(wat`(module (func (export "f") (param v128) (result v128) (local.get 0)) (global (export "g") v128 (v128.const i32x4 5 6 7 8)))`);
  const { exports: other } = instantiate(
    wat`(module
      (import "m" "f" (func $f (param v128) (result v128)))
      (import "m" "g" (global $g v128))
      (func (export "run") (result i32) (i32x4.extract_lane 1 (call $f (global.get $g)))))`,
    { m: one },
  );
  assert_equals(other.run(), 6);
}, "between modules it passes");
