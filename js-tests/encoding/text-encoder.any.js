// META: script=/resources/interface-checks.js

test(() => {
  check_interface(globalThis, "TextEncoder", 0, { tag: "TextEncoder" });
  check_operation(TextEncoder.prototype, "encode", 0);
  check_operation(TextEncoder.prototype, "encodeInto", 2);
  check_attribute(TextEncoder.prototype, "encoding", { readonly: true });
  assert_equals(new TextEncoder("utf-16").encoding, "utf-8");
}, "the interface");

test(() => {
  const encoder = new TextEncoder();
  for (const [text, expected] of [
    [undefined, []],
    ["", []],
    [null, [0x6e, 0x75, 0x6c, 0x6c]],
    ["a\u00e9", [0x61, 0xc3, 0xa9]],
    ["\u20ac", [0xe2, 0x82, 0xac]],
    ["\u{1f40d}", [0xf0, 0x9f, 0x90, 0x8d]],
    ["\ud800a\udc00", [0xef, 0xbf, 0xbd, 0x61, 0xef, 0xbf, 0xbd]],
  ]) {
    const encoded = encoder.encode(text);
    assert_true(encoded instanceof Uint8Array);
    assert_array_equals(encoded, expected);
    assert_equals(encoded.buffer.byteLength, expected.length);
  }
  const long = "\u20ac\u{1f40d}x".repeat(3000);
  assert_equals(encoder.encode(long).length, 24000);
  assert_equals(new TextDecoder().decode(encoder.encode(long)), long);
}, "encode");

test(() => {
  const encoder = new TextEncoder();
  const result = encoder.encodeInto("text", new Uint8Array(2));
  assert_array_equals(Object.keys(result), ["read", "written"]);
  assert_object_equals(result, { read: 2, written: 2 });
  for (const [text, room, read, written] of [
    ["\u00e9\u00e9", 3, 1, 2],
    ["a\u20ac", 3, 1, 1],
    ["\u{1f40d}", 3, 0, 0],
    ["\u{1f40d}", 4, 2, 4],
    ["\ud800", 3, 1, 3],
  ]) {
    const view = new Uint8Array(room + 4).fill(0xaa).subarray(2, -2);
    assert_object_equals(encoder.encodeInto(text, view), { read, written });
    const all = new Uint8Array(view.buffer);
    assert_true(all.subarray(0, 2).every((byte) => byte === 0xaa));
    assert_true(all.subarray(2 + written).every((byte) => byte === 0xaa));
  }
}, "encodeInto writes whole characters and nothing else");

test(() => {
  const shared = new SharedArrayBuffer(6);
  assert_object_equals(new TextEncoder().encodeInto("a\u20acbc", new Uint8Array(shared, 1, 4)), { read: 2, written: 4 });
  assert_array_equals(new Uint8Array(shared), [0, 0x61, 0xe2, 0x82, 0xac, 0]);
}, "encodeInto writes to shared buffers");

test(() => {
  const encoder = new TextEncoder();
  for (const destination of [undefined, null, {}, [], new ArrayBuffer(1), new Uint8ClampedArray(1), new Int8Array(1), new DataView(new ArrayBuffer(1))]) {
    assert_throws_js(TypeError, () => encoder.encodeInto("a", destination));
  }
  assert_throws_js(TypeError, () => encoder.encodeInto("a"));
  const order = [];
  assert_throws_js(TypeError, () => encoder.encodeInto({ toString() { order.push("source"); return ""; } }, null));
  assert_array_equals(order, ["source"]);
  assert_throws_js(TypeError, () => TextEncoder.prototype.encode.call({}, ""));
}, "what encodeInto does not accept");
