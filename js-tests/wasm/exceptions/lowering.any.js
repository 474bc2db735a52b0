// META: script=/resources/module-bytes.js

function run(text, imports) {
  return instantiate(text, imports).exports;
}

test(() => {
  const { f } = run(wat`(module
    (tag $a (param i32 i64 f32 f64 i32))
    (func $throw (param i32) (throw $a (local.get 0) (i64.const 2) (f32.const 3) (f64.const 4) (i32.const 5)))
    (func (export "f") (param i32) (result f64)
      (local $sum f64)
      (block $h (result i32 i64 f32 f64 i32)
        (try_table (catch $a $h) (call $throw (local.get 0)))
        (return (f64.const -1)))
      (local.set $sum (f64.convert_i32_s))
      (local.set $sum (f64.add (local.get $sum)))
      (local.set $sum (f64.add (f64.promote_f32) (local.get $sum)))
      (local.set $sum (f64.add (f64.convert_i64_s) (local.get $sum)))
      (f64.add (f64.convert_i32_s) (local.get $sum))))`);
  assert_equals(f(1), 15);
}, "payloads of several types");

test(() => {
  const { f } = run(wat`(module
    (tag $a (param i32))
    (func $maybe (param i32) (result i32)
      (if (i32.and (local.get 0) (i32.const 1)) (then (throw $a (local.get 0))))
      (local.get 0))
    (func (export "f") (param i32) (result i32)
      (local $sum i32)
      (loop $l
        (block $next
          (local.set $sum (i32.add (local.get $sum)
            (block $h (result i32)
              (try_table (result i32) (catch $a $h)
                (i32.mul (i32.const 10) (call $maybe (local.get 0))))
              (br $next (local.set $sum (i32.add (local.get $sum))))))))
        (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.get $sum)))`);
  let expected = 0;
  for (let i = 100; i > 0; i--) {
    expected += i % 2 ? i : 10 * i;
  }
  assert_equals(f(100), expected);
}, "a loop that throws every other time, with operands on the stack");

test(() => {
  const { f } = run(wat`(module
    (tag $a (param i32))
    (tag $b)
    (type $p (func (param i32 i32) (result i32)))
    (func $throw (param i32) (throw $a (local.get 0)))
    (func (export "f") (param i32) (result i32)
      (local.get 0) (i32.const 3)
      try (type $p)
        i32.add
        call $throw
        i32.const 0
      catch $b
        i32.const 1
      catch $a
        i32.const 1000
        i32.add
      end))`);
  assert_equals(f(4), 1007);
}, "a try with parameters");

test(() => {
  const { f } = run(wat`(module
    (tag $a) (tag $b) (tag $c)
    (func $throw (param i32)
      (if (i32.eqz (local.get 0)) (then (throw $a)))
      (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $b)))
      (throw $c))
    (func (export "f") (param i32) (result i32)
      try $outer (result i32)
        try $middle (result i32)
          try
            local.get 0
            call $throw
          delegate $outer
          i32.const 1
        catch $a
          i32.const 2
        end
      catch $a
        i32.const 3
      catch $b
        i32.const 4
      catch_all
        i32.const 5
      end))`);
  assert_array_equals([f(0), f(1), f(2)], [3, 4, 5]);
}, "delegate goes past the handlers in between");

test(() => {
  const { f, g } = run(wat`(module
    (tag $a (param i32))
    (tag $foreign)
    (func $throw (param i32) (throw $a (local.get 0)))
    (func $noise
      try
        (call $throw (i32.const 77))
      catch_all
      end)
    (func (export "f") (param i32) (result i32)
      try (result i32)
        try (result i32)
          (call $throw (local.get 0))
          (i32.const 0)
        catch_all
          call $noise
          rethrow 0
        end
      catch $a
      end)
    (func (export "g") (param i32) (result i32)
      try (result i32)
        try $t (result i32)
          (call $throw (local.get 0))
          (i32.const 0)
        catch $a
          drop
          call $noise
          try (result i32)
            (call $throw (i32.const 5))
            (i32.const 0)
          catch $a
            drop
            rethrow $t
          end
        end
      catch $a
      end))`);
  assert_equals(f(41), 41);
  assert_equals(g(42), 42);
}, "rethrow after other exceptions have come and gone");

