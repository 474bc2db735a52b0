// META: script=/resources/interface-checks.js

test(() => {
  check_interface(globalThis, "Event", 1, { tag: "Event" });
  for (const [name, length] of [["composedPath", 0], ["stopPropagation", 0], ["stopImmediatePropagation", 0], ["preventDefault", 0], ["initEvent", 1]]) {
    check_operation(Event.prototype, name, length);
  }
  for (const name of ["type", "target", "srcElement", "currentTarget", "eventPhase", "bubbles", "cancelable", "composed", "defaultPrevented", "timeStamp"]) {
    check_attribute(Event.prototype, name, { readonly: true });
  }
  for (const name of ["cancelBubble", "returnValue"]) {
    check_attribute(Event.prototype, name, { readonly: false });
  }
  for (const [index, name] of ["NONE", "CAPTURING_PHASE", "AT_TARGET", "BUBBLING_PHASE"].entries()) {
    assert_equals(Event[name], index);
    assert_equals(Event.prototype[name], index);
  }
}, "the interface");

test(() => {
  const event = new Event("x");
  assert_equals(event.type, "x");
  for (const name of ["target", "srcElement", "currentTarget"]) {
    assert_equals(event[name], null, name);
  }
  for (const name of ["bubbles", "cancelable", "composed", "defaultPrevented", "cancelBubble", "isTrusted"]) {
    assert_equals(event[name], false, name);
  }
  assert_equals(event.returnValue, true);
  assert_equals(event.eventPhase, Event.NONE);
  assert_array_equals(event.composedPath(), []);
  const before = performance.now();
  const { timeStamp } = new Event("x");
  assert_true(before <= timeStamp && timeStamp <= performance.now(), "the time of its making");
}, "a new event");

test(() => {
  const read = [];
  const init = {};
  for (const name of ["composed", "cancelable", "bubbles"]) {
    Object.defineProperty(init, name, { get() { read.push(name); return 1; } });
  }
  const event = new Event({ toString: () => "y" }, init);
  assert_equals(event.type, "y");
  assert_true(event.bubbles && event.cancelable && event.composed);
  assert_array_equals(read, ["bubbles", "cancelable", "composed"]);
  for (const value of [null, undefined, () => {}]) {
    assert_false(new Event("x", value).cancelable);
  }
  assert_throws_js(TypeError, () => new Event());
  assert_throws_js(TypeError, () => new Event("x", 1));
  assert_throws_js(TypeError, () => new Event(Symbol()));
  assert_throws_js(TypeError, () => Event("x"));
}, "the constructor's arguments");

test(() => {
  const one = Object.getOwnPropertyDescriptor(new Event("x"), "isTrusted");
  const other = Object.getOwnPropertyDescriptor(new CustomEvent("x"), "isTrusted");
  assert_equals(one.get, other.get);
  assert_equals(one.set, undefined);
  assert_true(one.enumerable);
  assert_false(one.configurable);
  assert_false("isTrusted" in Event.prototype);
  assert_throws_js(TypeError, () => one.get.call({}));
}, "isTrusted cannot be forged");

test(() => {
  const event = new Event("x", { cancelable: true });
  event.returnValue = true;
  assert_false(event.defaultPrevented);
  event.returnValue = false;
  assert_true(event.defaultPrevented);
  event.returnValue = true;
  assert_true(event.defaultPrevented, "there is no way back");
  event.cancelBubble = false;
  assert_false(event.cancelBubble);
  event.cancelBubble = true;
  event.cancelBubble = false;
  assert_true(event.cancelBubble, "there is no way back");
  const other = new Event("x");
  other.preventDefault();
  assert_false(other.defaultPrevented, "it is not cancelable");
}, "the legacy attributes");

test(() => {
  const event = new Event("x", { cancelable: true, composed: true });
  event.preventDefault();
  event.stopPropagation();
  event.initEvent("y", true);
  assert_equals(event.type, "y");
  assert_true(event.bubbles);
  assert_false(event.cancelable);
  assert_true(event.composed);
  assert_false(event.defaultPrevented);
  assert_false(event.cancelBubble);
  assert_throws_js(TypeError, () => event.initEvent());
  const target = new EventTarget();
  target.addEventListener("y", () => event.initEvent("z"));
  target.dispatchEvent(event);
  assert_equals(event.type, "y", "not while it is dispatched");
  assert_equals(event.target, target);
  event.initEvent("z");
  assert_equals(event.target, null);
}, "initEvent");

