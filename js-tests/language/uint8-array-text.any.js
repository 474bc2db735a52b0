// META: title=Bytes as base64 and hexadecimal digits

'use strict';

const bytes = (...numbers) => new Uint8Array(numbers);
const same = (array, expected, message) => {
  assert_true(array instanceof Uint8Array, message);
  assert_array_equals([...array], [...expected], message);
};

test(() => {
  for (const [object, name, length] of [
    [Uint8Array, 'fromBase64', 1], [Uint8Array, 'fromHex', 1], [Uint8Array.prototype, 'setFromBase64', 1],
    [Uint8Array.prototype, 'setFromHex', 1], [Uint8Array.prototype, 'toBase64', 0], [Uint8Array.prototype, 'toHex', 0],
  ]) {
    const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(object, name);
    assert_array_equals([value.name, value.length, writable, enumerable, configurable], [name, length, true, false, true]);
    assert_throws_js(TypeError, () => new value(''), name);
  }
  assert_false('fromBase64' in Int8Array);
}, 'properties');

test(() => {
  for (const [text, expected] of [['', []], ['AA==', [0]], ['+/8=', [251, 255]], ['AQID', [1, 2, 3]], ['AQIDBA==', [1, 2, 3, 4]]]) {
    same(Uint8Array.fromBase64(text), expected, text);
    assert_equals(new Uint8Array(expected).toBase64(), text);
  }
  const url = { alphabet: 'base64url' };
  same(Uint8Array.fromBase64('-_8', url), [251, 255]);
  assert_equals(bytes(251, 255).toBase64(url), '-_8=');
  assert_equals(bytes(251, 255).toBase64({ ...url, omitPadding: 1 }), '-_8');
  assert_equals(bytes(251, 255).toBase64({ omitPadding: true }), '+/8');
  for (const text of ['-_8', 'A', 'A===', 'AQ=', '=', 'AQ==A', 'AQ===', 'AQI\u00e9', 'AQI\u0100', 'AQ\v=='])
    assert_throws_js(SyntaxError, () => Uint8Array.fromBase64(text), text);
  assert_throws_js(SyntaxError, () => Uint8Array.fromBase64('+/8=', url));
  same(Uint8Array.fromBase64(' A\tQ\n=\f=\r'), [1]);
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  same(Uint8Array.fromBase64(all.toBase64()), all);
  same(Uint8Array.fromHex(all.toHex()), all);
}, 'there and back');

test(() => {
  const read = (text, lastChunkHandling) => Uint8Array.fromBase64(text, { lastChunkHandling });
  same(read('AQ', undefined), [1]);
  same(read('AR', 'loose'), [1]);
  same(read('AQ==', 'strict'), [1]);
  for (const text of ['AQ', 'AR==', 'AQI', 'AQJ=']) assert_throws_js(SyntaxError, () => read(text, 'strict'), text);
  for (const text of ['AQIDB', 'AQIDBA', 'AQIDBA=', 'AQIDBAU']) same(read(text, 'stop-before-partial'), [1, 2, 3], text);
  same(read('AQIDBA==', 'stop-before-partial'), [1, 2, 3, 4]);
  assert_throws_js(SyntaxError, () => read('AQID=', 'stop-before-partial'));
}, 'the last characters');

test(() => {
  const set = (length, text, options) => {
    const array = new Uint8Array(length).fill(9);
    const { read, written } = array.setFromBase64(text, options);
    return [read, written, ...array];
  };
  assert_array_equals(set(4, 'AQID'), [4, 3, 1, 2, 3, 9]);
  assert_array_equals(set(3, 'AQIDBA=='), [4, 3, 1, 2, 3]);
  assert_array_equals(set(4, 'AQIDBAU='), [4, 3, 1, 2, 3, 9]);
  assert_array_equals(set(5, 'AQIDBAU='), [8, 5, 1, 2, 3, 4, 5]);
  assert_array_equals(set(0, '*'), [0, 0]);
  assert_array_equals(set(3, 'AQID*'), [4, 3, 1, 2, 3]);
  assert_array_equals(set(4, 'AQIDBA', { lastChunkHandling: 'stop-before-partial' }), [4, 3, 1, 2, 3, 9]);
  const array = bytes(9, 9, 9, 9, 9);
  // What was right is there all the same.
  assert_throws_js(SyntaxError, () => array.setFromBase64('AQID*'));
  same(array, [1, 2, 3, 9, 9]);
  const within = new Uint8Array(array.buffer, 3, 1);
  assert_equals(within.setFromHex('ffee').read, 2);
  same(array, [1, 2, 3, 255, 9]);
}, 'bytes of an array that there is');