test(() => {
  const { f } = run(wat`(module
    (tag $a (param i32))
    (func $throw (param i32) (result i32) (throw $a (local.get 0)))
    (func $tail (param i32) (result i32)
      (block $h (result i32)
        (try_table (result i32) (catch $a $h) (return_call $throw (local.get 0)))
        (return))
      (i32.const -1)
      (return))
    (func (export "f") (param i32) (result i32)
      (block $h (result i32)
        (try_table (result i32) (catch $a $h) (call $tail (local.get 0)))
        (return))
      (i32.add (i32.const 1))))`);
  assert_equals(f(4), 5, "the frame of a tail call catches nothing");
}, "tail calls");

test(() => {
  const { f, g } = run(wat`(module
    (tag $a (param i32))
    (func (export "f") (param i32) (result i32)
      (block $h (result i32)
        (try_table (result i32) (catch $a $h)
          (if (local.get 0) (then (throw $a (i32.const 1))))
          (br_if 0 (i32.const 2) (i32.eqz (local.get 0)))
          (drop) (i32.const 9))
        (return (i32.add (i32.const 10))))
      (i32.add (i32.const 20)))
    (func (export "g") (param i32) (result i32)
      (block $x
        (block $y
          (try_table (catch_all 0)
            (br_table 0 1 2 (local.get 0)))
          (return (i32.const 0)))
        (return (i32.const 1)))
      (i32.const 2)))`);
  assert_array_equals([f(0), f(1)], [12, 21]);
  assert_array_equals([g(0), g(1), g(2)], [0, 1, 2]);
}, "branches out of a try_table");

test(() => {
  // No tags at all.
  const { f } = run(wat`(module
    (import "m" "f" (func $f (result i32)))
    (func (export "f") (result i32)
      (block $h (try_table (catch_all $h) (return (call $f))))
      (i32.const 7)))`, { m: { f() { throw 1; } } });
  assert_equals(f(), 7);
}, "a module without tags");

test(() => {
  const a = run(wat`(module
    (type $t (func (result i32)))
    (tag $e (param (ref $t)))
    (func $three (result i32) (i32.const 3))
    (elem declare func $three)
    (func $throw (throw $e (ref.func $three)))
    (func (export "f") (result i32)
      (block $h (result (ref null $t))
        (try_table (catch $e $h) (call $throw))
        (unreachable))
      (call_ref $t))
    (func (export "null") (result i32)
      (block $h (result (ref exn))
        (try_table (catch_all_ref $h) (call $throw))
        (unreachable))
      (drop)
      (i32.const 4)))`);
  assert_equals(a.f(), 3);
  assert_equals(a.null(), 4);
}, "typed function references in a payload");

test(() => {
  const { f, t } = run(wat`(module
    (tag $a (param i32))
    (table $t (export "t") 2 exnref)
    (func (export "f") (param i32) (result i32)
      (table.set $t (i32.const 0)
        (block $h (result exnref)
          (try_table (catch_all_ref $h) (throw $a (local.get 0)))
          (unreachable)))
      (block $h (result i32)
        (try_table (catch $a $h) (throw_ref (table.get $t (i32.const 0))))
        (unreachable))))`);
  assert_equals(f(12), 12);
  assert_throws_js(TypeError, () => t.get(0));
  const passing = run(wat`(module (func (export "f") (param exnref)) (global (export "g") exnref (ref.null exn)))`);
  assert_throws_js(TypeError, () => passing.f(null));
  assert_throws_js(TypeError, () => passing.g.value);
}, "references to exceptions in tables; they do not pass to JavaScript");
