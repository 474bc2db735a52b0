// META: script=/resources/interface-checks.js
// META: script=/resources/module-bytes.js

test(() => {
  assert_throws_js(TypeError, () => WebAssembly.Module(wat`(module)`));
}, "it needs new");

test(() => {
  assert_throws_js(TypeError, () => new WebAssembly.Module());
  for (const value of [undefined, null, true, "", Symbol(), 1, 1n, {}, [], () => {}]) {
    assert_throws_js(TypeError, () => new WebAssembly.Module(value), format_value(value));
  }
}, "what is not a buffer source");

test(() => {
  const module = new WebAssembly.Module(wat`(module)`);
  assert_equals(Object.getPrototypeOf(module), WebAssembly.Module.prototype);
  assert_true(Object.isExtensible(module));
  assert_array_equals(Reflect.ownKeys(module), []);
  assert_class_string(module, "WebAssembly.Module");
}, "an object of the class");

test(() => {
  class Derived extends WebAssembly.Module {
    get names() {
      return WebAssembly.Module.exports(this).map((each) => each.name);
    }
  }
  const module = new Derived(wat`(module (func (export "f")))`);
  assert_equals(Object.getPrototypeOf(module), Derived.prototype);
  assert_array_equals(module.names, ["f"]);
  assert_true(new WebAssembly.Instance(module) instanceof WebAssembly.Instance);
}, "subclasses");

test(() => {
  const newTarget = function () {}.bind();
  newTarget.prototype = { own: true };
  const module = Reflect.construct(WebAssembly.Module, [wat`(module)`], newTarget);
  assert_equals(Object.getPrototypeOf(module), newTarget.prototype);
}, "the prototype is newTarget's");

test(() => {
  const newTarget = function () {}.bind();
  newTarget.prototype = 1;
  const plain = Reflect.construct(WebAssembly.Module, [wat`(module)`], newTarget);
  assert_equals(Object.getPrototypeOf(plain), WebAssembly.Module.prototype);
}, "without one there, it is the class's own");

for (const [name, length] of [["exports", 1], ["imports", 1], ["customSections", 2]]) {
  test(() => check_operation(WebAssembly.Module, name, length), `WebAssembly.Module.${name}`);

  test(() => {
    assert_throws_js(TypeError, () => WebAssembly.Module[name]());
    for (const stranger of strangers(WebAssembly.Module.prototype)) {
      assert_throws_js(TypeError, () => WebAssembly.Module[name](stranger, ""), format_value(stranger));
    }
  }, `WebAssembly.Module.${name} of what is not a module`);
}
