// META: title=WritableStream and TransformStream

promise_test(async () => {
  const log = [];
  const stream = new WritableStream({
    start() { log.push("start"); },
    write(chunk) { log.push(chunk); },
    close() { log.push("close"); },
  }, { highWaterMark: 2 });
  const writer = stream.getWriter();
  assert_equals(writer.desiredSize, 2);
  writer.write("a");
  writer.write("b");
  assert_equals(writer.desiredSize, 0);
  let ready = false;
  writer.ready.then(() => { ready = true; });
  await Promise.resolve();
  assert_false(ready);
  await writer.ready;
  await writer.close();
  await writer.closed;
  assert_array_equals(log, ["start", "a", "b", "close"]);
  await promise_rejects_js(this, TypeError, writer.write("c"));
}, "backpressure");

promise_test(async () => {
  let controller, reason;
  const stream = new WritableStream({
    start(c) { controller = c; },
    write() { return new Promise(() => {}); },
    abort(r) { reason = r; },
  });
  const writer = stream.getWriter();
  await writer.ready;
  writer.write("x").catch(() => {});
  const { signal } = controller;
  assert_equals(signal, controller.signal);
  let fired = 0;
  signal.onabort = () => fired++;
  writer.abort("why");
  assert_true(signal.aborted);
  assert_equals(signal.reason, "why");
  assert_equals(fired, 1);
  const quiet = new WritableStream({ start(c) { controller = c; } });
  await quiet.abort();
  assert_equals(controller.signal.reason.name, "AbortError", "a signal that is asked for too late");
}, "the signal of a controller");

promise_test(async () => {
  const stream = new TransformStream({
    transform(chunk, controller) { for (const part of chunk) controller.enqueue(part); },
    flush(controller) { controller.enqueue("end"); },
  });
  const writer = stream.writable.getWriter();
  writer.write([1, 2]);
  writer.close();
  const seen = [];
  for await (const chunk of stream.readable) seen.push(chunk);
  assert_array_equals(seen, [1, 2, "end"]);
}, "transforms");

promise_test(async () => {
  const controller = new AbortController();
  const source = new ReadableStream({ cancel(reason) { log.push(["cancel", reason]); } });
  const sink = new WritableStream({ abort(reason) { log.push(["abort", reason]); } });
  const log = [];
  const piped = source.pipeTo(sink, { signal: controller.signal });
  await new Promise(resolve => setTimeout(resolve));
  controller.abort("stop");
  await piped.then(() => assert_unreached(), reason => assert_equals(reason, "stop"));
  assert_array_equals(log.map(entry => entry.join()).sort(), ["abort,stop", "cancel,stop"]);
  assert_false(source.locked || sink.locked);
}, "a pipe is aborted");

test(() => {
  const count = new CountQueuingStrategy({ highWaterMark: 3 });
  const length = new ByteLengthQueuingStrategy({ highWaterMark: 3 });
  assert_equals(count.size, new CountQueuingStrategy({ highWaterMark: 1 }).size);
  assert_equals(count.size(), 1);
  assert_equals(length.size(new Uint8Array(7)), 7);
  assert_throws_js(TypeError, () => length.size());
  assert_throws_js(TypeError, () => new CountQueuingStrategy());
  assert_throws_js(TypeError, () => new CountQueuingStrategy({}));
  let controller;
  new ReadableStream({ start(c) { controller = c; } }, length);
  controller.enqueue({ byteLength: 5 });
  assert_equals(controller.desiredSize, -2);
}, "strategies");
