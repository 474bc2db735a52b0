// META: script=/resources/interface-checks.js

test(() => {
  check_interface(globalThis, "AbortController", 0, { tag: "AbortController" });
  check_interface(globalThis, "AbortSignal", 0, { tag: "AbortSignal", superclass: EventTarget });
  check_operation(AbortController.prototype, "abort", 0);
  check_attribute(AbortController.prototype, "signal", { readonly: true });
  for (const [name, length] of [["abort", 0], ["any", 1], ["timeout", 1]]) {
    check_operation(AbortSignal, name, length);
  }
  check_operation(AbortSignal.prototype, "throwIfAborted", 0);
  for (const name of ["aborted", "reason"]) {
    check_attribute(AbortSignal.prototype, name, { readonly: true });
  }
  assert_throws_js(TypeError, () => new AbortSignal());
}, "the interfaces");

test(() => {
  const controller = new AbortController();
  const { signal } = controller;
  assert_equals(controller.signal, signal);
  assert_true(signal instanceof AbortSignal && signal instanceof EventTarget);
  assert_false(signal.aborted);
  assert_equals(signal.reason, undefined);
  signal.throwIfAborted();
  const events = [];
  signal.onabort = (event) => events.push(event);
  controller.abort();
  assert_true(signal.aborted);
  assert_equals(signal.reason.name, "AbortError");
  assert_true(signal.reason instanceof DOMException);
  controller.abort("again");
  assert_equals(signal.reason.name, "AbortError", "the first reason stays");
  assert_equals(events.length, 1);
  assert_true(events[0].isTrusted);
  assert_equals(events[0].target, signal);
  assert_throws_exactly(signal.reason, () => signal.throwIfAborted());
}, "aborting");

test(() => {
  for (const reason of [null, 0, "", { a: 1 }]) {
    const controller = new AbortController();
    controller.abort(reason);
    assert_true(controller.signal.aborted);
    assert_equals(controller.signal.reason, reason);
    assert_equals(AbortSignal.abort(reason).reason, reason);
    assert_equals(AbortSignal.any([AbortSignal.abort(reason)]).reason, reason);
  }
  assert_equals(AbortSignal.abort().reason.name, "AbortError");
  assert_equals(AbortSignal.abort(undefined).reason.name, "AbortError");
}, "reasons");

test(() => {
  const controller = new AbortController();
  const log = [];
  controller.signal.onabort = () => { log.push("source"); };
  const any = AbortSignal.any([controller.signal, controller.signal]);
  const nested = AbortSignal.any([any]);
  nested.onabort = () => { log.push("nested", any.aborted); };
  any.onabort = () => { log.push("any", nested.aborted); };
  controller.abort("why");
  assert_array_equals(log, ["source", "any", true, "nested", true]);
  assert_equals(nested.reason, "why");
  assert_false(AbortSignal.any([]).aborted);
  for (const value of [undefined, null, 1, {}, [1], [{}]]) {
    assert_throws_js(TypeError, () => AbortSignal.any(value));
  }
}, "any");

promise_test(async () => {
  const signal = AbortSignal.timeout(1);
  assert_false(signal.aborted);
  const alive = setInterval(() => {}, 1);
  await new Promise((resolve) => { signal.onabort = resolve; });
  clearInterval(alive);
  assert_equals(signal.reason.name, "TimeoutError");
  assert_true(signal.reason instanceof DOMException);
  for (const value of [undefined, -1, NaN, Infinity, 2 ** 53]) {
    assert_throws_js(TypeError, () => AbortSignal.timeout(value));
  }
}, "timeout");

promise_test(async () => {
  // Nothing but the sources and the timers keeps these alive.
  let count = 0;
  const controller = new AbortController();
  for (let i = 0; i < 100; i++) {
    AbortSignal.any([controller.signal]).addEventListener("abort", () => count++);
    AbortSignal.any([AbortSignal.any([AbortSignal.timeout(5)])]).addEventListener("abort", () => count++);
    AbortSignal.any([controller.signal]);
  }
  let garbage = [];
  for (let i = 0; i < 200_000; i++) {
    garbage.push({ i });
    if (garbage.length > 1000) garbage = [];
  }
  controller.abort();
  assert_equals(count, 100);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert_equals(count, 200);
}, "signals that are listened to are kept");

test(() => {
  const controller = new AbortController();
  const target = new EventTarget();
  const errors = [];
  const listener = (event) => { errors.push(event.error); event.preventDefault(); };
  addEventListener("error", listener);
  controller.signal.addEventListener("abort", () => { throw 1; });
  controller.abort();
  removeEventListener("error", listener);
  assert_array_equals(errors, [1]);
}, "what a listener throws does not come out of abort");
