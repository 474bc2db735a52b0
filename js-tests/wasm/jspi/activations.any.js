// META: script=/resources/module-bytes.js

const bytes = wat`(module
  (import "m" "get" (func $get (param i32) (result i32)))
  (import "m" "js" (func $js (param i32) (result i32)))
  (memory (export "memory") 1)
  (func $sum (export "sum") (param i32) (result i32)
    (local $sum i32)
    (loop $l
      (local.set $sum (i32.add (local.get $sum) (call $get (local.get 0))))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get $sum))
  (func (export "tail") (param i32) (result i32) (return_call $get (local.get 0)))
  (func (export "through") (param i32) (result i32) (call $js (local.get 0)))
  (func (export "grow") (param i32) (result i32)
    (drop (call $get (local.get 0)))
    (drop (memory.grow (i32.const 1)))
    (i32.store (i32.const 65536) (call $get (i32.const 9)))
    (i32.load (i32.const 65536)))
  (export "get" (func $get)))`;

const tick = () => new Promise((resolve) => setTimeout(resolve, 0));

function make(get, js = () => 0) {
  const { exports } = instantiate(bytes, { m: { get: new WebAssembly.Suspending(get), js } });
  const result = { exports };
  for (const name of ["sum", "tail", "through", "grow", "get"]) {
    result[name] = WebAssembly.promising(exports[name]);
  }
  return result;
}

promise_test(async () => {
  const waiting = [];
  const { sum } = make((value) => new Promise((resolve) => waiting.push(() => resolve(value))));
  const results = [sum(3), sum(4), sum(5)];
  // The last that asked is answered first.
  while (waiting.length) {
    waiting.pop()();
    await tick();
  }
  assert_array_equals(await Promise.all(results), [6, 10, 15]);
}, "several activations at once, resumed in any order");

promise_test(async () => {
  const { sum, exports } = make(async (value) => { await tick(); return value; });
  assert_throws_js(WebAssembly.SuspendError, () => exports.sum(1));
  assert_equals(await sum(10), 55);
  const { get, tail } = make(async (value) => value * 2);
  assert_equals(await tail(4), 8, "in tail position");
  assert_equals(await get(4), 8, "itself");
}, "every place from which an import is called");

promise_test(async () => {
  let inner;
  const outer = make(async (value) => value, (value) => {
    inner = outer.sum(value);
    return value;
  });
  assert_equals(await outer.through(4), 4);
  assert_equals(await inner, 10);
  let seen;
  const blocked = make(async (value) => value, (value) => {
    try {
      return blocked.exports.sum(value);
    } catch (e) {
      seen = e;
      return -1;
    }
  });
  assert_equals(await blocked.through(4), -1);
  assert_true(seen instanceof WebAssembly.SuspendError);
}, "frames of JavaScript in between are not suspended");

promise_test(async (t) => {
  const error = new Error("mine");
  const { sum } = make(async () => { throw error; });
  await promise_rejects_exactly(t, error, sum(3));
  const { sum: at_once } = make(() => { throw error; });
  await promise_rejects_exactly(t, error, at_once(3));
  const { sum: bad } = make(async () => ({ valueOf() { throw error; } }));
  await promise_rejects_exactly(t, error, bad(3));
  await promise_rejects_exactly(t, error, sum({ valueOf() { throw error; } }));
}, "exceptions reject the promise");

promise_test(async () => {
  const { grow, exports } = make(async (value) => { await tick(); return value; });
  const before = exports.memory.buffer;
  assert_equals(await grow(1), 9);
  assert_equals(before.byteLength, 0);
  assert_equals(exports.memory.buffer.byteLength, 131072);
}, "memory grows between two suspensions");

promise_test(async () => {
  const catching = wat`(module
    (import "m" "js" (tag $js (param externref)))
    (import "m" "get" (func $get (result i32)))
    (tag $own (param i32))
    (func $call (result i32) (i32.add (i32.const 1) (call $get)))
    (func (export "f") (result externref)
      (block $h (result externref)
        (try_table (catch $js $h) (throw $own (call $call)))
        (unreachable)))
    (func (export "g") (result i32)
      (block $h (result i32)
        (try_table (catch $own $h) (throw $own (call $call)))
        (unreachable))))`;
  const make = (get) => {
    const { f, g } = instantiate(catching, { m: { js: WebAssembly.JSTag, get: new WebAssembly.Suspending(get) } }).exports;
    return { f: WebAssembly.promising(f), g: WebAssembly.promising(g) };
  };
  const reason = { reason: true };
  assert_equals(await make(async () => { await tick(); throw reason; }).f(), reason);
  assert_equals(await make(() => { throw reason; }).f(), reason);
  assert_equals(await make(async () => { await tick(); return 4; }).g(), 5);
}, "exceptions are caught in frames that were suspended");

promise_test(async () => {
  const { sum } = make((value) => new Promise(() => value));
  for (let i = 0; i < 200; i++) {
    sum(3);
  }
  const { sum: other } = make(async (value) => value);
  assert_equals(await other(2), 3);
}, "activations that nobody resumes do no harm");

promise_test(async () => {
  const references = wat`(module
    (import "m" "get" (func $get (param externref) (result externref)))
    (func (export "f") (param externref) (result externref externref externref)
      (local.get 0)
      (call $get (local.get 0))
      (local.get 0)))`;
  const { f } = instantiate(references, {
    m: { get: new WebAssembly.Suspending(async (value) => { await tick(); return { value }; }) },
  }).exports;
  const first = { first: true };
  const results = WebAssembly.promising(f)(first);
  const identity = instantiate(wat`(module (func (export "f") (param externref)))`).exports.f;
  for (let i = 0; i < 10_000; i++) {
    identity({ i });
  }
  const [a, b, c] = await results;
  assert_equals(a, first);
  assert_equals(b.value, first);
  assert_equals(c, first);
}, "references on a suspended stack stay alive");

test(() => {
  const { exports, sum } = make(async (value) => value);
  assert_throws_js(TypeError, () => WebAssembly.promising());
  assert_throws_js(TypeError, () => WebAssembly.promising(() => {}));
  assert_throws_js(TypeError, () => WebAssembly.promising(sum));
  assert_throws_js(TypeError, () => WebAssembly.Suspending(() => {}));
  assert_throws_js(TypeError, () => new WebAssembly.Suspending());
  assert_throws_js(TypeError, () => new WebAssembly.Suspending({}));
  assert_equals(sum.length, 1);
  assert_equals(sum.name, exports.sum.name);
  assert_class_string(new WebAssembly.Suspending(() => {}), "WebAssembly.Suspending");
  assert_true(new WebAssembly.SuspendError("x") instanceof Error);
  assert_equals(new WebAssembly.SuspendError("x").name, "SuspendError");
}, "the interfaces");
