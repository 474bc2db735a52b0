// META: title=ReadableStream

const all = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
};

const counting = (most, log = []) => {
  let count = 0;
  return new ReadableStream({
    pull(controller) {
      log.push(++count);
      if (count > most) controller.close();
      else controller.enqueue(count);
    },
    cancel(reason) { log.push(reason); },
  }, { highWaterMark: 0 });
};

promise_test(async () => {
  assert_array_equals(await all(counting(3)), [1, 2, 3]);
  const log = [];
  for await (const chunk of counting(9, log)) if (chunk === 2) break;
  assert_array_equals(log, [1, 2, undefined], "leaving the loop cancels");
  const kept = counting(9, log);
  for await (const chunk of kept.values({ preventCancel: true })) break;
  assert_false(kept.locked);
  assert_array_equals((await all(kept)).slice(0, 2), [2, 3]);
}, "iteration");

promise_test(async () => {
  const log = [];
  const stream = counting(9, log);
  const reader = stream.getReader();
  await Promise.resolve();
  assert_array_equals(log, [], "nothing is pulled before somebody reads");
  const reads = [reader.read(), reader.read(), reader.read()];
  assert_array_equals((await Promise.all(reads)).map(({ value }) => value), [1, 2, 3]);
  assert_array_equals(log, [1, 2, 3]);
  const waiting = new ReadableStream().getReader();
  const read = waiting.read();
  waiting.releaseLock();
  await promise_rejects_js(this, TypeError, read);
  await promise_rejects_js(this, TypeError, waiting.closed);
  await promise_rejects_js(this, TypeError, waiting.read());
}, "readers");

promise_test(async () => {
  const failure = new Error("pull");
  for (const pull of [() => { throw failure; }, async () => { throw failure; }]) {
    const reader = new ReadableStream({ pull }, { highWaterMark: 0 }).getReader();
    await promise_rejects_exactly(this, failure, reader.read());
    await promise_rejects_exactly(this, failure, reader.closed);
    await promise_rejects_exactly(this, failure, reader.cancel());
  }
  assert_throws_exactly(failure, () => new ReadableStream({ start() { throw failure; } }));
}, "sources that throw");

promise_test(async () => {
  const rejected = [];
  const listener = (event) => { rejected.push(event.reason); event.preventDefault(); };
  addEventListener("unhandledrejection", listener);
  const error = new Error("nobody looks");
  const stream = new ReadableStream({ start(controller) { controller.error(error); } });
  stream.getReader().closed;
  const writer = new WritableStream({ start(controller) { controller.error(error); } }).getWriter();
  writer.closed; writer.ready;
  ReadableStream.from([1]).pipeThrough(new TransformStream({ transform() { throw error; } }));
  await new Promise(resolve => setTimeout(resolve, 5));
  assert_array_equals(rejected, []);
  stream.cancel;
  new ReadableStream({ start(controller) { controller.error(error); } }).getReader().read();
  await new Promise(resolve => setTimeout(resolve, 5));
  assert_array_equals(rejected, [error], "reads are promises like any other");
  removeEventListener("unhandledrejection", listener);
}, "which rejections are reported");

promise_test(async () => {
  const [first, second] = counting(3).tee();
  assert_array_equals(await all(first), [1, 2, 3]);
  assert_array_equals(await all(second), [1, 2, 3]);
  const log = [];
  const [one, two] = counting(9, log).tee();
  const both = Promise.all([one.cancel("a"), two.cancel("b")]);
  await both;
  assert_array_equals(log.at(-1), ["a", "b"]);
}, "tee");

promise_test(async () => {
  async function* generator() { try { yield 1; yield 2; } finally { log.push("finally"); } }
  const log = [];
  assert_array_equals(await all(ReadableStream.from(generator())), [1, 2]);
  assert_array_equals(await all(ReadableStream.from([Promise.resolve(1), 2])), [1, 2]);
  assert_array_equals(await all(ReadableStream.from("añ")), ["a", "ñ"]);
  const reader = ReadableStream.from(generator()).getReader();
  await reader.read();
  await reader.cancel();
  assert_array_equals(log, ["finally", "finally"]);
  for (const bad of [null, undefined, 1, {}, { [Symbol.iterator]: () => 1 }]) {
    assert_throws_js(TypeError, () => ReadableStream.from(bad));
  }
}, "from");
