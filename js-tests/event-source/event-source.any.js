// META: script=/resources/interface-checks.js

const STREAM = "resources/stream.txt?type=text/event-stream";

test(() => {
  check_interface(globalThis, "EventSource", 1, { tag: "EventSource", superclass: EventTarget });
  check_operation(EventSource.prototype, "close", 0);
  for (const name of ["url", "withCredentials", "readyState"]) {
    check_attribute(EventSource.prototype, name, { readonly: true });
  }
  for (const name of ["onopen", "onmessage", "onerror"]) {
    check_attribute(EventSource.prototype, name, { readonly: false });
  }
  for (const [index, name] of ["CONNECTING", "OPEN", "CLOSED"].entries()) {
    assert_equals(EventSource[name], index);
    assert_equals(EventSource.prototype[name], index);
  }
  assert_throws_js(TypeError, () => new EventSource());
  assert_throws_dom("SyntaxError", () => new EventSource("http://"));
}, "the interface");

promise_test(async () => {
  const source = new EventSource(STREAM);
  assert_equals(source.readyState, EventSource.CONNECTING);
  assert_true(source.url.endsWith(STREAM) && source.url.startsWith("http"));
  assert_false(source.withCredentials);
  const log = [];
  await new Promise((resolve) => {
    source.onopen = () => log.push("open", source.readyState);
    source.onmessage = (event) => log.push(event.data, event.lastEventId, event.origin === new URL(source.url).origin, event.isTrusted);
    source.addEventListener("named", (event) => log.push(event.type, event.data, event.lastEventId));
    source.onerror = () => {
      log.push("error", source.readyState);
      if (log.filter((entry) => entry === "error").length === 2) {
        source.close();
        resolve();
      }
    };
  });
  assert_equals(source.readyState, EventSource.CLOSED);
  assert_array_equals(log.slice(0, 6), ["open", 1, "one", "", true, true]);
  assert_array_equals(log.slice(6, 11), ["named", "two\nlines", "7", "error", 0], "the end of a stream");
  assert_array_equals(log.slice(11), ["open", 1, "one", "7", true, true, "named", "two\nlines", "7", "error", 0], "it is asked for again");
}, "a stream, and the same again");

for (const [what, url] of [
  ["another type", "resources/stream.txt?type=text/plain"],
  ["another status", `${STREAM}&status=404`],
  ["no content", `${STREAM}&status=204`],
]) {
  promise_test(async () => {
    const source = new EventSource(url);
    const event = await new Promise((resolve) => { source.onerror = resolve; });
    assert_equals(event.type, "error");
    assert_equals(source.readyState, EventSource.CLOSED);
  }, `${what}: it is not tried again`);
}

promise_test(async () => {
  const source = new EventSource(STREAM, { withCredentials: true });
  assert_true(source.withCredentials);
  let count = 0;
  source.onopen = source.onmessage = source.onerror = () => count++;
  source.close();
  assert_equals(source.readyState, EventSource.CLOSED);
  source.close();
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert_equals(count, 0);
}, "closing at once");

promise_test(async () => {
  const source = new EventSource(STREAM);
  const log = [];
  source.addEventListener("named", () => log.push("named"));
  await new Promise((resolve) => {
    source.onmessage = () => {
      source.close();
      log.push("message");
      resolve();
    };
  });
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert_array_equals(log, ["message"], "what comes in the same piece is not told either");
}, "closing within a listener");
