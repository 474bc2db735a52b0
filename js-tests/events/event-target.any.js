// META: script=/resources/interface-checks.js

test(() => {
  check_interface(globalThis, "EventTarget", 0, { tag: "EventTarget" });
  for (const [name, length] of [["addEventListener", 2], ["removeEventListener", 2], ["dispatchEvent", 1]]) {
    check_operation(EventTarget.prototype, name, length);
  }
}, "the interface");

// Everything that is told to listeners of `target`.
function listen(target, log, ...names) {
  const listeners = names.map((name) => (event) => log.push(name + event.type));
  for (const listener of listeners) {
    target.addEventListener("x", listener);
  }
  return listeners;
}

test(() => {
  const target = new EventTarget();
  let seen;
  function listener(event) {
    seen = [this, event, event.target, event.currentTarget, event.srcElement, event.eventPhase, event.composedPath(), arguments.length];
  }
  target.addEventListener("x", listener);
  const event = new Event("x");
  assert_true(target.dispatchEvent(event));
  assert_array_equals(seen.slice(0, 6), [target, event, target, target, target, Event.AT_TARGET]);
  assert_array_equals(seen[6], [target]);
  assert_equals(seen[7], 1);
  assert_array_equals([event.target, event.currentTarget, event.eventPhase], [target, null, Event.NONE]);
  assert_array_equals(event.composedPath(), []);
}, "what a listener sees");

test(() => {
  const target = new EventTarget();
  const log = [];
  const [a] = listen(target, log, "a", "b", "c");
  target.addEventListener("x", a);
  target.addEventListener("x", () => log.push("capture"), true);
  target.dispatchEvent(new Event("x"));
  assert_array_equals(log, ["capture", "ax", "bx", "cx"]);
  target.removeEventListener("x", a, true);
  target.removeEventListener("y", a);
  target.removeEventListener("x", null);
  log.length = 0;
  target.dispatchEvent(new Event("x"));
  assert_array_equals(log, ["capture", "ax", "bx", "cx"], "nothing of that was a listener");
  target.removeEventListener("x", a, { capture: false, once: true });
  log.length = 0;
  target.dispatchEvent(new Event("x"));
  assert_array_equals(log, ["capture", "bx", "cx"]);
}, "the order of listeners, and what makes a listener the same");

test(() => {
  const target = new EventTarget();
  const log = [];
  const later = () => log.push("later");
  const removed = () => log.push("removed");
  target.addEventListener("x", () => {
    log.push("first");
    target.addEventListener("x", later);
    target.removeEventListener("x", removed);
  });
  target.addEventListener("x", removed);
  target.dispatchEvent(new Event("x"));
  assert_array_equals(log, ["first"]);
  target.dispatchEvent(new Event("x"));
  assert_array_equals(log, ["first", "first", "later"]);
}, "listeners that are added and removed meanwhile");

test(() => {
  const target = new EventTarget();
  const log = [];
  target.addEventListener("x", (event) => {
    log.push("once");
    target.dispatchEvent(new Event("x"));
  }, { once: true });
  target.dispatchEvent(new Event("x"));
  assert_array_equals(log, ["once"]);
}, "once means once, even if it dispatches");

test(() => {
  const target = new EventTarget();
  const event = new Event("x", { cancelable: true });
  target.addEventListener("x", (event) => {
    event.preventDefault();
    event.returnValue = false;
  }, { passive: true });
  assert_true(target.dispatchEvent(event));
  assert_false(event.defaultPrevented);
  target.addEventListener("x", (event) => event.preventDefault(), { passive: false });
  assert_false(target.dispatchEvent(event));
  assert_true(event.defaultPrevented);
}, "passive listeners cannot cancel");

test(() => {
  const target = new EventTarget();
  const log = [];
  const controller = new AbortController();
  target.addEventListener("x", () => log.push(1), { signal: controller.signal });
  target.addEventListener("x", () => controller.abort());
  target.addEventListener("x", () => log.push(2), { signal: controller.signal });
  target.dispatchEvent(new Event("x"));
  target.dispatchEvent(new Event("x"));
  target.addEventListener("x", () => log.push(3), { signal: controller.signal });
  target.dispatchEvent(new Event("x"));
  assert_array_equals(log, [1]);
  for (const signal of [null, {}, controller]) {
    assert_throws_js(TypeError, () => target.addEventListener("x", null, { signal }));
  }
}, "signals");

