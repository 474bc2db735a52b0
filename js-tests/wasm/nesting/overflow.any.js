// META: script=/resources/module-bytes.js
// META: timeout=long

const { exports: recursive } = instantiate(wat`(module
  (func $f (export "forever") (result i32) (i32.add (i32.const 1) (call $f)))
  (func $d (export "depth") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0)) (else (i32.add (i32.const 1) (call $d (i32.sub (local.get 0) (i32.const 1))))))))`);

test(() => {
  assert_throws_js(RangeError, () => recursive.forever());
  assert_equals(recursive.depth(1000), 1000, "usable afterwards");
}, "endless recursion in wasm is a RangeError");

test(() => {
  for (let i = 0; i < 5; i++) {
    assert_throws_js(RangeError, () => recursive.forever());
  }
}, "again and again");

const bytes = wat`(module (import "m" "f" (func $f)) (func (export "run") (call $f)))`;

test(() => {
  let forever = true;
  const { exports } = instantiate(bytes, { m: { f() { if (forever) { exports.run(); } } } });
  assert_throws_js(RangeError, () => exports.run());
  forever = false;
  exports.run();
}, "endless recursion through both is a RangeError");

test(() => {
  let depth = 0;
  const { exports } = instantiate(bytes, { m: { f() {
    depth++;
    try {
      exports.run();
    } catch (error) {
      assert_true(error instanceof RangeError, "a RangeError at every level");
      throw error;
    }
  } } });
  assert_throws_js(RangeError, () => exports.run());
  assert_greater_than(depth, 500);
}, "a program catches it on the way out");

test(() => {
  assert_equals(recursive.depth(5000), 5000);
}, "five thousand levels are fine");
