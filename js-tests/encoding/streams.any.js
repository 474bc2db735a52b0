// META: script=/resources/interface-checks.js

async function all(readable) {
  const chunks = [];
  for await (const chunk of readable) {
    chunks.push(chunk);
  }
  return chunks;
}

test(() => {
  check_interface(globalThis, "TextEncoderStream", 0, { tag: "TextEncoderStream" });
  check_interface(globalThis, "TextDecoderStream", 0, { tag: "TextDecoderStream" });
  for (const name of ["readable", "writable", "encoding"]) {
    check_attribute(TextEncoderStream.prototype, name, { readonly: true });
    check_attribute(TextDecoderStream.prototype, name, { readonly: true });
  }
  const stream = new TextDecoderStream("l1", { fatal: true });
  assert_equals(stream.encoding, "windows-1252");
  assert_true(stream.fatal);
  assert_false(stream.ignoreBOM);
  assert_equals(stream.readable, stream.readable);
}, "the interfaces");

promise_test(async () => {
  const text = "\ufeffa\u00e9\u20ac\u{1f40d}".repeat(50);
  const encoded = new TextEncoder().encode(text);
  const pieces = [];
  for (let i = 0; i < encoded.length; i += 7) {
    pieces.push(encoded.slice(i, i + 7));
  }
  const chunks = await all(ReadableStream.from(pieces).pipeThrough(new TextDecoderStream()));
  assert_true(chunks.every((chunk) => typeof chunk === "string" && chunk !== ""));
  assert_equals(chunks.join(""), text.slice(1));
}, "characters are put together from chunks");

promise_test(async () => {
  const chunks = await all(ReadableStream.from(["a\ud83d", "", "\udc0d", 1, "\ud83d"]).pipeThrough(new TextEncoderStream()));
  assert_true(chunks.every((chunk) => chunk instanceof Uint8Array && chunk.length > 0));
  const text = chunks.map((chunk) => new TextDecoder().decode(chunk));
  assert_array_equals(text, ["a", "\u{1f40d}", "1", "\ufffd"]);
}, "halves of pairs are put together from chunks");

promise_test(async (t) => {
  const stream = new TextDecoderStream("utf-8", { fatal: true });
  const writer = stream.writable.getWriter();
  const reading = stream.readable.getReader().read();
  await promise_rejects_js(t, TypeError, writer.write(new Uint8Array([0xff])));
  await promise_rejects_js(t, TypeError, reading);
  await promise_rejects_js(t, TypeError, writer.closed);
}, "what is no text errors both sides");

promise_test(async (t) => {
  const stream = new TextDecoderStream("utf-8", { fatal: true });
  const reading = all(stream.readable);
  const writer = stream.writable.getWriter();
  writer.write(new Uint8Array([0xe2, 0x82]));
  await promise_rejects_js(t, TypeError, writer.close());
  await promise_rejects_js(t, TypeError, reading);
}, "a stream that ends within a character errors");