test(() => {
  const event = new CustomEvent("x", { detail: 1, cancelable: true });
  assert_true(event instanceof Event);
  assert_equals(event.detail, 1);
  assert_true(event.cancelable);
  assert_equals(new CustomEvent("x").detail, null);
  assert_equals(new CustomEvent("x", { detail: undefined }).detail, null);
  event.initCustomEvent("y", true, false, 2);
  assert_array_equals([event.type, event.bubbles, event.cancelable, event.detail], ["y", true, false, 2]);
  event.initCustomEvent("z");
  assert_array_equals([event.type, event.bubbles, event.cancelable, event.detail], ["z", false, false, null]);
}, "CustomEvent");

test(() => {
  const error = new Error("e");
  const event = new ErrorEvent("error", { message: "m", filename: "f", lineno: 1, colno: 2, error });
  assert_array_equals([event.message, event.filename, event.lineno, event.colno, event.error], ["m", "f", 1, 2, error]);
  const empty = new ErrorEvent("error");
  assert_array_equals([empty.message, empty.filename, empty.lineno, empty.colno, empty.error], ["", "", 0, 0, undefined]);
  assert_equals(new ErrorEvent("x", { error: null }).error, null);
}, "ErrorEvent");

test(() => {
  const { port1, port2 } = new MessageChannel();
  const event = new MessageEvent("message", { data: 1, origin: "o", lastEventId: "i", source: port1, ports: [port2] });
  assert_array_equals([event.data, event.origin, event.lastEventId, event.source], [1, "o", "i", port1]);
  assert_array_equals(event.ports, [port2]);
  assert_equals(event.ports, event.ports);
  assert_true(Object.isFrozen(event.ports));
  const empty = new MessageEvent("message");
  assert_array_equals([empty.data, empty.origin, empty.lastEventId, empty.source], [null, "", "", null]);
  assert_array_equals(empty.ports, []);
  for (const init of [{ ports: null }, { ports: [1] }, { ports: [new EventTarget()] }, { source: {} }, { source: new EventTarget() }]) {
    assert_throws_js(TypeError, () => new MessageEvent("message", init), JSON.stringify(init));
  }
  empty.initMessageEvent("m", true, false, 2, "p", "j", null, [port1]);
  assert_array_equals([empty.type, empty.bubbles, empty.data, empty.origin, empty.lastEventId, empty.source], ["m", true, 2, "p", "j", null]);
  assert_array_equals(empty.ports, [port1]);
  port1.close();
}, "MessageEvent");

test(() => {
  const promise = Promise.resolve();
  const event = new PromiseRejectionEvent("x", { promise, reason: 1 });
  assert_equals(event.promise, promise);
  assert_equals(event.reason, 1);
  assert_equals(PromiseRejectionEvent.length, 2);
  assert_throws_js(TypeError, () => new PromiseRejectionEvent("x"));
  assert_throws_js(TypeError, () => new PromiseRejectionEvent("x", {}));
}, "PromiseRejectionEvent");

test(() => {
  const event = new ProgressEvent("progress", { lengthComputable: true, loaded: 1.5, total: 3 });
  assert_array_equals([event.lengthComputable, event.loaded, event.total], [true, 1.5, 3]);
  const empty = new ProgressEvent("progress");
  assert_array_equals([empty.lengthComputable, empty.loaded, empty.total], [false, 0, 0]);
  assert_throws_js(TypeError, () => new ProgressEvent("x", { loaded: Infinity }));
}, "ProgressEvent");

test(() => {
  const event = new CloseEvent("close", { wasClean: true, code: 1000, reason: "r" });
  assert_array_equals([event.wasClean, event.code, event.reason], [true, 1000, "r"]);
  const empty = new CloseEvent("close");
  assert_array_equals([empty.wasClean, empty.code, empty.reason], [false, 0, ""]);
}, "CloseEvent");

test(() => {
  class Mine extends CustomEvent {
    get twice() { return this.detail * 2; }
  }
  const event = new Mine("x", { detail: 2 });
  assert_true(event instanceof Mine && event instanceof CustomEvent && event instanceof Event);
  assert_equals(event.twice, 4);
  const seen = [];
  const target = new EventTarget();
  target.addEventListener("x", (event) => seen.push(event));
  target.dispatchEvent(event);
  assert_array_equals(seen, [event]);
}, "events can be subclassed");
