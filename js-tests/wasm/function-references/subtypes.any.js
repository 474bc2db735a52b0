// Function types that are subtypes of others: they look the same to the engine.

const compile = (bytes) => new WebAssembly.Module(bytes);
const instance = (bytes, imports) => new WebAssembly.Instance(compile(bytes), imports).exports;

const source = wat`(module
  (type $any (sub (func (param i32) (result (ref null func)))))
  (type $some (sub $any (func (param i32) (result (ref null $any)))))
  (type $last (sub final $some (func (param i32) (result (ref $any)))))
  (type $alike (func (param i32) (result funcref)))
  (func $f0 (export "any") (type $any) (ref.null func))
  (func $f1 (export "some") (type $some) (ref.null $any))
  (func $f2 (export "last") (type $last) (ref.func $f1))
  (func $f3 (export "alike") (type $alike) (ref.null func))
  (table $t (export "t") 6 funcref)
  (table $t64 i64 6 funcref)
  (elem (table $t) (i32.const 0) func $f0 $f1 $f2 $f3)
  (elem (table $t64) (i64.const 0) func $f0 $f1 $f2 $f3)
  (func (export "call0") (param i32) (drop (call_indirect $t (type $any) (i32.const 0) (local.get 0))))
  (func (export "call1") (param i32) (drop (call_indirect $t (type $some) (i32.const 0) (local.get 0))))
  (func (export "call2") (param i32) (drop (call_indirect $t (type $last) (i32.const 0) (local.get 0))))
  (func (export "call3") (param i32) (drop (call_indirect $t (type $alike) (i32.const 0) (local.get 0))))
  (func (export "call64") (param i32) (drop (call_indirect $t64 (type $some) (i32.const 0) (i64.extend_i32_u (local.get 0)))))
  (func (export "tail") (param i32) (result funcref) (return_call_indirect $t (type $some) (i32.const 0) (local.get 0)))
  (func (export "test") (param i32) (result i32 i32 i32 i32 i32)
    (ref.test (ref $any) (table.get $t (local.get 0)))
    (ref.test (ref $some) (table.get $t (local.get 0)))
    (ref.test (ref $last) (table.get $t (local.get 0)))
    (ref.test (ref $alike) (table.get $t (local.get 0)))
    (ref.test (ref null $any) (table.get $t (local.get 0))))
  (func (export "cast") (param i32) (result (ref null $some)) (ref.cast (ref null $some) (table.get $t (local.get 0))))
  (func (export "branch") (param i32) (result i32)
    (block $yes (result (ref $some))
      (br_on_cast $yes funcref (ref $some) (table.get $t (local.get 0)))
      (drop) (return (i32.const 0)))
    (drop) (i32.const 1))
  (func (export "take") (param (ref $some))))`;

test(() => {
  const { call0, call1, call2, call3, call64, tail } = instance(source);
  const calls = (call) => [0, 1, 2, 3].map((index) => {
    try {
      call(index);
      return true;
    } catch (error) {
      assert_true(error instanceof WebAssembly.RuntimeError);
      return false;
    }
  });
  assert_array_equals(calls(call0), [true, true, true, false]);
  assert_array_equals(calls(call1), [false, true, true, false]);
  assert_array_equals(calls(call2), [false, false, true, false]);
  assert_array_equals(calls(call3), [false, false, false, true]);
  assert_array_equals(calls(call64), [false, true, true, false]);
  assert_array_equals(calls(tail), [false, true, true, false]);
  for (const index of [4, 6, -1]) assert_throws_js(WebAssembly.RuntimeError, () => call0(index));
}, "call_indirect");

test(() => {
  const { test, cast, branch, t, some } = instance(source);
  const tests = [[1, 0, 0, 0, 1], [1, 1, 0, 0, 1], [1, 1, 1, 0, 1], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]];
  tests.forEach((expected, index) => assert_array_equals(test(index), expected, `${index}`));
  assert_equals(cast(1), some);
  assert_equals(cast(4), null);
  for (const index of [0, 3]) assert_throws_js(WebAssembly.RuntimeError, () => cast(index));
  assert_array_equals([0, 1, 2, 3, 4].map(branch), [0, 1, 1, 0, 0]);
  // Functions of other modules, too.
  t.set(5, instance(source).last);
  assert_array_equals(test(5), tests[2]);
  t.set(5, instance(wat`(module (func (export "f") (param i32) (result funcref) (ref.null func)))`).f);
  assert_array_equals(test(5), tests[3]);
}, "casts");

test(() => {
  const { any, some, last, alike, take } = instance(source);
  const importer = compile(wat`(module
    (type $any (sub (func (param i32) (result (ref null func)))))
    (type $some (sub $any (func (param i32) (result (ref null $any)))))
    (import "m" "f" (func $f (type $some)))
    (func (export "f") (result funcref) (call $f (i32.const 1))))`);
  for (const f of [some, last]) new WebAssembly.Instance(importer, { m: { f } }).exports.f();
  for (const f of [any, alike]) assert_throws_js(WebAssembly.LinkError, () => new WebAssembly.Instance(importer, { m: { f } }));
  new WebAssembly.Instance(importer, { m: { f: () => null } }).exports.f();
  take(some);
  take(last);
  for (const f of [any, alike, null, () => {}]) assert_throws_js(TypeError, () => take(f));
}, "what is imported and passed");

test(() => {
  const { run, fail } = instance(wat`(module
    (rec (type $a (func)) (type (func (param i32))))
    (rec (type (func (param i32))) (type $b (func)))
    (func $f (type $a))
    (table funcref (elem $f))
    (func (export "run") (call_indirect (type $a) (i32.const 0)))
    (func (export "fail") (call_indirect (type $b) (i32.const 0))))`);
  run();
  assert_throws_js(WebAssembly.RuntimeError, fail);
}, "recursive groups");

test(() => {
  const caught = instance(wat`(module
    (type $t (sub (func (param i32))))
    (type $u (sub (func (param i32))))
    (tag $tag (param i32))
    (func $throw (type $t) (throw $tag (local.get 0)))
    (table funcref (elem $throw))
    (func (export "f") (param i32) (result i32)
      (block $h (result i32)
        (try_table (catch $tag $h) (call_indirect (type $t) (local.get 0) (i32.const 0)))
        (unreachable))))`).f;
  assert_equals(caught(7), 7);
}, "with exceptions");
