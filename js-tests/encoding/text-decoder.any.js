// META: script=/resources/interface-checks.js

const bytes = (...values) => new Uint8Array(values);

test(() => {
  check_interface(globalThis, "TextDecoder", 0, { tag: "TextDecoder" });
  check_operation(TextDecoder.prototype, "decode", 0);
  for (const name of ["encoding", "fatal", "ignoreBOM"]) {
    check_attribute(TextDecoder.prototype, name, { readonly: true });
  }
}, "the interface");

test(() => {
  const decoder = new TextDecoder();
  assert_equals(decoder.encoding, "utf-8");
  assert_false(decoder.fatal);
  assert_false(decoder.ignoreBOM);
  const other = new TextDecoder(" Latin1\n", { fatal: 1, ignoreBOM: "yes" });
  assert_equals(other.encoding, "windows-1252");
  assert_true(other.fatal);
  assert_true(other.ignoreBOM);
  for (const label of ["", "utf-7", "replacement", "utf-8\u00a0"]) {
    assert_throws_js(RangeError, () => new TextDecoder(label), label);
  }
  assert_throws_js(TypeError, () => new TextDecoder("utf-8", 1));
}, "labels and options");

test(() => {
  const text = "plain, na\u00efve, \u20ac, \u{1f40d}";
  const encoded = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  assert_equals(decoder.decode(encoded), text);
  assert_equals(decoder.decode(encoded.buffer), text);
  const padded = new Uint8Array(encoded.length + 8);
  padded.set(encoded, 4);
  assert_equals(decoder.decode(padded.subarray(4, -4)), text);
  assert_equals(decoder.decode(new DataView(padded.buffer, 4, encoded.length)), text);
  assert_equals(new TextDecoder("utf-16le").decode(new Uint16Array([0x61, 0x20ac])), "a\u20ac");
  for (const input of [null, "text", 1, {}, [97]]) {
    assert_throws_js(TypeError, () => decoder.decode(input), String(input));
  }
}, "whatever holds bytes is decoded");

test(() => {
  const decoder = new TextDecoder();
  const shared = new SharedArrayBuffer(8);
  new Uint8Array(shared).set(bytes(0, 0x61, 0xe2, 0x82, 0xac, 0x62, 0, 0));
  assert_equals(decoder.decode(shared), "\0a\u20acb\0\0");
  assert_equals(decoder.decode(new Uint8Array(shared, 1, 5)), "a\u20acb");
  assert_equals(decoder.decode(new DataView(shared, 1, 1)), "a");
  assert_equals(decoder.decode(new Uint16Array(shared, 6)), "\0\0");
  const resizable = new ArrayBuffer(2, { maxByteLength: 4 });
  const view = new Uint8Array(resizable);
  view.set(bytes(0x61, 0x62));
  assert_equals(decoder.decode(view), "ab");
  resizable.resize(3);
  assert_equals(decoder.decode(view), "ab\0");
}, "shared and resizable buffers are accepted");

test(() => {
  const decoder = new TextDecoder();
  const view = bytes(0x61, 0x62);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  assert_equals(decoder.decode(view), "");
  const later = bytes(0x61, 0x62);
  const options = {
    get stream() {
      structuredClone(later.buffer, { transfer: [later.buffer] });
      return false;
    },
  };
  assert_equals(decoder.decode(later, options), "");
}, "a detached buffer has no bytes, whenever that happened");

test(() => {
  const decoder = new TextDecoder();
  assert_equals(decoder.decode(bytes(0xf0, 0x9f), { stream: true }), "");
  assert_equals(decoder.decode(bytes(0x90), { stream: true }), "");
  assert_equals(decoder.decode(bytes(0x8d, 0x61)), "\u{1f40d}a");
  assert_equals(decoder.decode(bytes(0xe2, 0x82), { stream: true }), "");
  assert_equals(decoder.decode(), "\ufffd");
  assert_equals(decoder.decode(), "");
}, "streams");

test(() => {
  const mark = [0xef, 0xbb, 0xbf];
  const decoder = new TextDecoder();
  assert_equals(decoder.decode(bytes(...mark, ...mark, 0x61)), "\ufeffa");
  assert_equals(decoder.decode(bytes(0xef), { stream: true }), "");
  assert_equals(decoder.decode(bytes(0xbb, 0xbf, 0x61)), "a");
  assert_equals(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes(...mark, 0x61)), "\ufeffa");
}, "byte order marks");

test(() => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  assert_throws_js(TypeError, () => decoder.decode(bytes(0x61, 0xff)));
  assert_throws_js(TypeError, () => decoder.decode(bytes(0xc3)));
  assert_equals(decoder.decode(bytes(0xc3, 0xa9)), "\u00e9");
  assert_throws_js(TypeError, () => decoder.decode(bytes(0xc3, 0x61), { stream: true }));
  assert_equals(decoder.decode(bytes(0x61)), "a");
  const long = new Uint8Array(5000).fill(0x61);
  long[4999] = 0x80;
  assert_throws_js(TypeError, () => decoder.decode(long));
}, "fatal decoders start anew after an error");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const heap = new Uint8Array(memory.buffer);
  const { read, written } = new TextEncoder().encodeInto("h\u00e9ap \u{1f40d}", heap.subarray(100));
  assert_equals(read, 7);
  assert_equals(written, 10);
  assert_equals(new TextDecoder().decode(heap.subarray(100, 110)), "h\u00e9ap \u{1f40d}");
  const view = heap.subarray(100, 110);
  memory.grow(1);
  assert_equals(new TextDecoder().decode(view), "");
  assert_object_equals(new TextEncoder().encodeInto("text", heap), { read: 0, written: 0 });
  assert_equals(new TextDecoder().decode(new Uint8Array(memory.buffer, 100, 3)), "h\u00e9");
}, "WebAssembly memory");
