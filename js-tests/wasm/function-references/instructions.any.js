// Instructions of the typed function references proposal.

const instance = (bytes, imports) => new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;

test(() => {
  const { apply, fact, applyNull, sum } = instance(wat`(module
    (type $unary (func (param i64) (result i64)))
    (func $square (type $unary) (i64.mul (local.get 0) (local.get 0)))
    (func $negate (type $unary) (i64.sub (i64.const 0) (local.get 0)))
    (elem declare func $square $negate $fact)
    (func $apply (param $f (ref null $unary)) (param $n i64) (result i64)
      (call_ref $unary (local.get $n) (local.get $f)))
    (func (export "apply") (param $negate i32) (param $n i64) (result i64)
      (call $apply
        (select (result (ref $unary)) (ref.func $negate) (ref.func $square) (local.get $negate))
        (local.get $n)))
    (func (export "applyNull") (result i64) (call $apply (ref.null $unary) (i64.const 1)))
    (func $fact (export "fact") (type $unary)
      (if (result i64) (i64.le_s (local.get 0) (i64.const 1))
        (then (i64.const 1))
        (else (i64.mul (local.get 0)
          (call_ref $unary (i64.sub (local.get 0) (i64.const 1)) (ref.func $fact))))))
    (func (export "sum") (param $n i64) (result i64)
      (local $f (ref $unary))
      (local.set $f (ref.func $square))
      (i64.add (call_ref $unary (local.get $n) (local.get $f))
        (call_ref $unary (call_ref $unary (local.get $n) (local.get $f)) (local.get $f)))))`);
  assert_equals(apply(0, 7n), 49n);
  assert_equals(apply(1, 7n), -7n);
  assert_equals(fact(20n), 2432902008176640000n);
  assert_equals(sum(3n), 90n);
  assert_throws_js(WebAssembly.RuntimeError, applyNull);
}, "call_ref");

test(() => {
  const { even } = instance(wat`(module
    (type $step (func (param i32) (result i32)))
    (elem declare func $even $odd)
    (func $even (export "even") (type $step)
      (if (result i32) (i32.eqz (local.get 0))
        (then (i32.const 1))
        (else (return_call_ref $step (i32.sub (local.get 0) (i32.const 1)) (ref.func $odd)))))
    (func $odd (type $step)
      (if (result i32) (i32.eqz (local.get 0))
        (then (i32.const 0))
        (else (return_call_ref $step (i32.sub (local.get 0) (i32.const 1)) (ref.func $even))))))`);
  assert_equals(even(100_000), 1);
  assert_equals(even(100_001), 0);
}, "return_call_ref uses no stack");

test(() => {
  const { onNull, onNonNull, onNullValue, nonNull, nonNullExtern } = instance(wat`(module
    (type $f (func (result i32)))
    (func $seven (result i32) (i32.const 7))
    (elem declare func $seven)
    (func $pick (param i32) (result (ref null $f))
      (if (result (ref null $f)) (local.get 0) (then (ref.func $seven)) (else (ref.null $f))))
    (func (export "onNull") (param i32) (result i32)
      (block $null
        (return (call_ref $f (br_on_null $null (call $pick (local.get 0))))))
      (i32.const -1))
    (func (export "onNullValue") (param i32) (result i32)
      (block $null (result i32)
        (i32.const 5)
        (br_on_null $null (call $pick (local.get 0)))
        (call_ref $f)
        (i32.add)))
    (func (export "onNonNull") (param i32) (result i32)
      (call_ref $f (block $found (result (ref $f))
        (br_on_non_null $found (call $pick (local.get 0)))
        (return (i32.const -2)))))
    (func (export "nonNull") (param i32) (result i32)
      (call_ref $f (ref.as_non_null (call $pick (local.get 0)))))
    (func (export "nonNullExtern") (param externref) (result (ref extern))
      (ref.as_non_null (local.get 0))))`);
  assert_equals(onNull(1), 7);
  assert_equals(onNull(0), -1);
  assert_equals(onNullValue(1), 12);
  assert_equals(onNullValue(0), 5);
  assert_equals(onNonNull(1), 7);
  assert_equals(onNonNull(0), -2);
  assert_equals(nonNull(1), 7);
  assert_throws_js(WebAssembly.RuntimeError, () => nonNull(0));
  assert_equals(nonNullExtern("x"), "x");
  assert_equals(nonNullExtern(undefined), undefined);
  assert_throws_js(WebAssembly.RuntimeError, () => nonNullExtern(null));
}, "br_on_null, br_on_non_null, ref.as_non_null");

test(() => {
  const exports = instance(wat`(module
    (type $f (func (result i32)))
    (elem declare func $one)
    (func $one (result i32) (i32.const 1))
    (func (export "a") (result i32)
      (unreachable) (ref.as_non_null) (call_ref $f))
    (func (export "b") (param i32) (result i32)
      (block $out (result i32)
        (br $out (i32.const 3))
        (br_on_null $out) (drop) (drop)
        (block (result (ref $f)) (ref.null $f) (ref.as_non_null))
        (if (local.get 0) (then (unreachable)) (else (nop)))
        (call_ref $f)))
    (func (export "c") (param i32) (result i32)
      (if (result i32) (local.get 0)
        (then (return (i32.const 1)) (call_ref $f (ref.null $f)))
        (else (loop (result i32) (br 1 (i32.const 2)) (ref.as_non_null) (call_ref $f)))))
    (func (export "d") (result i32)
      (return (call_ref $f (ref.func $one)))))`);
  assert_throws_js(WebAssembly.RuntimeError, exports.a);
  assert_equals(exports.b(0), 3);
  assert_equals(exports.c(1), 1);
  assert_equals(exports.c(0), 2);
  assert_equals(exports.d(), 1);
}, "code that is never reached");
