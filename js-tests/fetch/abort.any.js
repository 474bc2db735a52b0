// Signals, at every stage of a fetch.

const STALLED = "/resources/text.txt?stall=5";

promise_test(async (t) => {
  const reason = new Error("mine");
  const signal = AbortSignal.abort(reason);
  await promise_rejects_exactly(t, reason, fetch("/resources/text.txt", { signal }));
  await promise_rejects_exactly(t, reason, fetch(new Request("/resources/text.txt", { signal })));
  await promise_rejects_dom(t, "AbortError", fetch("/resources/text.txt", { signal: AbortSignal.abort() }));
  await promise_rejects_js(t, TypeError, fetch("http://[", { signal }));
}, "before");

promise_test(async (t) => {
  let reason;
  const body = new ReadableStream({ cancel(given) { reason = given; } });
  const signal = AbortSignal.abort("why");
  const promise = fetch("/resources/text.txt", { method: "POST", body, duplex: "half", signal });
  assert_equals(reason, "why");
  await promise_rejects_exactly(t, "why", promise);
}, "before, with a stream to send");

promise_test(async (t) => {
  const controller = new AbortController();
  const promise = fetch("/resources/text.txt?stall=0", { signal: controller.signal });
  const log = [];
  promise.catch(() => log.push("rejected"));
  controller.abort("now");
  await Promise.resolve();
  await Promise.resolve();
  assert_array_equals(log, ["rejected"], "at once");
  await promise_rejects_exactly(t, "now", promise);
}, "while there is no response");

for (const method of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"]) {
  promise_test(async (t) => {
    const controller = new AbortController();
    const { signal } = controller;
    const early = await fetch(STALLED, { signal });
    const late = await fetch(STALLED, { signal });
    const reading = late[method]();
    controller.abort("stop");
    await promise_rejects_exactly(t, "stop", reading);
    await promise_rejects_exactly(t, "stop", early[method]());
    await promise_rejects_exactly(t, "stop", early[method](), "and again");
  }, `while ${method}() reads, and before`);
}

promise_test(async (t) => {
  const controller = new AbortController();
  const { signal } = controller;
  const response = await fetch(STALLED, { signal });
  const copy = response.clone();
  const reader = response.body.getReader();
  assert_false((await reader.read()).done);
  const next = reader.read();
  controller.abort("stop");
  await promise_rejects_exactly(t, "stop", next);
  await promise_rejects_exactly(t, "stop", reader.closed);
  await promise_rejects_exactly(t, "stop", copy.text());
}, "while a reader waits; a clone is aborted with it");

promise_test(async (t) => {
  const controller = new AbortController();
  const { signal } = controller;
  const response = await fetch("/resources/simple.wat?type=application/wasm&stall=0", { signal });
  const compiling = WebAssembly.compileStreaming(response);
  setTimeout(() => controller.abort("stop"), 20);
  await promise_rejects_exactly(t, "stop", compiling);
  await promise_rejects_exactly(t, "stop", WebAssembly.compileStreaming(fetch("/resources/text.txt", { signal })));
}, "while a module is compiled");

promise_test(async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const text = await (await fetch("/resources/text.txt", { signal })).text();
  const unread = await fetch("data:,unread", { signal });
  controller.abort();
  assert_regexp_match(text, /^plain/);
  await unread.text().catch(() => {});
}, "after the end");

promise_test(async (t) => {
  const late = fetch(STALLED, { signal: AbortSignal.timeout(50) }).then((response) => response.text());
  await promise_rejects_dom(t, "TimeoutError", late);
}, "by the clock");

promise_test(async (t) => {
  const controller = new AbortController();
  const { signal } = controller;
  for (let index = 0; index < 100; index++) {
    await (await fetch("data:,x", { signal })).text();
  }
  const late = Array.from({ length: 5 }, () => fetch("/resources/text.txt?stall=0", { signal }));
  controller.abort("all");
  for (const promise of late) await promise_rejects_exactly(t, "all", promise);
}, "one signal for many");

promise_test(async () => {
  const controller = new AbortController();
  const request = new Request("http://127.0.0.1:1/", { method: "POST", body: "text", signal: controller.signal });
  controller.abort();
  assert_equals(await request.text(), "text");
}, "the body of a request can be read all the same");
