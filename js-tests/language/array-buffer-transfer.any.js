// META: title=ArrayBuffer.prototype.transfer

'use strict';

const filled = (...args) => {
  const buffer = new ArrayBuffer(...args);
  new Uint8Array(buffer).forEach((_, index, array) => array[index] = index + 1);
  return buffer;
};
const contents = (buffer) => [...new Uint8Array(buffer)];

test(() => {
  for (const name of ['transfer', 'transferToFixedLength']) {
    const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, name);
    assert_array_equals([value.name, value.length, writable, enumerable, configurable], [name, 0, true, false, true]);
    for (const that of [undefined, {}, new Uint8Array(1), new SharedArrayBuffer(1)]) assert_throws_js(TypeError, () => value.call(that));
  }
  const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'detached');
  assert_array_equals([get.name, get.length, set, enumerable, configurable], ['get detached', 0, undefined, false, true]);
  assert_throws_js(TypeError, () => ArrayBuffer.prototype.detached);
  assert_throws_js(TypeError, () => get.call(new SharedArrayBuffer(1)));
}, 'properties');

test(() => {
  for (const name of ['transfer', 'transferToFixedLength']) {
    for (const [args, expected] of [[[], [1, 2, 3, 4]], [[undefined], [1, 2, 3, 4]], [[2], [1, 2]], [['6'], [1, 2, 3, 4, 0, 0]], [[0], []], [[4], [1, 2, 3, 4]]]) {
      const buffer = filled(4), view = new Uint8Array(buffer);
      assert_false(buffer.detached);
      const other = buffer[name](...args);
      assert_array_equals(contents(other), expected);
      assert_array_equals([buffer.detached, buffer.byteLength, view.length, other.detached, other.resizable], [true, 0, 0, false, false]);
      assert_throws_js(TypeError, () => buffer[name]());
    }
    const buffer = filled(4);
    for (const length of [-1, 2 ** 53, 2 ** 52]) assert_throws_js(RangeError, () => buffer[name](length));
    assert_array_equals(contents(buffer), [1, 2, 3, 4]);
  }
}, 'to another length');

test(() => {
  const buffer = filled(4, { maxByteLength: 8 });
  const other = buffer.transfer();
  assert_array_equals([other.resizable, other.maxByteLength, ...contents(other)], [true, 8, 1, 2, 3, 4]);
  const longer = other.transfer(6);
  assert_array_equals([longer.maxByteLength, ...contents(longer)], [8, 1, 2, 3, 4, 0, 0]);
  longer.resize(8);
  assert_equals(longer.byteLength, 8);
  assert_throws_js(RangeError, () => longer.transfer(9));
  longer.resize(2);
  const fixed = longer.transferToFixedLength(3);
  assert_array_equals([fixed.resizable, ...contents(fixed)], [false, 1, 2, 0]);
}, 'buffers that can be resized');

test(() => {
  const { buffer } = new WebAssembly.Memory({ initial: 1 });
  assert_throws_js(TypeError, () => buffer.transfer());
  assert_throws_js(TypeError, () => buffer.transferToFixedLength(1));
  assert_false(buffer.detached);
  assert_equals(buffer.byteLength, 65536);
}, 'the buffer of a linear memory stays where it is');
