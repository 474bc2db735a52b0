// Shared memories: JavaScript sees them, modules cannot have them.

const PAGE = 65536;

test(() => {
  const memory = new WebAssembly.Memory({ shared: true, initial: 1, maximum: 1 });
  assert_equals(Object.prototype.toString.call(memory), "[object WebAssembly.Memory]");
  const { buffer } = memory;
  assert_true(buffer instanceof SharedArrayBuffer);
  assert_equals(buffer.byteLength, PAGE);
  assert_false(buffer.growable);
  assert_equals(memory.buffer, buffer);
  assert_true(Object.isFrozen(buffer));
  const words = new Int32Array(buffer);
  assert_true(words.every((word) => word === 0));
  assert_equals(Atomics.add(words, 3, 5), 0);
  assert_equals(Atomics.load(new Int32Array(memory.buffer), 3), 5);
}, "the buffer");

test(() => {
  for (const shared of [undefined, false, 0, "", null]) {
    const memory = new WebAssembly.Memory({ shared, initial: 1 });
    assert_true(memory.buffer instanceof ArrayBuffer);
  }
  for (const shared of [1, "no", {}, []]) {
    const memory = new WebAssembly.Memory({ shared, initial: 0, maximum: 1 });
    assert_true(memory.buffer instanceof SharedArrayBuffer);
  }
}, "the member is a boolean");

test(() => {
  assert_throws_js(TypeError, () => new WebAssembly.Memory({ shared: true, initial: 1 }));
  assert_throws_js(RangeError, () => new WebAssembly.Memory({ shared: true, initial: 2, maximum: 1 }));
  assert_throws_js(RangeError, () => new WebAssembly.Memory({ shared: true, initial: 0, maximum: 65537 }));
  assert_throws_js(TypeError, () => new WebAssembly.Memory({ shared: true, initial: 1, maximum: -1 }));
  assert_throws_js(TypeError, () => new WebAssembly.Memory({ shared: true, maximum: 1 }));
}, "bad descriptors");

test(() => {
  const memory = new WebAssembly.Memory({ shared: true, initial: 1, maximum: 3 });
  assert_equals(memory.grow(1), 1, "nobody has seen a byte");
  const { buffer } = memory;
  assert_equals(buffer.byteLength, 2 * PAGE);
  new Uint8Array(buffer)[9] = 7;
  assert_equals(memory.grow(0), 2);
  assert_not_equals(memory.buffer, buffer);
  assert_true(Object.isFrozen(memory.buffer));
  assert_equals(new Uint8Array(memory.buffer)[9], 7);
  new Uint8Array(memory.buffer)[10] = 8;
  assert_equals(new Uint8Array(buffer)[10], 8, "the buffer is not detached");
  const error = (() => {
    try {
      return memory.grow(1);
    } catch (error) {
      return error;
    }
  })();
  assert_true(error instanceof RangeError);
  assert_true(error.message.includes("threads"), error.message);
  assert_throws_js(RangeError, () => memory.toResizableBuffer());
  assert_throws_js(RangeError, () => memory.grow(2));
  assert_throws_js(TypeError, () => memory.grow());
  assert_throws_js(TypeError, () => memory.grow(-1));
  assert_equals(memory.buffer.byteLength, 2 * PAGE);
}, "growing with a buffer of fixed length");

test(() => {
  const memory = new WebAssembly.Memory({ shared: true, initial: 0, maximum: 2 });
  const empty = memory.buffer;
  assert_equals(empty.byteLength, 0);
  assert_equals(memory.grow(1), 0);
  assert_equals(empty.byteLength, 0);
  assert_equals(memory.buffer.byteLength, PAGE);
}, "growing a memory that was empty");

test(() => {
  const memory = new WebAssembly.Memory({ shared: true, initial: 1, maximum: 4 });
  const buffer = memory.toResizableBuffer();
  assert_true(buffer.growable);
  assert_true(Object.isFrozen(buffer));
  assert_equals(buffer.maxByteLength, 4 * PAGE);
  assert_equals(buffer.byteLength, PAGE);
  assert_equals(memory.buffer, buffer);
  assert_equals(memory.toResizableBuffer(), buffer);
  const bytes = new Uint8Array(buffer);
  bytes[1] = 11;
  assert_equals(memory.grow(1), 1);
  assert_equals(memory.buffer, buffer);
  assert_equals(bytes.length, 2 * PAGE);
  assert_equals(buffer.grow(3 * PAGE), undefined);
  assert_equals(memory.grow(0), 3);
  assert_equals(memory.buffer, buffer);
  assert_equals(bytes[1], 11);
  assert_equals(bytes[3 * PAGE - 1], 0);
  for (const length of [PAGE, 3 * PAGE + 1, 4 * PAGE - 1, 5 * PAGE]) {
    assert_throws_js(RangeError, () => buffer.grow(length));
  }
  assert_equals(memory.grow(1), 3);
  assert_throws_js(RangeError, () => memory.grow(1));
  assert_throws_js(RangeError, () => memory.toFixedLengthBuffer());
}, "a growable buffer");

test(() => {
  const plain = new SharedArrayBuffer(3, { maxByteLength: 10 });
  plain.grow(5);
  assert_equals(plain.byteLength, 5);
  const { grow } = SharedArrayBuffer.prototype;
  assert_equals(grow.length, 1);
  assert_equals(grow.name, "grow");
  assert_throws_js(TypeError, () => grow.call(new ArrayBuffer(1), 1));
  assert_throws_js(TypeError, () => new SharedArrayBuffer(1).grow(1));
  assert_throws_js(TypeError, () => new grow());
}, "other growable buffers grow by bytes");

test(() => {
  const shared = new WebAssembly.Memory({ shared: true, initial: 1, maximum: 1 });
  const module = new WebAssembly.Module(wat`(module (import "m" "memory" (memory 1 1)))`);
  assert_throws_js(WebAssembly.LinkError, () => new WebAssembly.Instance(module, { m: { memory: shared } }));
  for (const bytes of [
    wat`(module (import "m" "memory" (memory 1 1 shared)))`,
    wat`(module (memory 1 1 shared))`,
  ]) {
    assert_false(WebAssembly.validate(bytes));
    const error = (() => {
      try {
        return new WebAssembly.Module(bytes);
      } catch (error) {
        return error;
      }
    })();
    assert_true(error instanceof WebAssembly.CompileError);
    assert_true(error.message.includes("threads"), error.message);
  }
}, "modules cannot have them");

test(() => {
  const { grow } = WebAssembly.Memory.prototype;
  const memory = new WebAssembly.Memory({ shared: true, address: "i64", initial: 1n, maximum: 2n });
  assert_equals(memory.grow(0n), 1n);
  assert_throws_js(TypeError, () => grow.call(memory, 1));
}, "64-bit addresses");
