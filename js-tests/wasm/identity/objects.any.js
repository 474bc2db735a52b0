// META: script=/resources/module-bytes.js

const source = wat`(module
  (memory (export "m") 1)
  (table (export "t") 1 funcref)
  (global (export "g") (mut i32) (i32.const 0))
  (export "m2" (memory 0))
  (export "t2" (table 0))
  (export "g2" (global 0)))`;

test(() => {
  const { exports } = instantiate(source);
  assert_equals(exports.m, exports.m2);
  assert_equals(exports.t, exports.t2);
  assert_equals(exports.g, exports.g2);
}, "exported twice, one object");

test(() => {
  const { exports } = instantiate(source);
  const { exports: other } = instantiate(
    wat`(module
      (import "a" "m" (memory 1))
      (import "a" "t" (table 1 funcref))
      (import "a" "g" (global (mut i32)))
      (export "m" (memory 0))
      (export "t" (table 0))
      (export "g" (global 0)))`,
    { a: exports },
  );
  for (const key of ["m", "t", "g"]) {
    assert_equals(other[key], exports[key], key);
  }
}, "imported and exported again, one object");

test(() => {
  const { exports } = instantiate(wat`(module (import "a" "g" (global i32)) (export "g" (global 0)))`, { a: { g: 5 } });
  assert_true(exports.g instanceof WebAssembly.Global);
  assert_equals(exports.g.value, 5);
}, "a number that was imported becomes a global");

test(() => {
  class Mine extends WebAssembly.Memory {
    size() {
      return this.buffer.byteLength;
    }
  }
  const memory = new Mine({ initial: 1 });
  const { exports } = instantiate(wat`(module (import "a" "m" (memory 1)) (export "m" (memory 0)))`, { a: { m: memory } });
  assert_equals(exports.m, memory);
  assert_equals(exports.m.size(), 65536);
}, "an object of a subclass stays it");

test(() => {
  const object = { a: 1 };
  const { exports } = instantiate(wat`(module
    (global $g (export "g") (mut externref) (ref.null extern))
    (table $t (export "t") 1 externref)
    (func (export "keep") (param externref) (global.set $g (local.get 0)) (table.set $t (i32.const 0) (local.get 0)))
    (func (export "same") (result externref) (table.get $t (i32.const 0))))`);
  exports.keep(object);
  assert_equals(exports.g.value, object);
  assert_equals(exports.t.get(0), object);
  assert_equals(exports.same(), object);
}, "an external reference is one object everywhere");
