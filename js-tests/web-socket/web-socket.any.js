// META: script=/resources/interface-checks.js

test(() => {
  check_interface(globalThis, "WebSocket", 1, { tag: "WebSocket", superclass: EventTarget });
  check_operation(WebSocket.prototype, "close", 0);
  check_operation(WebSocket.prototype, "send", 1);
  for (const name of ["url", "readyState", "bufferedAmount", "extensions", "protocol"]) {
    check_attribute(WebSocket.prototype, name, { readonly: true });
  }
  for (const name of ["binaryType", "onopen", "onerror", "onclose", "onmessage"]) {
    check_attribute(WebSocket.prototype, name, { readonly: false });
  }
  for (const [index, name] of ["CONNECTING", "OPEN", "CLOSING", "CLOSED"].entries()) {
    assert_equals(WebSocket[name], index);
    assert_equals(WebSocket.prototype[name], index);
  }
}, "the interface");

test(() => {
  assert_throws_js(TypeError, () => new WebSocket());
  for (const url of ["ws://", "ftp://host/", "ws://host/#fragment", "http://host/#", "data:,"]) {
    assert_throws_dom("SyntaxError", () => new WebSocket(url), url);
  }
  for (const protocols of ["", "a b", "a,b", "ä", ["a", "a"], ["a", "A"], ["a", ""]]) {
    assert_throws_dom("SyntaxError", () => new WebSocket("ws://localhost:1/", protocols), String(protocols));
  }
}, "what the constructor refuses");

// Where nobody listens: the port is one that nothing may be sent to.
const NOWHERE = "http://localhost:1/path?query";

promise_test(async () => {
  const socket = new WebSocket(NOWHERE, ["a", "b"]);
  assert_equals(socket.url, "ws://localhost:1/path?query");
  assert_equals(socket.readyState, WebSocket.CONNECTING);
  assert_array_equals([socket.bufferedAmount, socket.extensions, socket.protocol, socket.binaryType], [0, "", "", "blob"]);
  socket.binaryType = "arraybuffer";
  socket.binaryType = "other";
  assert_equals(socket.binaryType, "arraybuffer");
  assert_throws_dom("InvalidStateError", () => socket.send("x"));
  const log = [];
  const event = await new Promise((resolve) => {
    socket.onerror = () => log.push("error", socket.readyState);
    socket.onclose = resolve;
  });
  assert_array_equals(log, ["error", WebSocket.CLOSED]);
  assert_true(event instanceof CloseEvent);
  assert_array_equals([event.wasClean, event.code, event.reason], [false, 1006, ""]);
  socket.send("abc");
  socket.send(new Uint8Array(4));
  socket.send(new Blob(["12345"]));
  assert_equals(socket.bufferedAmount, 12, "counted, though it is never sent");
  socket.close();
}, "a connection that fails");

promise_test(async () => {
  const socket = new WebSocket(NOWHERE);
  for (const code of [0, 999, 1001, 2999, 5000, -1, NaN]) {
    assert_throws_dom("InvalidAccessError", () => socket.close(code), String(code));
  }
  assert_throws_dom("SyntaxError", () => socket.close(1000, "ä".repeat(62)));
  assert_equals(socket.readyState, WebSocket.CONNECTING);
  socket.close(3000, "ä".repeat(61));
  assert_equals(socket.readyState, WebSocket.CLOSING);
  const { wasClean, code } = await new Promise((resolve) => { socket.onclose = resolve; });
  assert_array_equals([wasClean, code], [false, 1006]);
}, "closing before it is open");
