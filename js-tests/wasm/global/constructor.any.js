// META: script=/resources/interface-checks.js
// META: script=/resources/module-bytes.js

test(() => {
  assert_throws_js(TypeError, () => WebAssembly.Global({ value: "i32" }));
}, "it needs new");

test(() => {
  assert_throws_js(TypeError, () => new WebAssembly.Global());
  for (const value of [undefined, null, true, "", Symbol(), 1, 1n, {}, [], { mutable: true }]) {
    assert_throws_js(TypeError, () => new WebAssembly.Global(value), format_value(value));
  }
  for (const type of ["", "I32", "i32 ", "number", "funcref", null, 17]) {
    assert_throws_js(TypeError, () => new WebAssembly.Global({ value: type }), format_value(type));
  }
}, "the descriptor says the type");

test(() => {
  for (const [type, value] of [["i32", 0], ["i64", 0n], ["f32", 0], ["f64", 0], ["anyfunc", null]]) {
    assert_equals(new WebAssembly.Global({ value: type }).value, value, type);
    if (type !== "anyfunc") {
      assert_equals(new WebAssembly.Global({ value: type }, undefined).value, value, `${type}, undefined`);
    }
  }
}, "the values without a value");

test(() => {
  assert_equals(new WebAssembly.Global({ value: "anyfunc" }, undefined).value, null);
}, "an optional argument that is undefined is missing: no function");

test(() => {
  assert_equals(new WebAssembly.Global({ value: "externref" }, undefined).value, undefined);
  assert_equals(new WebAssembly.Global({ value: "externref" }, null).value, null);
}, "undefined and null are external references");

test(() => {
  assert_equals(new WebAssembly.Global({ value: "externref" }).value, undefined);
}, "the external reference without a value is undefined");

test(() => {
  assert_equals(new WebAssembly.Global({ value: "i32" }, 2 ** 32 + 7).value, 7);
  assert_equals(new WebAssembly.Global({ value: "i32" }, "17").value, 17);
  assert_equals(new WebAssembly.Global({ value: "i32" }, null).value, 0);
  assert_equals(new WebAssembly.Global({ value: "i64" }, 2n ** 63n).value, -(2n ** 63n));
  assert_equals(new WebAssembly.Global({ value: "i64" }, true).value, 1n);
  assert_equals(new WebAssembly.Global({ value: "f32" }, 0.1).value, Math.fround(0.1));
  assert_equals(new WebAssembly.Global({ value: "f64" }, 0.1).value, 0.1);
  assert_equals(new WebAssembly.Global({ value: "f64" }, -0).value, -0);
  const object = {};
  assert_equals(new WebAssembly.Global({ value: "externref" }, object).value, object);
  const { exports } = instantiate(wat`(module (func (export "f")))`);
  assert_equals(new WebAssembly.Global({ value: "anyfunc" }, exports.f).value, exports.f);
}, "the value is converted to the type");

test(() => {
  assert_throws_js(TypeError, () => new WebAssembly.Global({ value: "i64" }, 1));
  assert_throws_js(TypeError, () => new WebAssembly.Global({ value: "i64" }, null));
  assert_throws_js(SyntaxError, () => new WebAssembly.Global({ value: "i64" }, "x"));
  assert_throws_js(TypeError, () => new WebAssembly.Global({ value: "i32" }, 1n));
  assert_throws_js(TypeError, () => new WebAssembly.Global({ value: "f64" }, Symbol()));
  assert_throws_js(TypeError, () => new WebAssembly.Global({ value: "anyfunc" }, () => {}));
  assert_throws_js(TypeError, () => new WebAssembly.Global({ value: "v128" }));
}, "and what cannot be, throws");

test(() => {
  const order = [];
  new WebAssembly.Global({
    get value() { order.push("value"); return "i32"; },
    get mutable() { order.push("mutable"); return true; },
  }, { valueOf() { order.push("converted"); return 1; } });
  assert_array_equals(order, ["mutable", "value", "converted"]);
}, "the order of reading");

test(() => {
  const constant = new WebAssembly.Global({ value: "i32" }, 1);
  assert_throws_js(TypeError, () => { constant.value = 2; });
  assert_equals(constant.value, 1);
  const variable = new WebAssembly.Global({ value: "i32", mutable: true }, 1);
  variable.value = "5";
  assert_equals(variable.value, 5);
  assert_throws_js(TypeError, () => { variable.value = 1n; });
  assert_equals(variable.value, 5);
  for (const mutable of [1, "x", {}, []]) {
    const truthy = new WebAssembly.Global({ value: "i32", mutable });
    truthy.value = 1;
    assert_equals(truthy.value, 1, format_value(mutable));
  }
}, "mutable");

test(() => {
  const { exports } = instantiate(wat`(module
    (global $g (export "g") (mut i64) (i64.const 1))
    (global (export "c") f64 (f64.const 2.5))
    (func (export "get") (result i64) (global.get $g))
    (func (export "set") (param i64) (global.set $g (local.get 0))))`);
  exports.g.value = 7n;
  assert_equals(exports.get(), 7n);
  exports.set(-1n);
  assert_equals(exports.g.value, -1n);
  assert_equals(exports.c.value, 2.5);
  assert_throws_js(TypeError, () => { exports.c.value = 1; });
}, "globals of an instance");

test(() => {
  const global = new WebAssembly.Global({ value: "externref", mutable: true }, "before");
  const { exports } = instantiate(
    wat`(module
      (import "m" "g" (global (mut externref)))
      (export "g" (global 0))
      (func (export "get") (result externref) (global.get 0))
      (func (export "set") (param externref) (global.set 0 (local.get 0))))`,
    { m: { g: global } },
  );
  assert_equals(exports.g, global);
  assert_equals(exports.get(), "before");
  const object = {};
  exports.set(object);
  assert_equals(global.value, object);
}, "a global that is imported");

test(() => {
  class Derived extends WebAssembly.Global {}
  const global = new Derived({ value: "i32" }, 5);
  assert_equals(Object.getPrototypeOf(global), Derived.prototype);
  assert_equals(global.value, 5);
  assert_equals(global.valueOf(), 5);
  assert_equals(global + 1, 6);
  assert_class_string(global, "WebAssembly.Global");
}, "subclasses, and valueOf");

test(() => {
  check_operation(WebAssembly.Global.prototype, "valueOf", 0);
  check_attribute(WebAssembly.Global.prototype, "value", { readonly: false });
  check_brand(WebAssembly.Global.prototype, ["value", "valueOf"], [1]);
}, "members");

test(() => {
  const { set } = Object.getOwnPropertyDescriptor(WebAssembly.Global.prototype, "value");
  const global = new WebAssembly.Global({ value: "i32", mutable: true });
  assert_equals(set.call(global, 4), undefined);
  assert_equals(global.value, 4);
  assert_equals(set.call(global), undefined);
  assert_equals(global.value, 0, "an argument that is missing is undefined");
}, "the setter by itself");
