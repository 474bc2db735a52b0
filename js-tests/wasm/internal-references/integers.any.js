// References to 31-bit integers, and to host values as internal ones.

const instantiate = (bytes, imports) => new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;

const { make, unsigned, signed, equal, isNull, classify, cast, castNullable, branch, branchFail, through } = instantiate(wat`
  (module
    (func (export "make") (param i32) (result (ref i31)) (ref.i31 (local.get 0)))
    (func (export "unsigned") (param i31ref) (result i32) (i31.get_u (local.get 0)))
    (func (export "signed") (param i31ref) (result i32) (i31.get_s (local.get 0)))
    (func (export "equal") (param eqref eqref) (result i32) (ref.eq (local.get 0) (local.get 1)))
    (func (export "isNull") (param anyref) (result i32) (ref.is_null (local.get 0)))
    (func (export "classify") (param $x anyref) (result i32)
      (local $bits i32)
      (local.set $bits (ref.test (ref i31) (local.get $x)))
      (local.set $bits (i32.or (local.get $bits) (i32.shl (ref.test i31ref (local.get $x)) (i32.const 1))))
      (local.set $bits (i32.or (local.get $bits) (i32.shl (ref.test (ref eq) (local.get $x)) (i32.const 2))))
      (local.set $bits (i32.or (local.get $bits) (i32.shl (ref.test (ref any) (local.get $x)) (i32.const 3))))
      (local.set $bits (i32.or (local.get $bits) (i32.shl (ref.test (ref struct) (local.get $x)) (i32.const 4))))
      (local.set $bits (i32.or (local.get $bits) (i32.shl (ref.test nullref (local.get $x)) (i32.const 5))))
      (local.set $bits (i32.or (local.get $bits) (i32.shl (ref.test anyref (local.get $x)) (i32.const 6))))
      (local.get $bits))
    (func (export "cast") (param anyref) (result i32) (i31.get_s (ref.cast (ref i31) (local.get 0))))
    (func (export "castNullable") (param anyref) (result anyref) (ref.cast i31ref (local.get 0)))
    (func (export "branch") (param anyref) (result i32)
      (block $integer (result (ref i31))
        (drop (br_on_cast $integer anyref (ref i31) (local.get 0)))
        (return (i32.const -1)))
      (i31.get_s))
    (func (export "branchFail") (param anyref) (result i32)
      (block $other (result anyref)
        (return (i31.get_s (br_on_cast_fail $other anyref (ref i31) (local.get 0)))))
      (drop)
      (i32.const -1))
    (func (export "through") (param externref) (result externref)
      (extern.convert_any (any.convert_extern (local.get 0)))))`);

const LEAST = -(2 ** 30);
const MOST = 2 ** 30 - 1;

test(() => {
  for (const [from, to] of [[0, 0], [1, 1], [-1, -1], [MOST, MOST], [MOST + 1, LEAST], [LEAST, LEAST],
    [LEAST - 1, MOST], [2 ** 31 - 1, -1], [2 ** 31, 0]]) {
    assert_equals(make(from), to);
    assert_equals(signed(make(from)), to);
    assert_equals(unsigned(make(from)), to & 0x7fffffff);
  }
  assert_equals(signed(7), 7);
  assert_equals(unsigned(-7), 0x7ffffff9);
  for (const get of [signed, unsigned]) {
    assert_throws_js(WebAssembly.RuntimeError, () => get(null));
  }
  for (const value of [MOST + 1, LEAST - 1, 0.5, NaN, Infinity, 1n, "1", undefined, {}, make]) {
    assert_throws_js(TypeError, () => signed(value));
    assert_throws_js(TypeError, () => equal(value, null));
  }
}, "integers");

test(() => {
  assert_equals(equal(5, 5), 1);
  assert_equals(equal(5, make(5)), 1);
  assert_equals(equal(5, 6), 0);
  assert_equals(equal(null, null), 1);
  assert_equals(equal(null, 0), 0);
  assert_equals(equal(0, null), 0);
  assert_equals(isNull(null), 1);
  assert_equals(isNull(0), 0);
}, "equality and null");

test(() => {
  assert_equals(classify(3), 0b1001111);
  assert_equals(classify(-0), 0b1001111);
  assert_equals(classify(null), 0b1100010);
  for (const value of [{}, "3", 3n, 0.5, undefined, MOST + 1, Symbol(), make]) {
    assert_equals(classify(value), 0b1001000);
  }
}, "tests");

test(() => {
  assert_equals(cast(-3), -3);
  assert_equals(castNullable(4), 4);
  assert_equals(castNullable(null), null);
  for (const value of [{}, "3", MOST + 1]) {
    assert_throws_js(WebAssembly.RuntimeError, () => cast(value));
    assert_throws_js(WebAssembly.RuntimeError, () => castNullable(value));
    assert_equals(branch(value), -1);
    assert_equals(branchFail(value), -1);
  }
  assert_throws_js(WebAssembly.RuntimeError, () => cast(null));
  assert_equals(branch(8), 8);
  assert_equals(branchFail(8), 8);
  assert_equals(branch(null), -1);
}, "casts");

test(() => {
  const object = {};
  for (const value of [object, "s", null, undefined, 7, 1.5, 3n]) {
    assert_equals(through(value), value);
  }
}, "external values are internal ones");

