// META: script=/resources/module-bytes.js

test(() => {
  const promise = WebAssembly.compile(wat`(module)`);
  assert_equals(Object.getPrototypeOf(promise), Promise.prototype);
  return undefined;
}, "a promise comes back");

promise_test(async () => {
  const module = await WebAssembly.compile(wat`(module (func (export "f")))`);
  assert_equals(Object.getPrototypeOf(module), WebAssembly.Module.prototype);
  assert_true(module instanceof WebAssembly.Module);
  assert_array_equals(WebAssembly.Module.exports(module).map((each) => each.name), ["f"]);
}, "it is fulfilled with a module");

promise_test(async (t) => {
  await promise_rejects_js(t, TypeError, WebAssembly.compile());
  for (const value of [undefined, null, true, "", Symbol(), 1, 1n, {}, [], () => {}]) {
    await promise_rejects_js(t, TypeError, WebAssembly.compile(value), format_value(value));
  }
}, "what is not a buffer source rejects, and nothing is thrown");

promise_test(async (t) => {
  await promise_rejects_js(t, WebAssembly.CompileError, WebAssembly.compile(new Uint8Array()));
  await promise_rejects_js(t, WebAssembly.CompileError, WebAssembly.compile(moduleBytes([63, 0])));
  await promise_rejects_js(t, WebAssembly.CompileError, WebAssembly.compile(oneFunction([], [I32])));
}, "a bad module rejects with CompileError");

promise_test(async () => {
  const bytes = wat`(module (func (export "f")))`;
  const promise = WebAssembly.compile(bytes);
  bytes.fill(0);
  assert_array_equals(WebAssembly.Module.exports(await promise).map((each) => each.name), ["f"]);
}, "the bytes are those of the moment of the call");

promise_test(async () => {
  const order = [];
  const promise = WebAssembly.compile(wat`(module)`).then(() => order.push("compiled"));
  order.push("called");
  await promise;
  assert_array_equals(order, ["called", "compiled"]);
}, "never synchronous");

promise_test(async () => {
  const modules = await Promise.all([
    WebAssembly.compile(wat`(module (func (export "a")))`),
    WebAssembly.compile(wat`(module (func (export "b")))`),
    WebAssembly.compile(wat`(module (func (export "c")))`),
  ]);
  assert_array_equals(modules.map((module) => WebAssembly.Module.exports(module)[0].name), ["a", "b", "c"]);
}, "several at once");
