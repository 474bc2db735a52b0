// META: script=/resources/interface-checks.js

test(() => {
  assert_throws_js(TypeError, () => WebAssembly.Memory({ initial: 1 }));
}, "it needs new");

test(() => {
  assert_throws_js(TypeError, () => new WebAssembly.Memory());
  for (const value of [undefined, null, true, "", Symbol(), 1, 1n, {}, [], { maximum: 1 }, { initial: undefined }]) {
    assert_throws_js(TypeError, () => new WebAssembly.Memory(value), format_value(value));
  }
}, "the descriptor is an object that says initial");

test(() => {
  for (const value of [-1, -Infinity, Infinity, NaN, "abc", 2 ** 32, 2 ** 40, {}, () => {}, 1n, Symbol()]) {
    assert_throws_js(TypeError, () => new WebAssembly.Memory({ initial: value }), `initial ${format_value(value)}`);
    assert_throws_js(TypeError, () => new WebAssembly.Memory({ initial: 0, maximum: value }), `maximum ${format_value(value)}`);
  }
}, "limits that are no unsigned long");

test(() => {
  assert_throws_js(RangeError, () => new WebAssembly.Memory({ initial: 2, maximum: 1 }));
  assert_throws_js(RangeError, () => new WebAssembly.Memory({ initial: 65537 }));
}, "limits that make no memory");

test(() => {
  for (const [value, pages] of [[0, 0], [1, 1], ["2", 2], [1.9, 1], [null, 0], [false, 0], [true, 1], [[], 0], [[3], 3], [{ valueOf: () => 1 }, 1]]) {
    assert_equals(new WebAssembly.Memory({ initial: value }).buffer.byteLength, pages * 65536, format_value(value));
  }
}, "limits are converted");

test(() => {
  assert_equals(new WebAssembly.Memory({ initial: -0.5 }).buffer.byteLength, 0);
  assert_equals(new WebAssembly.Memory({ initial: -0 }).buffer.byteLength, 0);
}, "the fraction goes before the range is looked at");

test(() => {
  const order = [];
  const number = (name, value) => ({ valueOf() { order.push(`${name} valueOf`); return value; } });
  new WebAssembly.Memory({
    get maximum() { order.push("maximum"); return number("maximum", 1); },
    get initial() { order.push("initial"); return number("initial", 1); },
  });
  assert_array_equals(order, ["initial", "initial valueOf", "maximum", "maximum valueOf"]);
}, "the descriptor is read in the order of its names");

test(() => {
  const proxy = new Proxy({ initial: 1 }, {});
  assert_equals(new WebAssembly.Memory(proxy).buffer.byteLength, 65536);
  assert_equals(new WebAssembly.Memory(Object.create({ initial: 1 })).buffer.byteLength, 65536);
  assert_equals(new WebAssembly.Memory(Object.assign(() => {}, { initial: 1 })).buffer.byteLength, 65536);
}, "any object can be the descriptor");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 0 });
  assert_equals(Object.getPrototypeOf(memory), WebAssembly.Memory.prototype);
  assert_true(Object.isExtensible(memory));
  assert_class_string(memory, "WebAssembly.Memory");
  class Derived extends WebAssembly.Memory {}
  assert_true(new Derived({ initial: 1 }) instanceof Derived);
  assert_equals(new Derived({ initial: 1 }).buffer.byteLength, 65536);
}, "an object of the class, or of a subclass");

test(() => {
  check_attribute(WebAssembly.Memory.prototype, "buffer", { readonly: true });
  check_operation(WebAssembly.Memory.prototype, "grow", 1);
  check_brand(WebAssembly.Memory.prototype, ["buffer", "grow"], [0]);
}, "members");
