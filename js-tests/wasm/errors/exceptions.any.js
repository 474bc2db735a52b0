// META: script=/resources/module-bytes.js

const bytes = wat`(module
  (import "m" "f" (func $f (param i32) (result i32)))
  (func (export "call") (param i32) (result i32) (call $f (local.get 0)))
  (func (export "deep") (param i32) (result i32) (call $one (local.get 0)))
  (func $one (param i32) (result i32) (i32.add (i32.const 1) (call $two (local.get 0))))
  (func $two (param i32) (result i32) (i32.add (i32.const 1) (call $f (local.get 0))))
  (table 1 funcref)
  (elem (i32.const 0) $f)
  (func (export "indirect") (param i32) (result i32) (call_indirect (param i32) (result i32) (local.get 0) (i32.const 0))))`;

const things = [new Error("e"), new TypeError("t"), {}, [], "text", 1, -0, NaN, undefined, null, Symbol(), 1n, () => {}, new WebAssembly.RuntimeError("made by hand")];

for (const name of ["call", "deep", "indirect"]) {
  test(() => {
    let thing;
    const { exports } = instantiate(bytes, { m: { f() { throw thing; } } });
    for (thing of things) {
      assert_throws_exactly(thing, () => exports[name](0), format_value(typeof thing));
    }
  }, `what an import throws comes out of wasm as it is: ${name}`);
}

test(() => {
  const { exports } = instantiate(bytes, { m: { f(value) { if (value === 0) { throw new Error("zero"); } return value; } } });
  for (let i = 0; i < 100; i++) {
    assert_throws_js(Error, () => exports.deep(0));
    assert_equals(exports.deep(5), 7);
  }
}, "the instance is usable afterwards");

test(() => {
  let inner;
  const { exports } = instantiate(bytes, { m: { f(value) {
    if (value > 0) {
      try {
        return inner(value - 1);
      } catch (error) {
        return error.depth * 10;
      }
    }
    throw Object.assign(new Error(), { depth: 4 });
  } } });
  inner = exports.call;
  assert_equals(exports.call(1), 40);
}, "an import can catch what a call further in throws");

test(() => {
  const error = new Error("with a stack");
  const { stack } = error;
  const { exports } = instantiate(bytes, { m: { f() { throw error; } } });
  try {
    exports.call(0);
  } catch (caught) {
    assert_equals(caught.stack, stack);
  }
}, "the stack it was made with stays");

test(() => {
  const order = [];
  const { exports } = instantiate(bytes, { m: { f() { try { throw new Error(); } finally { order.push("finally"); } } } });
  try {
    exports.deep(0);
  } catch {
    order.push("caught");
  }
  assert_array_equals(order, ["finally", "caught"]);
}, "finally runs on the way");

promise_test(async (t) => {
  const thrown = {};
  const { exports } = instantiate(bytes, { m: { f() { throw thrown; } } });
  await promise_rejects_exactly(t, thrown, (async () => exports.call(0))());
  await promise_rejects_exactly(t, thrown, Promise.resolve(0).then(exports.call));
}, "in async functions and reactions");
