const ANSWER = "/resources/answer.wasm";

promise_test(async () => {
  const logged = [];
  const importObject = { my_namespace: { imported_func: (arg) => logged.push(arg) } };
  const result = await WebAssembly.instantiateStreaming(fetch("/resources/simple.wasm"), importObject);
  result.instance.exports.exported_func();
  assert_array_equals(logged, [42]);
  assert_array_equals(Object.keys(result).sort(), ["instance", "module"]);
  assert_true(result.module instanceof WebAssembly.Module);
}, "the example that everybody knows");

promise_test(async () => {
  const module = await WebAssembly.compileStreaming(fetch(ANSWER));
  assert_equals(Object.getPrototypeOf(module), WebAssembly.Module.prototype);
  assert_array_equals(WebAssembly.Module.exports(module).map((each) => each.name), ["memory", "answer", "add"]);
  assert_equals(new WebAssembly.Instance(module).exports.answer(), 42);
}, "compileStreaming");

promise_test(async () => {
  const response = await fetch(ANSWER);
  assert_false(response.bodyUsed);
  const promise = WebAssembly.compileStreaming(response);
  await promise;
  assert_true(response.bodyUsed);
}, "a response, not a promise of one");

promise_test(async () => {
  const response = new Response(wat`(module (func (export "f") (result i32) (i32.const 3)))`, { headers: { "Content-Type": "application/wasm" } });
  const { instance } = await WebAssembly.instantiateStreaming(response);
  assert_equals(instance.exports.f(), 3);
}, "a response that a script made");

promise_test(async () => {
  const thenable = { then(resolve) { resolve(fetch(ANSWER)); } };
  const { instance } = await WebAssembly.instantiateStreaming(thenable);
  assert_equals(instance.exports.answer(), 42);
}, "a thenable");

for (const query of ["piece=1", "piece=7&chunked", "close", "chunked&piece=1", "encoding=gzip", "encoding=br", "encoding=deflate", "encoding=gzip&piece=1&chunked", "redirect=302", "redirect=307&piece=3", "type=application/wasm", "status=201", "status=299"]) {
  promise_test(async () => {
    const { instance } = await WebAssembly.instantiateStreaming(fetch(`${ANSWER}?${query}`));
    assert_equals(instance.exports.answer(), 42);
    assert_equals(instance.exports.add(40, 2), 42);
  }, `served with ${query}`);
}

for (const type of ["APPLICATION/WASM", "Application/Wasm", " application/wasm", "application/wasm  "]) {
  promise_test(async () => {
    const response = new Response(wat`(module)`, { headers: { "Content-Type": type } });
    assert_true((await WebAssembly.compileStreaming(response)) instanceof WebAssembly.Module);
  }, `the type ${format_value(type)}`);
}

for (const query of ["encoding=zstd", "encoding=raw-deflate"]) {
  promise_test(async () => {
    const { instance } = await WebAssembly.instantiateStreaming(fetch(`${ANSWER}?${query}`));
    assert_equals(instance.exports.answer(), 42);
  }, `served with ${query}`);
}

promise_test(async () => {
  let done = false;
  const promise = WebAssembly.instantiateStreaming(fetch(`${ANSWER}?gate=halfway&at=40`)).then((result) => {
    done = true;
    return result;
  });
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert_false(done);
  }
  await fetch("/gate/halfway");
  assert_equals((await promise).instance.exports.answer(), 42);
}, "a body that waits in the middle");

promise_test(async () => {
  const results = await Promise.all(Array.from({ length: 20 }, (_, i) => WebAssembly.instantiateStreaming(fetch(`${ANSWER}?piece=${i + 1}`))));
  for (const { instance } of results) {
    assert_equals(instance.exports.answer(), 42);
  }
}, "twenty at once");

promise_test(async () => {
  const order = [];
  const imports = { get my_namespace() { order.push("read"); return { imported_func() {} }; } };
  const promise = WebAssembly.instantiateStreaming(fetch("/resources/simple.wasm"), imports);
  order.push("returned");
  await promise;
  assert_array_equals(order, ["returned", "read"]);
}, "imports are read when the module is there");
