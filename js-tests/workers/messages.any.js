// META: title=Messages between a page and its worker
// META: script=resources/helpers.js

promise_test(async t => {
  const worker = new Worker("resources/echo.js");
  t.add_cleanup(() => worker.terminate());
  const shared = { x: 1 };
  const value = {
    primitives: [undefined, null, true, false, 0, -0, 1.5, NaN, Infinity, "", "é", "€", "\ud800", 2n ** 80n, -5n],
    holes: [1, , 3],
    date: new Date(86400000),
    regexps: [/a\/b[\/]/giu, /(?<x>y)/dv, new RegExp("\n/")],
    map: new Map([[shared, [shared]], ["k", new Set([1, shared])]]),
    boxes: [Object(1), Object("s"), Object(true), Object(3n)],
    bytes: new Uint8Array([1, 2, 3]),
    view: new DataView(new ArrayBuffer(8), 2, 4),
    blob: new Blob(["bl", "ob"], { type: "text/x" }),
    file: new File(["file"], "n\u00e4me", { lastModified: 5 }),
    exception: new DOMException("m", "AbortError"),
    1: "index",
  };
  value.self = value;
  const back = await ask(worker, value);
  assert_array_equals(back.primitives, value.primitives);
  assert_equals(back.holes.length, 3);
  assert_false(1 in back.holes);
  assert_equals(back.date.getTime(), 86400000);
  for (const [index, regexp] of value.regexps.entries()) {
    assert_equals(back.regexps[index].source, regexp.source);
    assert_equals(back.regexps[index].flags, regexp.flags);
  }
  assert_true(back.regexps[0].test("A/b/"));
  const [key] = back.map.keys();
  assert_equals(back.map.get(key)[0], key);
  assert_true(back.map.get("k").has(key));
  assert_array_equals(back.boxes.map(box => box.valueOf()), [1, "s", true, 3n]);
  assert_equals(typeof back.boxes[0], "object");
  assert_array_equals(back.bytes, [1, 2, 3]);
  assert_equals(back.view.byteOffset, 2);
  assert_equals(back.view.byteLength, 4);
  assert_equals(await back.blob.text(), "blob");
  assert_equals(back.blob.type, "text/x");
  assert_equals(back.file.name, "n\u00e4me");
  assert_equals(back.file.lastModified, 5);
  assert_equals(back.exception.name, "AbortError");
  assert_equals(back.exception.message, "m");
  assert_equals(back.self, back);
  assert_equals(back[1], "index");
}, "values come and go as structured clones");

promise_test(async t => {
  const worker = start("onmessage = ({ data }) => postMessage([data, data.stack, String(data.cause)]);");
  t.add_cleanup(() => worker.terminate());
  const error = new RangeError("far", { cause: new TypeError("inner") });
  const [back, stack, cause] = await ask(worker, error);
  assert_true(back instanceof RangeError);
  assert_equals(back.message, "far");
  assert_equals(cause, "TypeError: inner");
  assert_true(back.cause instanceof TypeError);
  assert_regexp_match(stack, /messages\.any\.js/);
}, "errors keep their stack");

promise_test(async t => {
  const worker = answering("data.byteLength === undefined ? data : (data[0] = 7, data)");
  t.add_cleanup(() => worker.terminate());
  const buffer = new ArrayBuffer(1 << 20);
  const bytes = new Uint8Array(buffer);
  bytes[5] = 9;
  const back = await ask(worker, bytes, [buffer]);
  assert_equals(buffer.byteLength, 0);
  assert_equals(back.length, 1 << 20);
  assert_array_equals([back[0], back[5]], [7, 9]);
  const resizable = new ArrayBuffer(4, { maxByteLength: 16 });
  const copy = await ask(worker, resizable);
  assert_equals(copy.maxByteLength, 16);
  assert_equals(resizable.byteLength, 4);
  const moved = await ask(worker, resizable, { transfer: [resizable] });
  assert_equals(resizable.byteLength, 0);
  assert_equals(moved.byteLength, 4);
  moved.resize(16);
  assert_equals(moved.byteLength, 16);
}, "buffers are transferred");

promise_test(async t => {
  const worker = answering("(data.byteLength, new Uint8Array(data)[3] = 4, 'written')");
  t.add_cleanup(() => worker.terminate());
  const shared = new SharedArrayBuffer(8);
  assert_equals(await ask(worker, shared), "written");
  assert_equals(new Uint8Array(shared)[3], 4);
}, "a SharedArrayBuffer is shared");

promise_test(async t => {
  const worker = start("onmessage = event => postMessage(event.data)");
  t.add_cleanup(() => worker.terminate());
  for (const bad of [() => {}, Symbol(), { f() {} }, new WeakMap(), worker]) {
    assert_throws_dom("DataCloneError", () => worker.postMessage(bad));
  }
  const detached = new ArrayBuffer(1);
  structuredClone(detached, { transfer: [detached] });
  assert_throws_dom("DataCloneError", () => worker.postMessage(1, [detached]));
  const memory = new WebAssembly.Memory({ initial: 1 });
  assert_throws_js(TypeError, () => worker.postMessage(1, [memory.buffer]));
  assert_throws_js(TypeError, () => worker.postMessage());
  assert_equals(await ask(worker, "still there"), "still there");
}, "what cannot be cloned is refused, and nothing is sent");

promise_test(async t => {
  const worker = start(`
    const seen = [];
    onmessage = ({ data }) => { seen.push(data); Promise.resolve().then(() => seen.push("microtask")); if (data === 3) setTimeout(() => postMessage(seen)); };
  `);
  t.add_cleanup(() => worker.terminate());
  worker.postMessage(1);
  worker.postMessage(2);
  assert_array_equals(await ask(worker, 3), [1, "microtask", 2, "microtask", 3, "microtask"]);
}, "messages wait for the script and are tasks, in order");

promise_test(async t => {
  const worker = start("postMessage(1); postMessage(2, []); postMessage(3, {});");
  t.add_cleanup(() => worker.terminate());
  const seen = [];
  worker.onmessage = event => seen.push(event);
  while (seen.length < 3) await turn(5);
  assert_array_equals(seen.map(event => event.data), [1, 2, 3]);
  const [first] = seen;
  assert_true(first instanceof MessageEvent);
  assert_true(first.isTrusted);
  assert_equals(first.target, worker);
  assert_equals(first.origin, "");
  assert_equals(first.source, null);
  assert_array_equals(first.ports, []);
}, "the event of a message");

promise_test(async t => {
  const worker = start("onmessage = () => 0; addEventListener('message', ({ data }) => postMessage(data.length)); ");
  t.add_cleanup(() => worker.terminate());
  let deep = [];
  for (let i = 0; i < 100000; i++) deep = [deep];
  assert_equals(await ask(worker, deep), 1);
  assert_equals(await ask(worker, "x".repeat(1 << 20)), 1 << 20);
  assert_equals(await ask(worker, Array.from({ length: 50000 }, (_, i) => ({ name: `n${i}`, value: i }))), 50000);
}, "deep and large values");
