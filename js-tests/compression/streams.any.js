// META: script=/resources/interface-checks.js

const formats = ["deflate", "deflate-raw", "gzip", "brotli"];

async function through(stream, ...chunks) {
  const reading = (async () => {
    const parts = [];
    for await (const chunk of stream.readable) {
      assert_true(chunk instanceof Uint8Array);
      assert_greater_than(chunk.length, 0);
      parts.push(chunk);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  })();
  const writer = stream.writable.getWriter();
  for (const chunk of chunks) {
    writer.write(chunk).catch(() => {});
  }
  writer.close().catch(() => {});
  return reading;
}

const text = (bytes) => new TextDecoder().decode(bytes);
const bytes = (string) => new TextEncoder().encode(string);

test(() => {
  for (const name of ["CompressionStream", "DecompressionStream"]) {
    check_interface(globalThis, name, 1, { tag: name });
    check_attribute(globalThis[name].prototype, "readable", { readonly: true });
    check_attribute(globalThis[name].prototype, "writable", { readonly: true });
    for (const format of [undefined, "", "GZIP", "zip", {}]) {
      assert_throws_js(TypeError, () => new globalThis[name](format));
    }
    assert_throws_js(TypeError, () => new globalThis[name]());
  }
}, "the interfaces");

for (const format of formats) {
  promise_test(async () => {
    const source = "some text, some text, some text. ".repeat(20000);
    const data = bytes(source);
    const compressed = await through(new CompressionStream(format), data.slice(0, 100000), new Uint8Array(), data.slice(100000).buffer);
    assert_less_than(compressed.length, 20000);
    assert_equals(text(await through(new DecompressionStream(format), compressed)), source);
    const pieces = [];
    for (let i = 0; i < compressed.length; i += 101) {
      pieces.push(new DataView(compressed.buffer, i, Math.min(101, compressed.length - i)));
    }
    assert_equals(text(await through(new DecompressionStream(format), ...pieces)), source);
    const nothing = await through(new CompressionStream(format));
    assert_greater_than(nothing.length, 0);
    assert_equals((await through(new DecompressionStream(format), nothing)).length, 0);
  }, `${format}: there and back`);

  promise_test(async (t) => {
    const compressed = await through(new CompressionStream(format), bytes("text"));
    await promise_rejects_js(t, TypeError, through(new DecompressionStream(format)));
    await promise_rejects_js(t, TypeError, through(new DecompressionStream(format), compressed.slice(0, -1)));
    await promise_rejects_js(t, TypeError, through(new DecompressionStream(format), compressed, new Uint8Array(1)));
    await promise_rejects_js(t, TypeError, through(new DecompressionStream(format), new Uint8Array(100).fill(255)));
    for (const chunk of [undefined, "text", [1], new SharedArrayBuffer(1), new Uint8Array(new SharedArrayBuffer(1))]) {
      await promise_rejects_js(t, TypeError, through(new CompressionStream(format), chunk));
    }
  }, `${format}: what is wrong`);
}

promise_test(async () => {
  const blob = new Blob(["text ".repeat(1000)]);
  const stream = blob.stream().pipeThrough(new CompressionStream("gzip")).pipeThrough(new DecompressionStream("gzip")).pipeThrough(new TextDecoderStream());
  let result = "";
  for await (const chunk of stream) {
    result += chunk;
  }
  assert_equals(result, await blob.text());
  assert_equals(await new Response(blob.stream().pipeThrough(new CompressionStream("deflate")).pipeThrough(new DecompressionStream("deflate"))).text(), result);
}, "pipes of native streams");
