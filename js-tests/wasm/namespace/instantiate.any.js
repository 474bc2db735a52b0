// META: script=/resources/module-bytes.js

promise_test(async () => {
  const result = await WebAssembly.instantiate(wat`(module (func (export "f") (result i32) (i32.const 7)))`);
  assert_array_equals(Object.keys(result).sort(), ["instance", "module"]);
  assert_equals(Object.getPrototypeOf(result), Object.prototype);
  for (const key of ["module", "instance"]) {
    const property = Object.getOwnPropertyDescriptor(result, key);
    assert_true(property.writable && property.enumerable && property.configurable, key);
  }
  assert_true(result.module instanceof WebAssembly.Module);
  assert_true(result.instance instanceof WebAssembly.Instance);
  assert_equals(result.instance.exports.f(), 7);
}, "from bytes: a module and an instance");

promise_test(async () => {
  assert_array_equals(Object.keys(await WebAssembly.instantiate(wat`(module)`)), ["instance", "module"]);
}, "the members of a dictionary are in the order of their names");

promise_test(async () => {
  const module = new WebAssembly.Module(wat`(module (func (export "f") (result i32) (i32.const 7)))`);
  const instance = await WebAssembly.instantiate(module);
  assert_true(instance instanceof WebAssembly.Instance);
  assert_equals(instance.exports.f(), 7);
}, "from a module: an instance");

promise_test(async (t) => {
  await promise_rejects_js(t, TypeError, WebAssembly.instantiate());
  for (const value of [undefined, null, true, "", Symbol(), 1, 1n, {}, [], () => {}, Object.create(WebAssembly.Module.prototype)]) {
    await promise_rejects_js(t, TypeError, WebAssembly.instantiate(value), format_value(value));
  }
}, "from anything else: TypeError");

promise_test(async (t) => {
  for (const imports of [null, true, "", Symbol(), 1, 1n]) {
    await promise_rejects_js(t, TypeError, WebAssembly.instantiate(wat`(module)`, imports), format_value(imports));
    await promise_rejects_js(t, TypeError, WebAssembly.instantiate(new WebAssembly.Module(wat`(module)`), imports), format_value(imports));
  }
}, "an import object that is none");

promise_test(async (t) => {
  await promise_rejects_js(t, WebAssembly.CompileError, WebAssembly.instantiate(new Uint8Array(), {}));
  await promise_rejects_js(t, TypeError, WebAssembly.instantiate(wat`(module (import "m" "f" (func)))`));
  await promise_rejects_js(t, WebAssembly.LinkError, WebAssembly.instantiate(wat`(module (import "m" "f" (func)))`, { m: { f: 1 } }));
  await promise_rejects_js(t, WebAssembly.RuntimeError, WebAssembly.instantiate(wat`(module (func $f unreachable) (start $f))`));
}, "each class of error has its step");

promise_test(async (t) => {
  const thrown = { any: "value" };
  const bytes = wat`(module (import "m" "f" (func $f)) (start $f))`;
  await promise_rejects_exactly(t, thrown, WebAssembly.instantiate(bytes, { m: { f() { throw thrown; } } }));
  await promise_rejects_exactly(t, thrown, WebAssembly.instantiate(bytes, { get m() { throw thrown; } }));
  await promise_rejects_exactly(t, thrown, WebAssembly.instantiate(bytes, { m: { get f() { throw thrown; } } }));
}, "what an import throws is the reason itself");

promise_test(async () => {
  const order = [];
  const imports = { get m() { order.push("read"); return { f() { order.push("called"); } }; } };
  const promise = WebAssembly.instantiate(wat`(module (import "m" "f" (func $f)) (start $f))`, imports);
  order.push("returned");
  await promise;
  assert_array_equals(order, ["returned", "read", "called"]);
}, "imports are read after the call returned, when given bytes");

promise_test(async () => {
  const bytes = wat`(module (func (export "f") (result i32) (i32.const 7)))`;
  const promise = WebAssembly.instantiate(bytes);
  bytes.fill(0);
  assert_equals((await promise).instance.exports.f(), 7);
}, "the bytes are those of the moment of the call");

promise_test(async () => {
  const module = new WebAssembly.Module(wat`(module (global (export "g") (mut i32) (i32.const 0)))`);
  const [a, b] = await Promise.all([WebAssembly.instantiate(module), WebAssembly.instantiate(module)]);
  a.exports.g.value = 1;
  assert_equals(b.exports.g.value, 0);
}, "instances of one module are apart");
