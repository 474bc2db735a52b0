// META: title=structuredClone: buffers and transfer

test(() => {
  const buffer = new ArrayBuffer(16);
  const bytes = new Uint8Array(buffer, 4, 8);
  bytes.fill(7);
  const clone = structuredClone({ bytes, view: new DataView(buffer, 2), buffer });
  assert_not_equals(clone.buffer, buffer);
  assert_equals(clone.bytes.buffer, clone.buffer);
  assert_equals(clone.view.buffer, clone.buffer);
  assert_equals(clone.view.byteOffset, 2);
  assert_equals(clone.view.byteLength, 14);
  assert_equals(clone.bytes.length, 8);
  assert_equals(clone.bytes[7], 7);
  for (const Type of [Int8Array, Uint8ClampedArray, Int16Array, Uint32Array, Float16Array, Float32Array, Float64Array,
    BigInt64Array, BigUint64Array]) {
    const copy = structuredClone(new Type(buffer, 8, 1));
    assert_equals(copy.constructor, Type);
    assert_equals(copy.length, 1);
    assert_equals(copy.byteOffset, 8);
    assert_equals(copy.buffer.byteLength, 16);
  }
}, "views share the clone of their buffer");

test(() => {
  const tracking = (view, buffer) => {
    const old = buffer.byteLength;
    const length = view.byteLength;
    buffer.resize(old - 1);
    let follows;
    try { follows = view.byteLength === length - 1; } catch { follows = false; }
    buffer.resize(old);
    return follows;
  };
  for (const max of [8, 9, 100]) {
    const buffer = new ArrayBuffer(8, { maxByteLength: max });
    new Uint8Array(buffer).fill(9);
    for (const [Type, ...range] of [
      [Uint8Array], [Uint8Array, 4], [Uint8Array, 4, 4], [Uint8Array, 0, 8],
      [DataView], [DataView, 4], [DataView, 4, 4], [DataView, 0, 8],
    ]) {
      const view = new Type(buffer, ...range);
      const clone = structuredClone(view);
      const what = `${Type.name} ${range} of ${max}`;
      assert_equals(clone.buffer.maxByteLength, max, what);
      assert_equals(clone.byteOffset, view.byteOffset, what);
      assert_equals(clone.byteLength, view.byteLength, what);
      assert_equals(tracking(clone, clone.buffer), range.length < 2, what);
      new Uint8Array(buffer).fill(9);
      assert_true(new Uint8Array(structuredClone(view).buffer).every(byte => byte === 9), what);
    }
  }
}, "views that follow the length of their buffer");

test(() => {
  const first = new ArrayBuffer(8);
  const second = new ArrayBuffer(4, { maxByteLength: 64 });
  const view = new Uint8Array(first);
  view[0] = 5;
  const clone = structuredClone([view, first, second], { transfer: [first, second] });
  assert_equals(first.byteLength, 0);
  assert_equals(view.length, 0);
  assert_equals(second.byteLength, 0);
  assert_true(second.resizable);
  assert_equals(second.maxByteLength, 0);
  assert_equals(clone[0].buffer, clone[1]);
  assert_equals(clone[0][0], 5);
  assert_equals(clone[2].maxByteLength, 64);
  clone[2].resize(64);
  assert_throws_js(TypeError, () => new Uint8Array(first));
  assert_throws_dom("DataCloneError", () => structuredClone(first));
  assert_throws_dom("DataCloneError", () => structuredClone(view));
  assert_throws_dom("DataCloneError", () => structuredClone(second));
}, "what is transferred is gone");

test(() => {
  const buffer = new ArrayBuffer(8);
  assert_throws_dom("DataCloneError", () => structuredClone(1, { transfer: [buffer, buffer] }));
  assert_throws_dom("DataCloneError", () => structuredClone(1, { transfer: [{}] }));
  assert_throws_dom("DataCloneError", () => structuredClone(1, { transfer: [new Blob([])] }));
  assert_throws_dom("DataCloneError", () => structuredClone(1, { transfer: [new SharedArrayBuffer(8)] }));
  assert_throws_dom("DataCloneError", () => structuredClone(1, { transfer: [new ReadableStream()] }));
  assert_throws_dom("DataCloneError", () => structuredClone(() => 1, { transfer: [buffer] }));
  assert_equals(buffer.byteLength, 8);
  assert_equals(structuredClone(1, { transfer: new Set([buffer]) }), 1);
  assert_equals(buffer.byteLength, 0);
}, "nothing is transferred if something cannot be");

test(() => {
  const shared = new SharedArrayBuffer(8);
  const clone = structuredClone(new Int32Array(shared, 4));
  assert_not_equals(clone.buffer, shared);
  clone[0] = 42;
  assert_equals(new Int32Array(shared)[1], 42);
  assert_equals(structuredClone(new DataView(shared, 1, 2)).byteLength, 2);
}, "shared buffers share their bytes");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(memory.buffer)[3] = 3;
  assert_throws_js(TypeError, () => structuredClone(memory.buffer, { transfer: [memory.buffer] }));
  assert_equals(memory.buffer.byteLength, 65536);
  const clone = structuredClone(new Uint8Array(memory.buffer, 0, 8));
  assert_equals(clone[3], 3);
  memory.grow(1);
  assert_equals(clone.buffer.byteLength, 65536);
  assert_throws_dom("DataCloneError", () => structuredClone(memory));
}, "a memory's buffer is copied, never transferred");

test(() => {
  const file = new File(["text"], "name", { type: "a/b", lastModified: 3 });
  const { a, b, blob } = structuredClone({ a: file, b: file, blob: new Blob(["x"], { type: "c/d" }) });
  assert_equals(a, b);
  assert_not_equals(a, file);
  assert_true(a instanceof File);
  assert_array_equals([a.name, a.type, a.lastModified, a.size], ["name", "a/b", 3, 4]);
  assert_false(blob instanceof File);
  assert_array_equals([blob.type, blob.size], ["c/d", 1]);
}, "blobs and files");