test(() => {
  const target = new EventTarget();
  const log = [];
  let gets = 0;
  const listener = {
    get handleEvent() {
      gets++;
      return function (event) { log.push(this === listener, event.type); };
    },
  };
  target.addEventListener("x", listener);
  assert_equals(gets, 0);
  target.dispatchEvent(new Event("x"));
  target.dispatchEvent(new Event("x"));
  assert_equals(gets, 2, "looked up each time");
  assert_array_equals(log, [true, "x", true, "x"]);
}, "objects with handleEvent");

test(() => {
  const target = new EventTarget();
  for (const listener of [1, "x", true, Symbol()]) {
    assert_throws_js(TypeError, () => target.addEventListener("x", listener));
    assert_throws_js(TypeError, () => target.removeEventListener("x", listener));
  }
  target.addEventListener("x", null);
  target.addEventListener("x", undefined);
  assert_throws_js(TypeError, () => target.addEventListener("x"));
  assert_throws_js(TypeError, () => target.removeEventListener("x"));
  assert_throws_js(TypeError, () => target.dispatchEvent());
  for (const event of [null, {}, "x", target]) {
    assert_throws_js(TypeError, () => target.dispatchEvent(event));
  }
  assert_throws_js(TypeError, () => EventTarget.prototype.addEventListener.call({}, "x", () => {}));
}, "arguments that are refused");

test(() => {
  const read = [];
  const options = {};
  for (const name of ["signal", "passive", "once", "capture"]) {
    Object.defineProperty(options, name, { get() { read.push(name); } });
  }
  new EventTarget().addEventListener("x", null, options);
  assert_array_equals(read, ["capture", "once", "passive", "signal"]);
}, "the order in which options are read");

test(() => {
  const target = new EventTarget();
  const other = new EventTarget();
  const event = new Event("x");
  target.addEventListener("x", (event) => {
    assert_throws_dom("InvalidStateError", () => target.dispatchEvent(event));
    assert_throws_dom("InvalidStateError", () => other.dispatchEvent(event));
  });
  target.dispatchEvent(event);
  let seen;
  other.addEventListener("x", (event) => { seen = event.target; });
  other.dispatchEvent(event);
  assert_equals(seen, other, "it may be dispatched again afterwards");
}, "an event is dispatched once at a time");

test(() => {
  const target = new EventTarget();
  const log = [];
  target.addEventListener("x", (event) => event.stopPropagation(), true);
  target.addEventListener("x", () => log.push("capture too"), true);
  target.addEventListener("x", () => log.push("bubble"));
  const event = new Event("x");
  target.dispatchEvent(event);
  assert_array_equals(log, ["capture too"]);
  assert_false(event.cancelBubble, "the flags are gone afterwards");
  target.addEventListener("y", (event) => event.stopImmediatePropagation());
  target.addEventListener("y", () => log.push("y"));
  target.dispatchEvent(new Event("y"));
  assert_array_equals(log, ["capture too"]);
  event.stopPropagation();
  target.dispatchEvent(event);
  assert_array_equals(log, ["capture too"], "stopped before it began");
}, "stopping");

test(() => {
  class Emitter extends EventTarget {
    #log = [];
    emit(type) {
      this.dispatchEvent(new Event(type));
      return this.#log;
    }
    handleEvent(event) { this.#log.push(event.type); }
  }
  const emitter = new Emitter();
  emitter.addEventListener("x", emitter);
  assert_array_equals(emitter.emit("x"), ["x"]);
}, "targets can be subclassed");

test(() => {
  const target = new EventTarget();
  const log = [];
  const errors = [];
  const listener = (event) => { errors.push(event.error); event.preventDefault(); };
  addEventListener("error", listener);
  const thrown = new Error("thrown");
  target.addEventListener("x", () => { throw thrown; });
  target.addEventListener("x", {});
  target.addEventListener("x", { handleEvent: 1 });
  target.addEventListener("x", { get handleEvent() { throw 2; } });
  target.addEventListener("x", () => log.push("next"));
  assert_true(target.dispatchEvent(new Event("x")));
  removeEventListener("error", listener);
  assert_array_equals(log, ["next"]);
  assert_equals(errors.length, 4);
  assert_equals(errors[0], thrown);
  assert_true(errors[1] instanceof TypeError && errors[2] instanceof TypeError);
  assert_equals(errors[3], 2);
}, "what listeners throw is reported, and does not stop anything");
