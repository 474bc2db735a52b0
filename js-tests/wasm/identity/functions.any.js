// META: script=/resources/module-bytes.js

const source = wat`(module
  (table (export "t") 3 funcref)
  (func $f (export "f") (result i32) (i32.const 1))
  (func $hidden (result i32) (i32.const 2))
  (export "same" (func $f))
  (global (export "g") funcref (ref.func $f))
  (global (export "h") funcref (ref.func $hidden))
  (elem (i32.const 0) $f $hidden)
  (elem declare func $f $hidden)
  (func (export "give") (result funcref) (ref.func $f))
  (func (export "giveHidden") (result funcref) (ref.func $hidden)))`;

test(() => {
  const { exports } = instantiate(source);
  assert_equals(exports.same, exports.f);
  assert_equals(exports.t.get(0), exports.f);
  assert_equals(exports.g.value, exports.f);
  assert_equals(exports.give(), exports.f);
}, "one function, one object: exports, table, global, result");

test(() => {
  const { exports } = instantiate(source);
  const hidden = exports.t.get(1);
  assert_equals(exports.t.get(1), hidden);
  assert_equals(exports.h.value, hidden);
  assert_equals(exports.giveHidden(), hidden);
  assert_equals(hidden.name, "1");
  assert_equals(hidden(), 2);
}, "a function that is not exported as well");

test(() => {
  const a = instantiate(source).exports;
  const b = instantiate(source).exports;
  assert_not_equals(a.f, b.f);
  assert_not_equals(a.t.get(1), b.t.get(1));
  b.t.set(2, a.f);
  assert_equals(b.t.get(2), a.f);
}, "another instance, another function");

test(() => {
  const { exports } = instantiate(source);
  let seen;
  const { exports: other } = instantiate(
    wat`(module
      (import "m" "f" (func $f (result i32)))
      (import "m" "t" (table $t 3 funcref))
      (import "m" "look" (func $look (param funcref)))
      (export "f2" (func $f))
      (func (export "run") (call $look (ref.func $f)))
      (func (export "get") (param i32) (result funcref) (table.get $t (local.get 0)))
      (elem declare func $f))`,
    { m: { f: exports.f, t: exports.t, look(value) { seen = value; } } },
  );
  assert_equals(other.f2, exports.f);
  other.run();
  assert_equals(seen, exports.f);
  assert_equals(other.get(0), exports.f);
}, "through another instance's imports");

test(() => {
  const host = () => 5;
  const text = wat`(module
    (import "m" "f" (func $f (result i32)))
    (import "m" "f" (func $again (result i32)))
    (export "f" (func $f))
    (export "again" (func $again))
    (table (export "t") 1 funcref)
    (elem (i32.const 0) $f))`;
  const one = instantiate(text, { m: { f: host } }).exports;
  assert_equals(one.t.get(0), one.f);
  assert_not_equals(one.f, one.again, "each import is a function of its own");
  const other = instantiate(text, { m: { f: host } }).exports;
  assert_not_equals(one.f, other.f);
}, "JavaScript functions are wrapped anew for every import");

test(() => {
  const { exports } = instantiate(source);
  exports.f.mark = "kept";
  assert_equals(exports.t.get(0).mark, "kept");
  const map = new WeakMap([[exports.f, 1]]);
  assert_equals(map.get(exports.give()), 1);
}, "properties and weak maps follow it");
