// META: script=/resources/module-bytes.js

const PAGE = 65536;

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  assert_equals(memory.buffer, memory.buffer);
  assert_equals(Object.getPrototypeOf(memory.buffer), ArrayBuffer.prototype);
  assert_equals(memory.buffer.byteLength, PAGE);
}, "one buffer, an ArrayBuffer");

test(() => {
  "use strict";
  const memory = new WebAssembly.Memory({ initial: 1 });
  assert_throws_js(TypeError, () => { memory.buffer = new ArrayBuffer(1); });
}, "it cannot be replaced");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  assert_true(new Uint8Array(memory.buffer).every((byte) => byte === 0));
}, "a new memory is zero");

test(() => {
  const { exports } = instantiate(wat`(module
    (memory (export "memory") 1)
    (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
    (func (export "store") (param i32 i32) (i32.store8 (local.get 0) (local.get 1))))`);
  const bytes = new Uint8Array(exports.memory.buffer);
  bytes[5] = 77;
  assert_equals(exports.load(5), 77);
  exports.store(6, 88);
  assert_equals(bytes[6], 88);
  new DataView(exports.memory.buffer).setUint8(PAGE - 1, 99);
  assert_equals(exports.load(PAGE - 1), 99);
}, "it is the memory: writes are seen on both sides");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const bytes = wat`(module
    (import "m" "memory" (memory 1))
    (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
    (func (export "store") (param i32 i32) (i32.store8 (local.get 0) (local.get 1))))`;
  const one = instantiate(bytes, { m: { memory } });
  const other = instantiate(bytes, { m: { memory } });
  one.exports.store(1, 11);
  assert_equals(other.exports.load(1), 11);
  assert_equals(new Uint8Array(memory.buffer)[1], 11);
}, "instances share an imported memory");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = instantiate(wat`(module (import "m" "memory" (memory 1)) (export "memory" (memory 0)))`, { m: { memory } });
  assert_equals(exports.memory, memory);
  assert_equals(exports.memory.buffer, memory.buffer);
}, "an imported memory exported again is the same object");

test(() => {
  const { exports } = instantiate(wat`(module
    (memory (export "memory") 1)
    (func (export "store64") (param i32 i64) (i64.store (local.get 0) (local.get 1)))
    (func (export "storef") (param i32 f64) (f64.store (local.get 0) (local.get 1))))`);
  exports.store64(8, -2n);
  assert_equals(new BigInt64Array(exports.memory.buffer)[1], -2n);
  assert_equals(new Uint8Array(exports.memory.buffer)[8], 0xfe, "little-endian");
  exports.storef(16, -0);
  assert_equals(new Float64Array(exports.memory.buffer)[2], -0);
}, "every kind of view");

test(() => {
  const { exports } = instantiate(wat`(module
    (memory (export "memory") 1)
    (data (i32.const 3) "hello")
    (data (i32.const 65535) "!"))`);
  const bytes = new Uint8Array(exports.memory.buffer);
  assert_equals(String.fromCharCode(...bytes.subarray(3, 8)), "hello");
  assert_equals(bytes[65535], 33);
}, "active data is there");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { buffer } = memory;
  for (const attempt of [
    () => structuredClone(buffer, { transfer: [buffer] }),
    () => buffer.transfer(),
    () => buffer.transferToFixedLength(),
    () => buffer.resize(0),
  ]) {
    try {
      attempt();
    } catch {
      // Some of these do not exist everywhere; none may succeed in detaching.
    }
    assert_equals(buffer.byteLength, PAGE);
    assert_equals(memory.buffer, buffer);
  }
}, "no script detaches it");

test(() => {
  if (typeof structuredClone !== "function") {
    assert_implements_optional(false, "structuredClone");
  }
  const { buffer } = new WebAssembly.Memory({ initial: 1 });
  let error;
  try {
    structuredClone(buffer, { transfer: [buffer] });
  } catch (thrown) {
    error = thrown;
  }
  assert_not_equals(error, undefined, "transferring threw");
}, "transferring it is an error");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 0 });
  assert_equals(memory.buffer.byteLength, 0);
  assert_equals(memory.buffer, memory.buffer);
}, "an empty memory has a buffer");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const copy = memory.buffer.slice(0, 16);
  new Uint8Array(memory.buffer)[0] = 1;
  assert_equals(new Uint8Array(copy)[0], 0);
}, "a slice is a copy");

test(() => {
  const { exports } = instantiate(wat`(module
    (memory (export "memory") 1)
    (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2))))`);
  const bytes = new Uint8Array(exports.memory.buffer);
  exports.fill(10, 7, 4);
  exports.copy(20, 8, 6);
  assert_array_equals(bytes.subarray(20, 26), [0, 0, 7, 7, 7, 7]);
  bytes.copyWithin(30, 20, 26);
  assert_array_equals(bytes.subarray(30, 36), [0, 0, 7, 7, 7, 7]);
}, "bulk operations of both sides");
