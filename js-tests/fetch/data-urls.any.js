promise_test(async () => {
  const response = await fetch("data:text/plain,hello%20there");
  assert_equals(response.status, 200);
  assert_equals(response.type, "basic");
  assert_equals(response.headers.get("content-type"), "text/plain");
  assert_equals(await response.text(), "hello there");
}, "text");

promise_test(async () => {
  const response = await fetch("data:;base64,AAECAw==");
  assert_equals(response.headers.get("content-type"), "text/plain;charset=US-ASCII");
  assert_array_equals(new Uint8Array(await response.arrayBuffer()), [0, 1, 2, 3]);
}, "base64");

promise_test(async () => {
  const url = "data:application/wasm;base64,AGFzbQEAAAA=";
  assert_true((await WebAssembly.compileStreaming(fetch(url))) instanceof WebAssembly.Module);
}, "a module");

promise_test(async (t) => {
  await promise_rejects_js(t, TypeError, fetch("data:nothing"));
  await promise_rejects_js(t, TypeError, fetch("data:;base64,%"));
  await promise_rejects_js(t, TypeError, WebAssembly.compileStreaming(fetch("data:,")));
}, "what is wrong");
