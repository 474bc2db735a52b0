// META: script=/resources/module-bytes.js

const values = [undefined, null, true, 0, -0, NaN, 1.5, 2 ** 40, "", "text", "\ud800", Symbol("s"), 1n, {}, [], () => {}, new Date(), Object.create(null), new Proxy({}, {})];

test(() => {
  const { exports } = instantiate(wat`(module (func (export "f") (param externref) (result externref) (local.get 0)))`);
  for (const value of values) {
    assert_equals(exports.f(value), value, typeof value);
  }
  assert_equals(exports.f(), undefined);
}, "an externref is any value, and stays the same");

test(() => {
  const { exports } = instantiate(passThrough(EXTERNREF, EXTERNREF), { m: { f: (value) => value } });
  for (const value of values) {
    assert_equals(exports.f(value), value, typeof value);
  }
}, "through an import too");

test(() => {
  const { exports } = instantiate(wat`(module (func (export "f") (param externref) (result i32) (ref.is_null (local.get 0))) (func (export "null") (result externref) (ref.null extern)))`);
  for (const value of values) {
    assert_equals(exports.f(value), value === null ? 1 : 0, typeof value);
  }
  assert_equals(exports.null(), null);
}, "null alone is ref.null");

test(() => {
  const { exports } = instantiate(wat`(module
    (func (export "f") (param funcref) (result funcref) (local.get 0))
    (func $g (export "g") (result i32) (i32.const 4))
    (func (export "self") (result funcref) (ref.func $g))
    (func (export "null") (result funcref) (ref.null func))
    (elem declare func $g))`);
  assert_equals(exports.f(exports.g), exports.g);
  assert_equals(exports.self(), exports.g);
  assert_equals(exports.self()(), 4);
  assert_equals(exports.null(), null);
  assert_equals(exports.f(null), null);
  for (const value of [undefined, true, 0, "", {}, () => {}, Math.abs, Symbol(), 1n, Object.create(exports.g), new Proxy(exports.g, {}), exports.g.bind()]) {
    assert_throws_js(TypeError, () => exports.f(value), format_value(typeof value));
  }
}, "a funcref is an exported function or null");

test(() => {
  const { exports: other } = instantiate(wat`(module (func (export "f") (result i32) (i32.const 9)))`);
  const { exports } = instantiate(wat`(module
    (table $t 1 funcref)
    (type $v (func (result i32)))
    (func (export "run") (param funcref) (result i32)
      (table.set $t (i32.const 0) (local.get 0))
      (call_indirect (type $v) (i32.const 0))))`);
  assert_equals(exports.run(other.f), 9);
}, "a function of another instance can be called through a reference");

test(() => {
  let returned;
  const bytes = moduleBytes(
    section(SECTION.type, vector([functionType([], [FUNCREF])])),
    section(SECTION.import, vector([[...text("m"), ...text("f"), KIND.function, 0]])),
    section(SECTION.function, vector([[0]])),
    section(SECTION.export, vector([[...text("run"), KIND.function, 1]])),
    section(SECTION.code, vector([body(0x10, 0x00)])),
  );
  const { exports } = instantiate(bytes, { m: { f: () => returned } });
  returned = exports.run;
  assert_equals(exports.run(), exports.run);
  returned = null;
  assert_equals(exports.run(), null);
  for (returned of [undefined, () => {}, {}]) {
    assert_throws_js(TypeError, () => exports.run(), typeof returned);
  }
}, "an import that returns a funcref");

test(() => {
  const { exports } = instantiate(wat`(module
    (func $f (export "f"))
    (global (export "g") funcref (ref.func $f))
    (global (export "n") (mut funcref) (ref.null func)))`);
  assert_equals(exports.g.value, exports.f);
  assert_equals(exports.n.value, null);
  exports.n.value = exports.f;
  assert_equals(exports.n.value, exports.f);
  assert_throws_js(TypeError, () => { exports.n.value = () => {}; });
}, "globals of funcref");

test(() => {
  const { exports } = instantiate(wat`(module
    (table $t 100 externref)
    (func (export "put") (param i32 externref) (table.set $t (local.get 0) (local.get 1)))
    (func (export "take") (param i32) (result externref) (table.get $t (local.get 0)))
    (func (export "fill") (param i32 externref i32) (table.fill $t (local.get 0) (local.get 1) (local.get 2))))`);
  const objects = Array.from({ length: 100 }, (_, i) => ({ i }));
  objects.forEach((object, i) => exports.put(i, object));
  objects.forEach((object, i) => assert_equals(exports.take(i), object));
  exports.fill(10, "x", 5);
  assert_equals(exports.take(14), "x");
  assert_equals(exports.take(15), objects[15]);
  assert_equals(exports.take(99).i, 99);
}, "references are kept in tables that no script sees");
