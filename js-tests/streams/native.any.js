// META: title=Streams that come out of Rust

const text = "to be or not to be ".repeat(1000);
const body = () => new Blob([text]).stream();

promise_test(async () => {
  const stream = body();
  assert_true(stream instanceof ReadableStream);
  let length = 0;
  for await (const chunk of stream) {
    assert_true(chunk instanceof Uint8Array);
    length += chunk.length;
  }
  assert_equals(length, text.length);
  assert_false(stream.locked);
  assert_true((await stream.getReader().read()).done);
}, "they are read like others");

promise_test(async () => {
  const reader = body().getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(100);
  let decoded = "";
  const decoder = new TextDecoder();
  for (;;) {
    const { value, done } = await reader.read(new Uint8Array(buffer, 0, 100), { min: 100 });
    if (value.length) decoded += decoder.decode(value);
    buffer = value.buffer;
    if (done || value.length < 100) break;
  }
  assert_equals(decoded, text);
  const end = await reader.read(new Float64Array(2));
  assert_true(end.done);
  assert_equals(end.value.buffer.byteLength, 16);
}, "they fill views");

promise_test(async () => {
  const [one, two] = body().tee();
  const [three, four] = two.tee();
  await four.cancel();
  const read = async (stream) => (await new Response(stream).text()).length;
  assert_array_equals(await Promise.all([read(one), read(three)]), [text.length, text.length]);
}, "they are teed");

promise_test(async () => {
  const compressed = body().pipeThrough(new CompressionStream("gzip"));
  const plain = compressed.pipeThrough(new DecompressionStream("gzip"));
  let decoded = "";
  for await (const part of plain.pipeThrough(new TextDecoderStream())) decoded += part;
  assert_equals(decoded, text);
}, "they are piped through native transforms");

promise_test(async () => {
  const log = [];
  const upper = new TransformStream({
    transform(chunk, controller) { log.push(chunk.constructor.name); controller.enqueue(chunk); },
  });
  assert_equals(await new Response(body().pipeThrough(upper)).text(), text);
  assert_true(log.length > 0 && log.every(name => name === "Uint8Array"));
}, "they are piped through scripts");

promise_test(async () => {
  const stream = body();
  const reader = stream.getReader();
  await reader.cancel("enough");
  assert_true((await reader.read()).done);
  reader.releaseLock();
  const other = body();
  const held = other.getReader();
  const read = held.read();
  held.releaseLock();
  // The chunk was there already, or it comes back for the next reader.
  let length = await read.then(({ value }) => value.length, () => 0);
  for await (const chunk of other) length += chunk.length;
  assert_equals(length, text.length);
}, "they are cancelled and released");
