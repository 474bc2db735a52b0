// META: title=Array.fromAsync

'use strict';

test(() => {
  const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(Array, 'fromAsync');
  assert_array_equals([value.name, value.length, writable, enumerable, configurable], ['fromAsync', 1, true, false, true]);
  assert_throws_js(TypeError, () => new value([]));
  assert_true(Array.fromAsync([]) instanceof Promise);
}, 'properties');

promise_test(async () => {
  async function* count(end) {
    for (let number = 0; number < end; number++) yield number;
  }
  assert_array_equals(await Array.fromAsync(count(3)), [0, 1, 2]);
  assert_array_equals(await Array.fromAsync(count(3), async (number, index) => number * 10 + index), [0, 11, 22]);
  assert_array_equals(await Array.fromAsync([Promise.resolve(1), 2, Promise.resolve(3)]), [1, 2, 3]);
  assert_array_equals(await Array.fromAsync(new Set('aba')), ['a', 'b']);
  assert_array_equals(await Array.fromAsync('a\u{1f600}'), ['a', '\u{1f600}']);
  assert_array_equals(await Array.fromAsync({ length: 2, 0: Promise.resolve('x'), 1: 'y', 2: 'z' }), ['x', 'y']);
  assert_array_equals(await Array.fromAsync(7), []);
  const stream = new ReadableStream({ start(controller) { controller.enqueue('chunk'); controller.close(); } });
  assert_array_equals(await Array.fromAsync(stream), ['chunk']);
}, 'what it takes');

promise_test(async () => {
  const that = {};
  const seen = [];
  await Array.fromAsync([4], function (...args) { seen.push(this, ...args); }, that);
  assert_array_equals(seen, [that, 4, 0]);
  class List extends Array {}
  const list = await List.fromAsync([1]);
  assert_true(list instanceof List && list.length === 1 && list[0] === 1);
  const calls = [];
  function Plain(...args) { calls.push(args.length, args[0]); }
  const plain = await Array.fromAsync.call(Plain, { length: 1, 0: 'a' });
  assert_true(plain instanceof Plain);
  assert_array_equals([plain.length, plain[0], ...calls], [1, 'a', 1, 1]);
  await Array.fromAsync.call(Plain, []);
  assert_array_equals(calls, [1, 1, 0, undefined]);
  assert_true(Array.isArray(await Array.fromAsync.call(undefined, [])));
}, 'what it makes');

promise_test(async (t) => {
  for (const args of [[], [null], [[], 1], [[], null], [{ [Symbol.iterator]: 1 }], [{ [Symbol.asyncIterator]: () => 1 }]])
    await promise_rejects_js(t, TypeError, Array.fromAsync(...args));
  const error = new Error('mine');
  const thrown = () => { throw error; };
  await promise_rejects_exactly(t, error, Array.fromAsync([Promise.reject(error)]));
  await promise_rejects_exactly(t, error, Array.fromAsync([1], thrown));
  await promise_rejects_exactly(t, error, Array.fromAsync({ get length() { throw error; } }));
  await promise_rejects_exactly(t, error, Array.fromAsync({ get [Symbol.asyncIterator]() { throw error; } }));
  await promise_rejects_exactly(t, error, Array.fromAsync.call(class { constructor() { throw error; } }, []));
  const closed = [];
  const iterable = (name) => ({
    [name]() {
      return { next: () => ({ value: 1, done: false }), return() { closed.push(name); return {}; } };
    },
  });
  for (const name of [Symbol.iterator, Symbol.asyncIterator]) {
    await promise_rejects_exactly(t, error, Array.fromAsync(iterable(name), thrown));
    await promise_rejects_exactly(t, error, Array.fromAsync(iterable(name), async () => thrown()));
    function Sealed() { return Object.preventExtensions({}); }
    await promise_rejects_js(t, TypeError, Array.fromAsync.call(Sealed, iterable(name)));
  }
  assert_array_equals(closed, [...Array(3).fill(Symbol.iterator), ...Array(3).fill(Symbol.asyncIterator)]);
}, 'errors, behind which iterators are closed');

promise_test(async () => {
  const { defineProperty } = Object;
  try {
    Object.defineProperty = () => { throw new Error('called'); };
    assert_array_equals(await Array.fromAsync({ length: 1, 0: 5 }), [5]);
  } finally {
    Object.defineProperty = defineProperty;
  }
  const order = [];
  const done = Array.fromAsync([1, 2], (value) => order.push(value));
  order.push('called');
  await done;
  assert_array_equals(order, ['called', 1, 2]);
}, 'what scripts have changed is not in its way');
