// META: script=/resources/interface-checks.js

test(() => {
  const property = Object.getOwnPropertyDescriptor(globalThis, "WebAssembly");
  assert_true(property.writable, "writable");
  assert_false(property.enumerable, "enumerable");
  assert_true(property.configurable, "configurable");
}, "WebAssembly is a property of the global object");

test(() => {
  assert_equals(typeof WebAssembly, "object");
  assert_equals(Object.getPrototypeOf(WebAssembly), Object.prototype);
  assert_true(Object.isExtensible(WebAssembly));
  assert_throws_js(TypeError, () => WebAssembly());
  assert_throws_js(TypeError, () => new WebAssembly());
}, "WebAssembly is an ordinary object");

test(() => {
  check_tag(WebAssembly, "WebAssembly");
  assert_equals(String(WebAssembly), "[object WebAssembly]");
}, "WebAssembly has a class string");

for (const [name, length] of [["validate", 1], ["compile", 1], ["instantiate", 1], ["compileStreaming", 1], ["instantiateStreaming", 1]]) {
  test(() => check_operation(WebAssembly, name, length), `WebAssembly.${name}`);
}

for (const [name, length] of [["Module", 1], ["Instance", 1], ["Memory", 1], ["Table", 1], ["Global", 1]]) {
  test(() => check_interface(WebAssembly, name, length, { tag: `WebAssembly.${name}` }), `WebAssembly.${name}`);
}

for (const name of ["CompileError", "LinkError", "RuntimeError"]) {
  test(() => check_interface(WebAssembly, name, 1, { superclass: Error }), `WebAssembly.${name}`);
}

test(() => {
  const { validate } = WebAssembly;
  assert_false(validate(new Uint8Array(4)));
  assert_false(validate.call(17, new Uint8Array(4)));
}, "a namespace's operations need no this");

test(() => {
  const enumerable = Object.keys(WebAssembly);
  for (const name of ["validate", "compile", "instantiate"]) {
    assert_in_array(name, enumerable);
  }
  for (const name of ["Module", "Instance", "Memory", "Table", "Global", "CompileError"]) {
    assert_false(enumerable.includes(name), name);
  }
}, "operations are enumerable, interfaces are not");
