// META: title=MessageChannel

const once = (target, kind) => new Promise(resolve => target.addEventListener(kind, resolve, { once: true }));
const turn = () => new Promise(resolve => setTimeout(resolve, 50));

promise_test(async () => {
  const { port1, port2 } = new MessageChannel();
  const log = [];
  port2.onmessage = event => {
    log.push(event.data);
    Promise.resolve().then(() => log.push("microtask"));
  };
  port1.postMessage(1);
  port1.postMessage(2);
  log.push("posted");
  await turn();
  assert_array_equals(log, ["posted", 1, "microtask", 2, "microtask"]);
}, "messages are tasks, in order");

promise_test(async () => {
  const { port1, port2 } = new MessageChannel();
  const log = [];
  port2.addEventListener("message", event => log.push(event.data));
  port1.postMessage("early");
  await turn();
  assert_array_equals(log, []);
  port2.start();
  port1.postMessage("late");
  await turn();
  assert_array_equals(log, ["early", "late"]);
}, "a queue waits for start");

promise_test(async () => {
  const { port1, port2 } = new MessageChannel();
  const object = { self: null };
  object.self = object;
  const received = once(port2, "message");
  port2.start();
  port1.postMessage(object);
  object.later = true;
  const event = await received;
  assert_true(event instanceof MessageEvent);
  assert_true(event.isTrusted);
  assert_equals(event.data.self, event.data);
  assert_false("later" in event.data);
  assert_equals(event.origin, "");
  assert_equals(event.source, null);
  assert_array_equals(event.ports, []);
}, "messages are cloned when they are posted");

promise_test(async () => {
  const outer = new MessageChannel();
  const inner = new MessageChannel();
  inner.port1.postMessage("before");
  inner.port1.onmessage = event => inner.port1.postMessage(event.data + "!");
  outer.port1.postMessage({ port: inner.port2 }, { transfer: [inner.port2] });
  inner.port1.postMessage("on the way");
  assert_throws_dom("DataCloneError", () => outer.port1.postMessage(0, [inner.port2]));
  inner.port2.postMessage("nobody sends this");
  outer.port2.start();
  const event = await once(outer.port2, "message");
  const port = event.ports[0];
  assert_equals(event.data.port, port);
  assert_not_equals(port, inner.port2);
  const log = [];
  port.onmessage = event => log.push(event.data);
  port.postMessage("echo");
  await turn();
  assert_array_equals(log, ["before", "on the way", "echo!"]);
}, "ports are transferred with what they have received");

test(() => {
  const { port1, port2 } = new MessageChannel();
  assert_throws_dom("DataCloneError", () => port1.postMessage(0, [port1]));
  assert_throws_dom("DataCloneError", () => port1.postMessage(port1));
  assert_throws_dom("DataCloneError", () => port1.postMessage(0, [port2, port2]));
  assert_throws_dom("DataCloneError", () => port1.postMessage(() => 1));
  assert_throws_js(TypeError, () => port1.postMessage());
  assert_throws_js(TypeError, () => port1.postMessage(0, 1));
  assert_throws_js(TypeError, () => port1.postMessage(0, [1]));
  port1.postMessage(0, null);
  port1.postMessage(0, undefined);
  port1.postMessage(0, new Set());
  port1.postMessage(0, { transfer: undefined });
  assert_throws_js(TypeError, () => new MessagePort());
  // Nobody will ever get it.
  port1.postMessage(0, [port2]);
  port1.postMessage(0);
}, "what is refused");

promise_test(async () => {
  const { port1, port2 } = new MessageChannel();
  const log = [];
  port2.onmessage = event => log.push(event.data);
  port2.onclose = () => log.push("close");
  port1.onclose = () => log.push("not this one");
  port1.postMessage("last words");
  port1.close();
  port1.close();
  port1.postMessage("too late");
  port2.postMessage("to nobody");
  assert_throws_dom("DataCloneError", () => structuredClone(port1, { transfer: [port1] }));
  await turn();
  assert_array_equals(log, ["last words", "close"]);
}, "closing");

promise_test(async () => {
  const { port1, port2 } = new MessageChannel();
  const log = [];
  port2.onmessage = event => { log.push(event.data); port2.close(); };
  port1.onclose = () => log.push("close");
  port1.postMessage(1);
  port1.postMessage(2);
  await turn();
  assert_array_equals(log, [1, 2, "close"]);
}, "what has arrived before closing is delivered");

test(() => {
  const { port1 } = new MessageChannel();
  assert_equals(port1.onmessage, null);
  const handler = () => {};
  port1.onmessage = handler;
  assert_equals(port1.onmessage, handler);
  port1.onmessage = 1;
  assert_equals(port1.onmessage, null);
  assert_true(port1 instanceof EventTarget);
  assert_throws_js(TypeError, () => MessagePort.prototype.onmessage);
  const channel = new MessageChannel();
  assert_equals(channel.port1, channel.port1);
}, "the handler");

promise_test(async () => {
  const { port1, port2 } = new MessageChannel();
  const buffer = new ArrayBuffer(8);
  const received = once(port2, "message");
  port2.start();
  port1.postMessage(new Uint8Array(buffer, 2), [buffer]);
  assert_equals(buffer.byteLength, 0);
  const { data, ports } = await received;
  assert_equals(data.byteOffset, 2);
  assert_equals(data.buffer.byteLength, 8);
  assert_true(Object.isFrozen(ports));
}, "buffers are transferred");
