// META: title=Module workers
// META: script=resources/helpers.js

promise_test(async t => {
  const worker = new Worker("resources/module.mjs", { type: "module" });
  t.add_cleanup(() => worker.terminate());
  const { value, later, url, data, scripts, self } = await message(worker);
  assert_equals(value, "of the dependency");
  assert_equals(later, "of the dependency");
  assert_regexp_match(url, /\/workers\/resources\/module\.mjs$/);
  assert_true(data.json);
  assert_equals(self, "undefined");
}, "imports, static and dynamic, JSON, import.meta and top-level await");

promise_test(async t => {
  const worker = start("try { importScripts('data:text/javascript,'); } catch (error) { postMessage(error.name); }", { type: "module" });
  t.add_cleanup(() => worker.terminate());
  assert_equals(await message(worker), "TypeError");
}, "a module worker has no importScripts");

promise_test(async t => {
  const worker = start("const first = await new Promise(resolve => { onmessage = ({ data }) => resolve(data); }); postMessage(first + 1);", { type: "module" });
  t.add_cleanup(() => worker.terminate());
  assert_equals(await ask(worker, 1), 2);
}, "messages come while the module awaits them");

for (const source of ["resources/missing-import.mjs", "resources/no-such-module.mjs", "resources/syntax-error.js", "data:text/plain,1"]) {
  promise_test(async t => {
    const worker = new Worker(source, { type: "module" });
    t.add_cleanup(() => worker.terminate());
    const error = await event(worker, "error");
    assert_false(error.message === "");
  }, `an error event instead of a module: ${source}`);
}

promise_test(async t => {
  const worker = start("await null; throw new RangeError('after a while');", { type: "module" });
  t.add_cleanup(() => worker.terminate());
  worker.onerror = event => event.preventDefault();
  const error = await event(worker, "error");
  assert_equals(error.message, "Uncaught RangeError: after a while");
}, "a rejected module is an uncaught error");

promise_test(async t => {
  const url = URL.createObjectURL(new Blob(["export const value = 'of a blob'"], { type: "text/javascript" }));
  t.add_cleanup(() => URL.revokeObjectURL(url));
  assert_equals((await import(url)).value, "of a blob");
  const worker = start(`import { value } from ${JSON.stringify(url)}; postMessage(value);`, { type: "module" });
  t.add_cleanup(() => worker.terminate());
  assert_equals(await message(worker), "of a blob");
  await promise_rejects_js(t, TypeError, import("blob:null/00000000-0000-4000-8000-000000000000"));
}, "modules from blobs");