const source = wat`
  (module
    (global $a (export "a") i31ref (ref.i31 (i32.const 11)))
    (global $b (export "b") anyref (global.get $a))
    (global $c (export "c") (mut i31ref) (ref.i31 (i32.add (i32.const 5) (i32.const -7))))
    (global $n i32 (i32.const 2))
    (global (export "d") i32 (i32.mul (global.get $n) (i32.const 21)))
    (table $t (export "t") 3 i31ref)
    (table (export "filled") 2 5 (ref i31) (ref.i31 (i32.const 9)))
    (elem (table $t) (offset (global.get $n)) i31ref (item (ref.i31 (i32.const 77))))
    (memory (export "memory") 1)
    (data (global.get $n) "x")
    (func (export "read") (param i32) (result i32) (i31.get_s (table.get $t (local.get 0)))))`;

test(() => {
  const { a, b, c, d, t, filled, memory, read } = instantiate(source);
  assert_equals(a.value, 11);
  assert_equals(b.value, 11);
  assert_equals(c.value, -2);
  assert_equals(d.value, 42);
  assert_throws_js(TypeError, () => { a.value = 1; });
  c.value = 3;
  c.value = null;
  assert_throws_js(TypeError, () => { c.value = {}; });
  assert_equals(t.get(0), null);
  assert_equals(t.get(2), 77);
  assert_equals(read(2), 77);
  t.set(0, 5);
  assert_equals(read(0), 5);
  assert_throws_js(TypeError, () => t.set(0, 2 ** 30));
  assert_equals(filled.get(1), 9);
  assert_throws_js(TypeError, () => filled.grow(1));
  assert_equals(filled.grow(1, 4), 2);
  assert_equals(filled.get(2), 4);
  assert_equals(new Uint8Array(memory.buffer)[2], 120);
}, "globals, tables and segments");

test(() => {
  const { a } = instantiate(source);
  const { value } = instantiate(wat`
    (module
      (import "m" "a" (global $a i31ref))
      (global (export "again") anyref (global.get $a))
      (func (export "value") (result i32) (i31.get_s (global.get $a))))`, { m: { a } });
  assert_equals(value(), 11);
  assert_equals(instantiate(wat`(module (import "m" "x" (global $x anyref)) (export "x" (global $x)))`, { m: { x: "text" } }).x.value, "text");
}, "immutable globals are imported");

test(() => {
  const { init, get, drop, add } = instantiate(wat`
    (module
      (global $n i32 (i32.const 30))
      (table $t 4 anyref)
      (elem $other funcref (ref.null func))
      (elem $numbers i31ref (item (ref.i31 (i32.const 10))) (item (ref.i31 (i32.const 20))) (item (ref.i31 (global.get $n))))
      (elem $more (ref i31) (item (ref.i31 (i32.const -1))))
      (func (export "init") (param i32 i32 i32)
        (table.init $t $numbers (local.get 0) (local.get 1) (local.get 2)))
      (func (export "get") (param i32) (result anyref) (table.get $t (local.get 0)))
      (func (export "drop") (elem.drop $numbers))
      (func (export "add") (param i32 i32) (result i32)
        (table.init $t $more (i32.const 3) (i32.const 0) (i32.const 1))
        (i32.add (local.get 0) (local.get 1))))`);
  init(1, 0, 3);
  assert_array_equals([0, 1, 2, 3].map((index) => get(index)), [null, 10, 20, 30]);
  init(0, 2, 1);
  assert_equals(get(0), 30);
  for (const range of [[0, 0, 4], [0, 3, 1], [0, 1, -1], [0, -1, 1], [2, 0, 3], [4, 0, 1]]) {
    assert_throws_js(WebAssembly.RuntimeError, () => init(...range));
  }
  init(4, 3, 0);
  assert_equals(get(2), 20);
  assert_equals(add(1, 2), 3);
  assert_equals(get(3), -1);
  drop();
  init(0, 0, 0);
  assert_throws_js(WebAssembly.RuntimeError, () => init(0, 0, 1));
  assert_throws_js(WebAssembly.RuntimeError, () => init(0, 1, 0));
  assert_equals(get(0), 30);
}, "passive segments");

test(() => {
  // The element does not fit: nothing is written, and there is no instance.
  const { t } = instantiate(source);
  const bytes = wat`
    (module
      (import "m" "t" (table 3 i31ref))
      (elem (i32.const 2) i31ref (item (ref.i31 (i32.const 1))) (item (ref.i31 (i32.const 2)))))`;
  assert_throws_js(WebAssembly.RuntimeError, () => instantiate(bytes, { m: { t } }));
  assert_equals(t.get(2), 77);
}, "segments that do not fit");

test(() => {
  const { f } = instantiate(wat`
    (module
      (rec (type $a (func (result (ref null $b)))) (type $b (func (result (ref null $a)))))
      (func $f (export "f") (type $a) (ref.func $g))
      (func $g (type $b) (ref.func $f))
      (elem declare func $f $g))`);
  assert_equals(f()(), f);
  const take = wat`
    (module
      (rec (type $a (func (result (ref null $b)))) (type $b (func (result (ref null $a)))))
      (import "m" "f" (func (type $a))))`;
  new WebAssembly.Instance(new WebAssembly.Module(take), { m: { f } });
  assert_throws_js(WebAssembly.LinkError, () => new WebAssembly.Instance(new WebAssembly.Module(take), { m: { f: f() } }));
}, "recursive types of functions");

test(() => {
  let sum = 0;
  for (let i = 0; i < 20000; i++) {
    sum += signed(make(i));
  }
  assert_equals(sum, (20000 * 19999) / 2);
}, "slots are used again");
