// META: title=WebAssembly modules that are imported

promise_test(async () => {
  const module = await import("./resources/wasm-exports.wasm");
  assert_array_equals(Object.getOwnPropertyNames(module), [
    'a name with "quotes"', "add", "count", "fixed", "increment", "memory", "table", "vector",
  ]);
  assert_equals(module.add(1, 2), 3);
  assert_equals(module['a name with "quotes"'](), 7);
  assert_true(module.memory instanceof WebAssembly.Memory);
  assert_true(module.table instanceof WebAssembly.Table);
  assert_equals(module.fixed, 5n, "a global is its value");
  assert_throws_js(TypeError, () => { "use strict"; module.add = 1; });
  assert_equals(await import("./resources/wasm-exports.wasm"), module);
}, "exports");

promise_test(async () => {
  const module = await import("./resources/wasm-imports.wasm");
  const { memory } = await import("./resources/wasm-imported.mjs");
  assert_equals(module.sumDoubled(3, 4), 14);
  assert_equals(new Int32Array(memory.buffer)[0], 42, "the start function has run");
  assert_equals(module.lengthOfHello(), 5, "strings are provided");
}, "imports of JavaScript, of WebAssembly and of builtins");

promise_test(async () => {
  const module = await import("./resources/wasm-exports.wasm");
  const reexport = await import("./resources/wasm-reexport.mjs");
  const { setCount } = await import("./resources/wasm-imports.wasm");
  const before = module.count;
  assert_equals(module.increment(), before + 1);
  assert_equals(module.count, before + 1);
  assert_equals(reexport.count, before + 1);
  setCount(100);
  assert_equals(module.count, 100, "set by another instance");
  assert_equals(reexport.count, 100);
  const instance = WebAssembly.namespaceInstance(module);
  assert_true(instance instanceof WebAssembly.Instance);
  assert_true(instance.exports.count instanceof WebAssembly.Global);
  instance.exports.count.value = 7;
  assert_equals(module.count, 7, "set by script");
}, "bindings of mutable globals are live");

promise_test(async () => {
  const { result } = await import("./resources/wasm-cycle.mjs");
  assert_equals(result, 24);
}, "a cycle");

promise_test(async (t) => {
  await promise_rejects_js(t, WebAssembly.LinkError, import("./resources/wasm-cycle-early.mjs"));
}, "a value that a cycle has not come to");

promise_test(async (t) => {
  await promise_rejects_js(t, WebAssembly.LinkError, import("./resources/wasm-wrong-import.wasm"));
  await promise_rejects_js(t, SyntaxError, import("./resources/wasm-missing-import.wasm"));
  await promise_rejects_js(t, WebAssembly.LinkError, import("./resources/wasm-reserved-name.wasm"));
  await promise_rejects_js(t, WebAssembly.CompileError, import("./resources/wasm-invalid.wasm"));
  await promise_rejects_js(t, TypeError, import("./resources/wasm-nowhere.wasm"));
}, "modules that cannot be imported");

promise_test(async () => {
  const { module, same } = await import("./resources/wasm-source.mjs");
  assert_true(module instanceof WebAssembly.Module);
  assert_equals(same, module);
  // Debug builds of the engine take a specifier that scripts import dynamically for one module.
  const { default: dynamic } = await import("./resources/../resources/wasm-exports.wasm", { with: { phase: "source" } });
  assert_equals(dynamic, module);
  assert_equals(new WebAssembly.Instance(module).exports.count.value, 1, "an instance of its own");
}, "the source phase");

promise_test(async (t) => {
  await promise_rejects_js(t, TypeError, import("./resources/leaf.mjs?source", { with: { phase: "source" } }));
}, "the source phase of what is no WebAssembly");

test(() => {
  for (const value of [undefined, {}, new WebAssembly.Memory({ initial: 0 })]) {
    assert_throws_js(TypeError, () => WebAssembly.namespaceInstance(value));
  }
}, "namespaceInstance of what is no namespace of WebAssembly");

promise_test(async (t) => {
  // What stands for a WebAssembly module inside imports is nobody else's business.
  await promise_rejects_js(t, TypeError, import("taipan-wasm-instance:1"));
}, "inner modules are out of reach");