test(() => {
  same(Uint8Array.fromHex('00fFAb'), [0, 255, 171]);
  assert_equals(bytes(0, 255, 171).toHex(), '00ffab');
  for (const text of ['0', '0g', 'g0', ' 00', '0\u0130', '00000']) assert_throws_js(SyntaxError, () => Uint8Array.fromHex(text), text);
  const array = bytes(9, 9, 9);
  assert_throws_js(SyntaxError, () => array.setFromHex('01x2'));
  same(array, [1, 9, 9]);
  assert_throws_js(SyntaxError, () => array.setFromHex('012'));
  const { read, written } = array.setFromHex('0304050607');
  assert_array_equals([read, written, ...array], [6, 3, 3, 4, 5]);
}, 'hexadecimal digits');

test(() => {
  const text = { toString() { throw new Error('converted'); } };
  for (const value of [undefined, null, 1, text, new String('AA==')]) {
    assert_throws_js(TypeError, () => Uint8Array.fromBase64(value));
    assert_throws_js(TypeError, () => Uint8Array.fromHex(value));
    assert_throws_js(TypeError, () => bytes().setFromBase64(value));
    assert_throws_js(TypeError, () => bytes().setFromHex(value));
  }
  for (const options of [null, 1, 'base64', { alphabet: text }, { alphabet: 'Base64' }, { alphabet: new String('base64') }])
    assert_throws_js(TypeError, () => Uint8Array.fromBase64('', options));
  assert_throws_js(TypeError, () => Uint8Array.fromBase64('', { lastChunkHandling: 'lax' }));
  assert_throws_js(TypeError, () => bytes().toBase64(null));
  for (const value of [undefined, {}, [], new Uint8ClampedArray(1), new ArrayBuffer(1), new DataView(new ArrayBuffer(1))])
    for (const name of ['toBase64', 'toHex', 'setFromBase64', 'setFromHex'])
      assert_throws_js(TypeError, () => Uint8Array.prototype[name].call(value, ''), name);
  const order = [];
  const options = { get alphabet() { order.push('alphabet'); }, get lastChunkHandling() { order.push('last'); }, get omitPadding() { order.push('padding'); } };
  Uint8Array.fromBase64('', options);
  bytes().toBase64(options);
  assert_array_equals(order, ['alphabet', 'last', 'alphabet', 'padding']);
}, 'what is refused');

test(() => {
  const detached = bytes(1, 2);
  structuredClone(null, { transfer: [detached.buffer] });
  for (const name of ['toBase64', 'toHex', 'setFromBase64', 'setFromHex'])
    assert_throws_js(TypeError, () => detached[name](''), name);
  const array = bytes(1, 2);
  const options = { get alphabet() { structuredClone(null, { transfer: [array.buffer] }); } };
  assert_throws_js(TypeError, () => array.toBase64(options));
  const buffer = new ArrayBuffer(4, { maxByteLength: 8 });
  const tracking = new Uint8Array(buffer), fixed = new Uint8Array(buffer, 2, 2);
  assert_equals(tracking.toHex(), '00000000');
  buffer.resize(2);
  assert_equals(tracking.toHex(), '0000');
  assert_throws_js(TypeError, () => fixed.toHex());
}, 'buffers that are gone, or have become smaller');

test(() => {
  class Bytes extends Uint8Array {}
  assert_equals(Object.getPrototypeOf(Bytes.fromHex('00')), Uint8Array.prototype);
  assert_equals(new Bytes([255]).toHex(), 'ff');
  const shared = new Uint8Array(new SharedArrayBuffer(3));
  assert_equals(shared.setFromBase64('AQID').written, 3);
  assert_equals(shared.toHex(), '010203');
  const memory = new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer, 65534);
  assert_equals(memory.setFromHex('0a0b0c').written, 2);
  assert_equals(memory.toBase64(), 'Cgs=');
}, 'subclasses, shared and linear memory');
