// META: script=/resources/interface-checks.js

test(() => {
  const module = new WebAssembly.Module(wat`(module)`);
  assert_throws_js(TypeError, () => WebAssembly.Instance(module));
}, "it needs new");

test(() => {
  assert_throws_js(TypeError, () => new WebAssembly.Instance());
  for (const stranger of strangers(WebAssembly.Module.prototype)) {
    assert_throws_js(TypeError, () => new WebAssembly.Instance(stranger), format_value(stranger));
  }
  assert_throws_js(TypeError, () => new WebAssembly.Instance(wat`(module)`), "bytes");
}, "the first argument is a module");

test(() => {
  const module = new WebAssembly.Module(wat`(module)`);
  for (const imports of [null, true, "", Symbol(), 1, 1n]) {
    assert_throws_js(TypeError, () => new WebAssembly.Instance(module, imports), format_value(imports));
  }
  new WebAssembly.Instance(module, undefined);
  new WebAssembly.Instance(module, {});
  new WebAssembly.Instance(module, () => {});
}, "the second is an object or undefined");

test(() => {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wat`(module)`));
  assert_equals(Object.getPrototypeOf(instance), WebAssembly.Instance.prototype);
  assert_true(Object.isExtensible(instance));
  assert_array_equals(Reflect.ownKeys(instance).filter((key) => key !== "exports"), []);
  assert_class_string(instance, "WebAssembly.Instance");
}, "an object of the class");

test(() => {
  class Derived extends WebAssembly.Instance {
    constructor(bytes) {
      super(new WebAssembly.Module(bytes));
    }
    f() {
      return this.exports.f();
    }
  }
  const instance = new Derived(wat`(module (func (export "f") (result i32) (i32.const 3)))`);
  assert_equals(Object.getPrototypeOf(instance), Derived.prototype);
  assert_equals(instance.f(), 3);
}, "subclasses");

test(() => {
  check_attribute(WebAssembly.Instance.prototype, "exports", { readonly: true });
  check_brand(WebAssembly.Instance.prototype, ["exports"]);
}, "exports is an attribute of the prototype");
