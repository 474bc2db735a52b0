// META: title=WebAssembly in workers
// META: script=resources/helpers.js

const bytes = wat`(module
  (import "env" "add" (func $add (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (param i32) (result i32) (call $add (local.get 0)))
)`;

promise_test(async t => {
  const module = new WebAssembly.Module(bytes);
  const worker = start(`
    onmessage = ({ data: module }) => {
      const { exports } = new WebAssembly.Instance(module, { env: { add: x => x + 1 } });
      postMessage([exports.run(41), module instanceof WebAssembly.Module, WebAssembly.Module.exports(module).length, module]);
    };
  `);
  t.add_cleanup(() => worker.terminate());
  const [result, isModule, count, back] = await ask(worker, module);
  assert_equals(result, 42);
  assert_true(isModule);
  assert_equals(count, 2);
  assert_true(back instanceof WebAssembly.Module);
  assert_equals(new WebAssembly.Instance(back, { env: { add: x => x * 2 } }).exports.run(4), 8);
}, "a module goes to a worker and back");

promise_test(async t => {
  const worker = start("onmessage = async ({ data }) => { const { instance } = await WebAssembly.instantiate(data, { env: { add: x => x } }); postMessage(instance.exports.run(3)); };");
  t.add_cleanup(() => worker.terminate());
  assert_equals(await ask(worker, bytes), 3);
}, "a worker compiles for itself");

promise_test(async t => {
  const module = new WebAssembly.Module(bytes);
  const { port1, port2 } = new MessageChannel();
  const worker = start("onmessage = ({ ports: [port] }) => { port.onmessage = ({ data }) => port.postMessage(WebAssembly.Module.imports(data)[0].name); };");
  t.add_cleanup(() => worker.terminate());
  worker.postMessage(null, [port2]);
  const answer = message(port1);
  port1.start();
  port1.postMessage(module);
  assert_equals(await answer, "add");
  port1.close();
}, "through a port");

test(() => {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { add: x => x } });
  const worker = start("");
  assert_throws_dom("DataCloneError", () => worker.postMessage(instance));
  assert_throws_dom("DataCloneError", () => worker.postMessage(instance.exports.memory));
  assert_throws_dom("DataCloneError", () => worker.postMessage(instance.exports.run));
  worker.terminate();
}, "instances, memories and functions stay where they are");
