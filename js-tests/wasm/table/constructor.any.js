// META: script=/resources/interface-checks.js
// META: script=/resources/module-bytes.js

test(() => {
  assert_throws_js(TypeError, () => WebAssembly.Table({ element: "anyfunc", initial: 1 }));
}, "it needs new");

test(() => {
  assert_throws_js(TypeError, () => new WebAssembly.Table());
  for (const value of [undefined, null, true, "", Symbol(), 1, 1n, {}, [], { initial: 1 }, { element: "anyfunc" }, { element: "anyfunc", initial: undefined }]) {
    assert_throws_js(TypeError, () => new WebAssembly.Table(value), format_value(value));
  }
}, "the descriptor says element and initial");

test(() => {
  for (const element of ["", "func", "i32", "anyref ", "any function", "ANYFUNC", 17, null, {}, undefined]) {
    assert_throws_js(TypeError, () => new WebAssembly.Table({ element, initial: 1 }), format_value(element));
  }
}, "the element is a reference type");

test(() => {
  assert_equals(new WebAssembly.Table({ element: "anyfunc", initial: 3 }).length, 3);
  assert_equals(new WebAssembly.Table({ element: "externref", initial: 3 }).length, 3);
  assert_equals(new WebAssembly.Table({ element: { toString: () => "anyfunc" }, initial: 3 }).length, 3);
}, "anyfunc and externref");

test(() => {
  for (const value of [-1, -Infinity, Infinity, NaN, "abc", 2 ** 32, {}, 1n, Symbol()]) {
    assert_throws_js(TypeError, () => new WebAssembly.Table({ element: "anyfunc", initial: value }), `initial ${format_value(value)}`);
    assert_throws_js(TypeError, () => new WebAssembly.Table({ element: "anyfunc", initial: 0, maximum: value }), `maximum ${format_value(value)}`);
  }
  assert_throws_js(RangeError, () => new WebAssembly.Table({ element: "anyfunc", initial: 2, maximum: 1 }));
  assert_throws_js(RangeError, () => new WebAssembly.Table({ element: "anyfunc", initial: 10000001 }));
}, "limits");

test(() => {
  const order = [];
  const value = (name, result) => ({ valueOf() { order.push(`${name} converted`); return result; }, toString() { order.push(`${name} converted`); return result; } });
  new WebAssembly.Table({
    get maximum() { order.push("maximum"); return value("maximum", 1); },
    get initial() { order.push("initial"); return value("initial", 1); },
    get element() { order.push("element"); return value("element", "anyfunc"); },
  });
  assert_array_equals(order, ["element", "element converted", "initial", "initial converted", "maximum", "maximum converted"]);
}, "the descriptor is read in the order of its names");

test(() => {
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 2 });
  assert_equals(table.get(0), null);
  assert_equals(table.get(1), null);
  const references = new WebAssembly.Table({ element: "externref", initial: 2 });
  assert_equals(references.get(0), undefined);
  assert_equals(references.get(1), undefined);
}, "what is in a new table");

test(() => {
  const { exports } = instantiate(wat`(module (func (export "f")))`);
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 2 }, exports.f);
  assert_equals(table.get(0), exports.f);
  assert_equals(table.get(1), exports.f);
  assert_equals(new WebAssembly.Table({ element: "anyfunc", initial: 1 }, null).get(0), null);
  for (const value of [{}, () => {}, 1, "x"]) {
    assert_throws_js(TypeError, () => new WebAssembly.Table({ element: "anyfunc", initial: 1 }, value), format_value(value));
  }
  const object = {};
  for (const value of [object, null, 1, "x", () => {}]) {
    assert_equals(new WebAssembly.Table({ element: "externref", initial: 1 }, value).get(0), value, format_value(value));
  }
}, "a first value for every element");

test(() => {
  class Derived extends WebAssembly.Table {}
  const table = new Derived({ element: "anyfunc", initial: 1 });
  assert_equals(Object.getPrototypeOf(table), Derived.prototype);
  assert_equals(table.length, 1);
  assert_class_string(table, "WebAssembly.Table");
}, "subclasses");

test(() => {
  check_attribute(WebAssembly.Table.prototype, "length", { readonly: true });
  check_operation(WebAssembly.Table.prototype, "grow", 1);
  check_operation(WebAssembly.Table.prototype, "get", 1);
  check_operation(WebAssembly.Table.prototype, "set", 1);
  check_brand(WebAssembly.Table.prototype, ["length", "grow", "get", "set"], [0, null]);
}, "members");
