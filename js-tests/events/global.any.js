// META: script=/resources/interface-checks.js

test(() => {
  assert_true(globalThis instanceof EventTarget);
  for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"]) {
    assert_not_own_property(globalThis, name);
    assert_equals(globalThis[name], EventTarget.prototype[name]);
  }
  for (const name of ["onerror", "onunhandledrejection", "onrejectionhandled"]) {
    check_attribute(globalThis, name, { readonly: false });
    assert_equals(globalThis[name], null);
  }
  check_operation(globalThis, "reportError", 1);
  assert_throws_js(TypeError, () => new globalThis.constructor());
}, "the global object is a target of events");

test(() => {
  let seen;
  function listener(event) { seen = [this, event.target, event.currentTarget]; }
  addEventListener("own", listener);
  dispatchEvent(new Event("own"));
  assert_array_equals(seen, [globalThis, globalThis, globalThis]);
  seen = undefined;
  removeEventListener("own", listener);
  globalThis.dispatchEvent(new Event("own"));
  assert_equals(seen, undefined);
  EventTarget.prototype.addEventListener.call(null, "own", listener, { once: true });
  EventTarget.prototype.dispatchEvent.call(undefined, new Event("own"));
  assert_array_equals(seen, [globalThis, globalThis, globalThis]);
}, "its operations can be called without it");

// Whatever `listener` of `error` sees while `f` runs.
function errors(f) {
  const events = [];
  const listener = (event) => {
    event.preventDefault();
    events.push(event);
  };
  addEventListener("error", listener);
  f();
  removeEventListener("error", listener);
  return events;
}

test(() => {
  const error = new TypeError("reported");
  const [event] = errors(() => reportError(error));
  assert_true(event instanceof ErrorEvent);
  assert_equals(event.error, error);
  assert_true(event.message.includes("TypeError: reported"), event.message);
  assert_true(event.filename.endsWith("global.any.js"), event.filename);
  assert_true(event.lineno > 1 && event.colno > 1);
  assert_true(event.isTrusted);
  assert_true(event.cancelable);
  assert_false(event.bubbles);
  assert_throws_js(TypeError, () => reportError());
}, "reportError");

test(() => {
  for (const value of [1, "text", undefined, null, { name: "Error" }]) {
    const [event] = errors(() => reportError(value));
    assert_equals(event.error, value);
    assert_true(event.filename.endsWith("global.any.js"), event.filename);
  }
}, "reportError of what is no error");

test(() => {
  let seen;
  globalThis.onerror = function (...args) {
    seen = [this, ...args];
    return true;
  };
  const error = new Error("x");
  reportError(error);
  assert_equals(seen.length, 6);
  assert_equals(seen[0], globalThis);
  assert_true(seen[1].includes("x"));
  assert_true(seen[2].endsWith("global.any.js"));
  assert_equals(typeof seen[3], "number");
  assert_equals(typeof seen[4], "number");
  assert_equals(seen[5], error);
  const event = new Event("error", { cancelable: true });
  assert_true(dispatchEvent(event), "true cancels the event of an error only");
  assert_array_equals(seen, [globalThis, event], "any other event is handed over");
  globalThis.onerror = null;
}, "onerror takes five arguments");

promise_test(async () => {
  const events = [];
  onunhandledrejection = (event) => { events.push(event); return false; };
  onrejectionhandled = (event) => events.push(event);
  const reason = new Error("rejected");
  const promise = Promise.reject(reason);
  await new Promise((resolve) => setTimeout(resolve));
  promise.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 5));
  onunhandledrejection = onrejectionhandled = null;
  assert_array_equals(events.map((event) => event.type), ["unhandledrejection", "rejectionhandled"]);
  for (const event of events) {
    assert_true(event instanceof PromiseRejectionEvent);
    assert_equals(event.promise, promise);
    assert_equals(event.reason, reason);
    assert_true(event.isTrusted);
  }
  assert_true(events[0].cancelable);
  assert_false(events[1].cancelable);
}, "rejections that are handled late");

promise_test(async () => {
  const events = [];
  onunhandledrejection = (event) => { events.push(event.reason); return false; };
  Promise.reject(1).catch(() => {});
  const handledSoon = Promise.reject(2);
  queueMicrotask(() => handledSoon.catch(() => {}));
  await Promise.allSettled([Promise.reject(3)]);
  await new Promise((resolve) => setTimeout(resolve));
  onunhandledrejection = null;
  assert_array_equals(events, []);
}, "rejections that are handled in time");
