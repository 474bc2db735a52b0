// META: script=/resources/interface-checks.js

for (const name of ["CompileError", "LinkError", "RuntimeError"]) {
  test(() => {
    const constructor = WebAssembly[name];
    const error = new constructor("a message");
    assert_equals(Object.getPrototypeOf(error), constructor.prototype);
    assert_true(error instanceof Error);
    assert_equals(error.name, name);
    assert_equals(error.message, "a message");
    assert_equals(String(error), `${name}: a message`);
    assert_equals(Object.prototype.toString.call(error), "[object Error]");
    const property = Object.getOwnPropertyDescriptor(error, "message");
    assert_true(property.writable && !property.enumerable && property.configurable);
  }, `${name} is an error`);

  test(() => {
    const constructor = WebAssembly[name];
    assert_not_own_property(new constructor(), "message");
    assert_equals(new constructor().message, "");
    assert_equals(new constructor(undefined).message, "");
    assert_equals(new constructor(17).message, "17");
    assert_true(constructor("called") instanceof constructor, "without new");
    const cause = {};
    const error = new constructor("m", { cause });
    assert_equals(error.cause, cause);
    assert_not_own_property(new constructor("m", {}), "cause");
    assert_throws_js(TypeError, () => new constructor(Symbol()));
  }, `arguments of ${name}`);

  test(() => {
    const { prototype } = WebAssembly[name];
    assert_equals(prototype.name, name);
    assert_equals(prototype.message, "");
    for (const key of ["name", "message"]) {
      const property = Object.getOwnPropertyDescriptor(prototype, key);
      assert_true(property.writable && !property.enumerable && property.configurable, key);
    }
    assert_not_own_property(prototype, Symbol.toStringTag);
    assert_not_own_property(prototype, "toString");
  }, `the prototype of ${name}`);

  test(() => {
    class Derived extends WebAssembly[name] {
      constructor(message) {
        super(message);
        this.extra = 1;
      }
    }
    const error = new Derived("m");
    assert_equals(Object.getPrototypeOf(error), Derived.prototype);
    assert_true(error instanceof WebAssembly[name]);
    assert_equals(error.message, "m");
    assert_equals(error.extra, 1);
    assert_equals(error.name, name);
  }, `subclasses of ${name}`);

  test(() => {
    assert_equals(typeof new WebAssembly[name]("m").stack, "string");
  }, `${name} has a stack`);
}
