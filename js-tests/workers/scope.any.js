// META: title=The global object of a worker
// META: script=resources/helpers.js

const BASE = (() => { try { throw new Error(); } catch (error) { return /(https?:[^ )]*\/scope\.any\.js)/.exec(error.stack)[1]; } })();

const evaluated = async (expression, options) => {
  const worker = start(`postMessage(${expression})`, options);
  try {
    return await message(worker);
  } finally {
    worker.terminate();
  }
};

promise_test(async () => {
  assert_array_equals(await evaluated(`[
    self === globalThis, self instanceof DedicatedWorkerGlobalScope, self instanceof WorkerGlobalScope, self instanceof EventTarget,
    location instanceof WorkerLocation, navigator instanceof WorkerNavigator, typeof Navigator, typeof Window, typeof document,
    Object.prototype.toString.call(self), typeof Worker, typeof WebAssembly, typeof fetch, typeof importScripts,
    Object.getPrototypeOf(DedicatedWorkerGlobalScope) === WorkerGlobalScope, navigator.userAgent.startsWith("Taipan/"),
  ]`), [true, true, true, true, true, true, "undefined", "undefined", "undefined",
    "[object DedicatedWorkerGlobalScope]", "function", "object", "function", "function", true, true]);
}, "interfaces");

promise_test(async () => {
  assert_array_equals(await evaluated(`(() => {
    const before = self;
    self = 1;
    location = 2;
    name = "assigned";
    const illegal = [DedicatedWorkerGlobalScope, WorkerGlobalScope, WorkerLocation, WorkerNavigator].map(it => {
      try { new it(); return "made"; } catch (error) { return error.constructor.name; }
    });
    return [self === before, typeof location, name, ...illegal];
  })()`, { name: "given" }), [true, "object", "assigned", "TypeError", "TypeError", "TypeError", "TypeError"]);
}, "self and location stay, name is replaceable");

for (const names of [["WorkerGlobalScope", "DedicatedWorkerGlobalScope", "WorkerLocation", "WorkerNavigator", "importScripts", "postMessage", "close", "name"]]) {
  test(() => {
    for (const name of names) assert_false(name in globalThis && !["name", "close", "postMessage"].includes(name), name);
  }, "there is none of this outside of workers");
}

promise_test(async t => {
  const worker = new Worker("resources/about.js?a=1#b", { name: "n\u00e4me \ud800" });
  t.add_cleanup(() => worker.terminate());
  const about = await message(worker);
  const url = new URL("resources/about.js?a=1#b", BASE);
  assert_equals(about.href, url.href);
  assert_equals(about.string, url.href);
  assert_equals(about.search, "?a=1");
  assert_equals(about.hash, "#b");
  assert_equals(about.name, "n\u00e4me \ud800");
}, "location and name");

promise_test(async t => {
  const worker = new Worker("resources/relative.js");
  t.add_cleanup(() => worker.terminate());
  assert_array_equals(await message(worker), ["defined", 42, "text beside the worker"]);
}, "importScripts and fetch are relative to the worker's script");

promise_test(async () => {
  const failures = await evaluated(`[
    "data:text/plain,1", "blob:null/no-such-blob", "http://[", "data:text/javascript,throw new RangeError('thrown')", "data:text/javascript,let let",
  ].map(url => { try { importScripts(url); return "ran"; } catch (error) { return error.name; } })`);
  assert_array_equals(failures, ["NetworkError", "NetworkError", "SyntaxError", "RangeError", "SyntaxError"]);
  assert_equals(await evaluated("(importScripts('data:text/javascript,var x = 1', 'data:text/javascript,x++'), x)"), 2);
  assert_equals(await evaluated("(importScripts(), 'nothing')"), "nothing");
}, "what importScripts refuses");

promise_test(async () => {
  const url = URL.createObjectURL(new Blob(["var fromBlob = 'shared'"], { type: "text/javascript" }));
  assert_equals(await evaluated(`(importScripts(${JSON.stringify(url)}), fromBlob)`), "shared");
  URL.revokeObjectURL(url);
  const made = await evaluated("URL.createObjectURL(new Blob(['x']))");
  await turn(500);
  let failed = false;
  await fetch(made).catch(() => { failed = true; });
  assert_true(failed);
}, "URLs of blobs are shared, and revoked when their worker ends");

test(() => {
  assert_throws_js(TypeError, () => Worker("x.js"));
  assert_throws_js(TypeError, () => new Worker());
  assert_throws_dom("SyntaxError", () => new Worker("http://[/"));
  assert_throws_js(TypeError, () => new Worker("x.js", { type: "unknown" }));
  assert_throws_js(TypeError, () => new Worker("x.js", { credentials: "unknown" }));
  assert_throws_js(TypeError, () => new Worker("x.js", 1));
  assert_equals(Worker.length, 1);
  assert_equals(Object.getPrototypeOf(Worker), EventTarget);
}, "what the constructor refuses");
