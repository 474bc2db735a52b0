// Buffers that follow their memory.

const PAGE = 65536;

test(() => {
  for (const name of ["toFixedLengthBuffer", "toResizableBuffer"]) {
    const descriptor = Object.getOwnPropertyDescriptor(WebAssembly.Memory.prototype, name);
    assert_true(descriptor.writable && descriptor.enumerable && descriptor.configurable);
    assert_equals(descriptor.value.length, 0);
    assert_equals(descriptor.value.name, name);
    for (const stranger of [undefined, null, 1, "", {}, WebAssembly.Memory.prototype]) {
      assert_throws_js(TypeError, () => descriptor.value.call(stranger));
    }
  }
}, "methods of the prototype");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
  const fixed = memory.buffer;
  assert_equals(memory.toFixedLengthBuffer(), fixed);
  assert_false(fixed.resizable);
  const resizable = memory.toResizableBuffer();
  assert_true(resizable.resizable);
  assert_equals(resizable.byteLength, PAGE);
  assert_equals(resizable.maxByteLength, 4 * PAGE);
  assert_equals(memory.buffer, resizable);
  assert_equals(memory.toResizableBuffer(), resizable);
  assert_equals(fixed.byteLength, 0);
  assert_throws_js(TypeError, () => new Uint8Array(fixed));
  const again = memory.toFixedLengthBuffer();
  assert_false(again.resizable);
  assert_equals(again.byteLength, PAGE);
  assert_equals(resizable.byteLength, 0);
  assert_equals(memory.buffer, again);
}, "one replaces the other");

for (const initial of [0, 1]) {
  test(() => {
    const memory = new WebAssembly.Memory({ initial, maximum: 5 });
    const buffer = memory.toResizableBuffer();
    const bytes = new Uint8Array(buffer);
    if (initial > 0) {
      bytes[7] = 77;
    }
    assert_equals(memory.grow(1), initial);
    assert_equals(memory.buffer, buffer);
    assert_equals(buffer.byteLength, (initial + 1) * PAGE);
    assert_equals(bytes.length, buffer.byteLength);
    bytes[bytes.length - 1] = 9;
    assert_equals(buffer.resize((initial + 3) * PAGE), undefined);
    assert_equals(bytes.length, (initial + 3) * PAGE);
    assert_equals(bytes[(initial + 1) * PAGE - 1], 9);
    assert_equals(bytes[bytes.length - 1], 0);
    assert_equals(memory.grow(0), initial + 3);
    assert_equals(memory.buffer, buffer);
    if (initial > 0) {
      assert_equals(bytes[7], 77);
    }
  }, `growing from JavaScript, with ${initial} pages at first`);

  test(() => {
    const { memory, grow, load } = new WebAssembly.Instance(new WebAssembly.Module(initial === 0 ? wat`(module
      (import "m" "f" (func $f))
      (memory (export "memory") 0 20)
      (func (export "grow") (param i32 i32) (result i32)
        (local $old i32)
        (local.set $old (memory.grow (local.get 0)))
        (i32.store8 (local.get 1) (i32.const 99))
        (call $f)
        (i32.load8_u (local.get 1)))
      (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0))))` : wat`(module
      (import "m" "f" (func $f))
      (memory (export "memory") 1 20)
      (func (export "grow") (param i32 i32) (result i32)
        (local $old i32)
        (local.set $old (memory.grow (local.get 0)))
        (i32.store8 (local.get 1) (i32.const 99))
        (call $f)
        (i32.load8_u (local.get 1)))
      (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0))))`), { m: { f: () => within() } }).exports;
    const buffer = memory.toResizableBuffer();
    const bytes = new Uint8Array(buffer);
    let seen;
    const last = (initial + 18) * PAGE - 1;
    const within = () => {
      seen = [buffer.byteLength, bytes[last]];
      bytes[last] += 1;
    };
    assert_equals(grow(18, last), 100);
    assert_array_equals(seen, [(initial + 18) * PAGE, 99]);
    assert_equals(memory.buffer, buffer);
    bytes[5] = 55;
    assert_equals(load(5), 55);
    buffer.resize((initial + 19) * PAGE);
    bytes[bytes.length - 1] = 1;
    assert_equals(load(bytes.length - 1), 1);
  }, `growing from WebAssembly, with ${initial} pages at first`);
}

test(() => {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 4 });
  const buffer = memory.toResizableBuffer();
  for (const length of [0, PAGE, 2 * PAGE - 1, 2 * PAGE + 1, 3 * PAGE - 1, 5 * PAGE, 2 ** 40]) {
    assert_throws_js(RangeError, () => buffer.resize(length), String(length));
  }
  assert_equals(buffer.byteLength, 2 * PAGE);
  buffer.resize(2 * PAGE);
  buffer.resize({ valueOf: () => 3 * PAGE });
  assert_equals(memory.grow(1), 3);
  assert_throws_js(RangeError, () => memory.grow(1));
  const thrown = new Error();
  assert_throws_exactly(thrown, () => buffer.resize({ valueOf() { throw thrown; } }));
}, "sizes that it cannot have");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const buffer = memory.toResizableBuffer();
  assert_greater_than(buffer.maxByteLength, PAGE);
  const view = new DataView(buffer);
  buffer.resize(2 * PAGE);
  view.setUint8(2 * PAGE - 1, 3);
  assert_equals(new Uint8Array(memory.buffer)[2 * PAGE - 1], 3);
}, "a memory without a maximum");

test(() => {
  assert_equals(ArrayBuffer.prototype.resize.name, "resize");
  assert_equals(ArrayBuffer.prototype.resize.length, 1);
  const descriptor = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "resize");
  assert_true(descriptor.writable && descriptor.configurable && !descriptor.enumerable);
  const buffer = new ArrayBuffer(4, { maxByteLength: 8 });
  new Uint8Array(buffer).fill(1);
  buffer.resize(8);
  assert_array_equals([...new Uint8Array(buffer)], [1, 1, 1, 1, 0, 0, 0, 0]);
  buffer.resize(2);
  assert_equals(buffer.byteLength, 2);
  assert_throws_js(RangeError, () => buffer.resize(9));
  assert_throws_js(TypeError, () => new ArrayBuffer(4).resize(4));
  assert_throws_js(TypeError, () => ArrayBuffer.prototype.resize.call({}, 4));
}, "other buffers are resized as ever");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 3 });
  const buffer = memory.toResizableBuffer();
  assert_throws_js(TypeError, () => structuredClone(buffer, { transfer: [buffer] }));
  assert_equals(buffer.byteLength, PAGE);
}, "it cannot be transferred");
