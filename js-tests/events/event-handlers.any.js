// The event handler of signals stands for all.
function target() {
  return new AbortController().signal;
}

test(() => {
  const signal = target();
  assert_equals(signal.onabort, null);
  const handler = () => {};
  signal.onabort = handler;
  assert_equals(signal.onabort, handler);
  for (const value of [undefined, 1, "x", Symbol(), null]) {
    signal.onabort = handler;
    signal.onabort = value;
    assert_equals(signal.onabort, null, "what is no object is null");
  }
  const object = {};
  signal.onabort = object;
  assert_equals(signal.onabort, object, "objects stay");
  assert_true(signal.dispatchEvent(new Event("abort")), "and are not called");
  const property = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "onabort");
  assert_true(property.enumerable && property.configurable);
  assert_equals(property.get.name, "get onabort");
  assert_equals(property.set.name, "set onabort");
  assert_throws_js(TypeError, () => property.get.call({}));
}, "the attribute");

test(() => {
  const signal = target();
  const log = [];
  const add = (name) => signal.addEventListener("abort", () => log.push(name));
  add(1);
  signal.onabort = () => log.push("first");
  add(2);
  signal.onabort = () => log.push("second");
  signal.dispatchEvent(new Event("abort"));
  assert_array_equals(log, [1, "second", 2], "another handler takes the place of the first");
  signal.onabort = null;
  signal.onabort = () => log.push("third");
  log.length = 0;
  signal.dispatchEvent(new Event("abort"));
  assert_array_equals(log, [1, 2, "third"], "after null it is a new one");
}, "the place among the listeners");

test(() => {
  const signal = target();
  let seen;
  signal.onabort = function (...args) { seen = [this, ...args]; };
  const event = new Event("abort");
  signal.dispatchEvent(event);
  assert_array_equals(seen, [signal, event]);
}, "how it is called");

test(() => {
  const signal = target();
  for (const [value, canceled] of [[false, true], [true, false], [undefined, false], [0, false], ["", false]]) {
    signal.onabort = () => value;
    const event = new Event("abort", { cancelable: true });
    assert_equals(signal.dispatchEvent(event), !canceled, String(value));
    assert_equals(event.defaultPrevented, canceled);
  }
  signal.onabort = () => false;
  assert_true(signal.dispatchEvent(new Event("abort")), "not if it is not cancelable");
}, "returning false cancels");

test(() => {
  const signal = target();
  const log = [];
  signal.addEventListener("abort", () => { signal.onabort = () => log.push("new"); }, { once: true });
  signal.onabort = () => log.push("old");
  signal.dispatchEvent(new Event("abort"));
  assert_array_equals(log, ["new"], "what it is when its turn comes");
  signal.addEventListener("abort", () => { signal.onabort = null; }, { capture: true });
  signal.dispatchEvent(new Event("abort"));
  assert_array_equals(log, ["new"]);
}, "changing it meanwhile");
