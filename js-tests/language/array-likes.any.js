// META: title=Methods of arrays ask what is no array for its length once

'use strict';

/** Something like an array that notes what it is asked for. */
const noting = (elements, length = elements.length) => {
  const notes = [];
  const target = { ...elements, length };
  const object = new Proxy(target, {
    get(target, key) { notes.push(`get ${String(key)}`); return target[key] },
    has(target, key) { notes.push(`has ${String(key)}`); return key in target },
    set(target, key, value) { notes.push(`set ${String(key)}`); target[key] = value; return true },
    deleteProperty(target, key) { notes.push(`delete ${String(key)}`); return delete target[key] },
  });
  return { object, target, notes };
};

const call = (name, object, ...args) => Array.prototype[name].call(object, ...args);

test(() => {
  const { object, notes } = noting(['a', , 'c', null]);
  assert_equals(call('join', object, '-'), 'a--c-');
  assert_array_equals(notes, ['get length', 'get 0', 'get 1', 'get 2', 'get 3']);
  assert_equals(call('join', noting([]).object), '');
  assert_equals(call('join', noting(['\u20ac', 'a']).object), '\u20ac,a');
  assert_equals(call('join', true), '');
}, 'join');

test(() => {
  const order = [];
  const object = { get length() { order.push('length'); return 2 }, get 0() { order.push('0'); return 1 }, 1: 2 };
  assert_equals(call('join', object, { toString: () => { order.push('separator'); return '+' } }), '1+2');
  assert_array_equals(order, ['length', 'separator', '0']);
  const array = [1, 2];
  assert_equals(array.join({ toString: () => { array.push(3); return '|' } }), '1|2', 'what is added meanwhile does not count');
  assert_throws_js(TypeError, () => [1].join(Symbol()));
  assert_equals(new Uint8Array([1, 2]).join({ toString: () => '::' }), '1::2');
  assert_throws_js(TypeError, () => Uint8Array.prototype.join.call([1, 2]));
  const within = { length: '2', 1: 'x', toString() { return Array.prototype.join.call(this) } };
  within[0] = within;
  assert_equals(String(within), ',x', 'what is within itself is nothing');
}, 'join asks for the length before it converts the separator');

test(() => {
  const { object, target, notes } = noting([1, 2, 3]);
  assert_equals(call('fill', object, 0, 1, -1), object);
  assert_array_equals(notes, ['get length', 'set 1']);
  assert_equals(target[1], 0);
  assert_array_equals([...Array.from(call('fill', noting([1, 2, 3]).object, 7, -2))], [1, 7, 7]);
  assert_array_equals([...Array.from(call('fill', noting([1, 2, 3]).object, 7, -Infinity, Infinity))], [7, 7, 7]);
  assert_throws_js(TypeError, () => call('fill', Object.freeze({ length: '1', 0: 1 }), 2));
}, 'fill');

test(() => {
  const { object, target, notes } = noting(['b', 'a', , 'c', undefined]);
  delete target[2];
  assert_equals(call('sort', object), object);
  assert_array_equals(notes, ['get length', 'has 0', 'get 0', 'has 1', 'get 1', 'has 2', 'has 3', 'get 3', 'has 4', 'get 4',
    'set 0', 'set 1', 'set 2', 'set 3', 'delete 4']);
  assert_equals([target[0], target[1], target[2], target[3], 3 in target, 4 in target].join(), 'a,b,c,,true,false');
  const untouched = noting([1, 2]);
  assert_throws_js(TypeError, () => call('sort', untouched.object, null));
  assert_throws_js(TypeError, () => call('toSorted', untouched.object, {}));
  assert_array_equals(untouched.notes, []);
  assert_array_equals(call('toSorted', noting([3, 1, 2]).object, (a, b) => b - a), [3, 2, 1]);
  assert_throws_exactly('thrown', () => call('sort', noting([3, 1, 2]).object, () => { throw 'thrown' }));
}, 'sort, toSorted');

test(() => {
  const { object, notes } = noting([1, 2, 3]);
  assert_array_equals(call('toReversed', object), [3, 2, 1]);
  assert_array_equals(notes, ['get length', 'get 2', 'get 1', 'get 0']);
}, 'toReversed');

test(() => {
  const { object, notes } = noting([1, 2, 3, 4]);
  assert_array_equals(call('toSpliced', object, 1, 2, 'x'), [1, 'x', 4]);
  assert_array_equals(notes, ['get length', 'get 0', 'get 3']);
  assert_array_equals(call('toSpliced', noting([1, 2]).object), [1, 2]);
  assert_array_equals(call('toSpliced', noting([1, 2]).object, 1), [1]);
  assert_array_equals(call('toSpliced', noting([1, 2]).object, undefined), []);
  assert_array_equals(call('toSpliced', noting([1, 2, 3]).object, -1, Infinity, 4, 5), [1, 2, 4, 5]);
  assert_array_equals(call('toSpliced', noting([1, 2, 3]).object, -Infinity, -1), [1, 2, 3]);
}, 'toSpliced');

test(() => {
  const { object, notes } = noting([1, 2, 3]);
  assert_array_equals(call('with', object, -1, 'x'), [1, 2, 'x']);
  assert_array_equals(notes, ['get length', 'get 0', 'get 1']);
  for (const place of [3, -4, Infinity, -Infinity]) assert_throws_js(RangeError, () => call('with', noting([1, 2, 3]).object, place));
}, 'with');

test(() => {
  const { object, notes } = noting([1, 2]);
  assert_equals(call('toLocaleString', object), [1, 2].toLocaleString());
  assert_array_equals(notes, ['get length', 'get 0', 'get 1']);
}, 'toLocaleString');

test(() => {
  const { object, notes } = noting(['a', 'b']);
  assert_array_equals(Array.from(object, (value, index) => value + index), ['a0', 'b1']);
  assert_array_equals(notes, ['get Symbol(Symbol.iterator)', 'get length', 'get 0', 'get 1']);
  assert_array_equals(Array.from({ get length() { return '2' } }), [undefined, undefined]);
  assert_array_equals(Array.from(5), []);
  assert_array_equals(Array.from('a\u{1f600}'), ['a', '\u{1f600}']);
  assert_array_equals(Array.from(new Proxy([1, 2], {})), [1, 2]);
  assert_array_equals(Array.from(new Set([1, 2])), [1, 2]);
  assert_array_equals(Array.from({ length: 1, [Symbol.iterator]: null }), [undefined]);
  assert_throws_js(TypeError, () => Array.from({ [Symbol.iterator]: 1 }));
  assert_throws_js(TypeError, () => Array.from(new Proxy({ [Symbol.iterator]: 1 }, {})));
  assert_throws_js(TypeError, () => Array.from(null));
  assert_throws_js(TypeError, () => Array.from({ get length() { throw new Error('not asked') } }, {}));
  class Own { constructor(...args) { this.args = args } }
  const own = Array.from.call(Own, { get length() { return 1 }, 0: 'x' });
  assert_true(own instanceof Own);
  assert_equals(own.args.join(), '1');
  assert_equals(own[0] + own.length, 'x1');
}, 'Array.from');

test(() => {
  let asked = 0, self;
  const iterable = {
    get [Symbol.iterator]() { asked++; return function* () { self = this; yield 1; yield 2 } },
  };
  assert_array_equals(Array.from(iterable, function (value) { return value + this.more }, { more: 1 }), [2, 3]);
  assert_equals(asked, 1, 'it is asked once how it is iterated');
  assert_equals(self, iterable);
}, 'Array.from of what is iterated by an accessor');

test(() => {
  assert_equals(String.raw`a${1}\n${'b'}`, 'a1\\nb');
  assert_equals(String.raw({ raw: 'abc' }, 1, 2, 3), 'a1b2c');
  assert_equals(String.raw({ raw: { get length() { return 2 }, 0: 'x', 1: 'y' } }, '-', '+'), 'x-y');
  assert_equals(String.raw({ raw: { length: 0 } }, 1), '');
  assert_equals(String.raw({ get raw() { return { length: '1', 0: 'x' } } }), 'x');
  assert_throws_js(TypeError, () => String.raw());
  assert_throws_js(TypeError, () => String.raw({}));
}, 'String.raw');

test(() => {
  const object = {}, proxy = new Proxy({}, {});
  Object.setPrototypeOf(object, proxy);
  assert_equals(Object.getPrototypeOf(object), proxy);
  assert_true(Reflect.setPrototypeOf(object, null));
  object.__proto__ = null;
  assert_throws_js(TypeError, () => Object.setPrototypeOf(proxy, Object.create(proxy)));
  assert_equals(Object.getPrototypeOf(proxy), Object.prototype, 'it is as it was');
  assert_false(Reflect.setPrototypeOf(proxy, Object.create(proxy)));
  const descriptor = Object.getOwnPropertyDescriptor(Object.prototype, '__proto__');
  assert_equals(descriptor.set.name + descriptor.set.length, 'set __proto__1');
  assert_equals(descriptor.get.call([]), Array.prototype);
  assert_true(descriptor.configurable && !descriptor.enumerable);
  assert_throws_js(TypeError, () => Object.setPrototypeOf({}));
  assert_throws_js(TypeError, () => Reflect.setPrototypeOf(1, null));
  assert_equals(Object.setPrototypeOf(1, proxy), 1);
}, 'a chain of prototypes through a proxy');

promise_test(async test => {
  async function* ends() { (function again() { again() })() }
  const iterator = ends();
  await promise_rejects_js(test, RangeError, iterator.next());
  const values = [];
  for await (const value of (async function* () { yield* [1, 2]; return 3 })()) values.push(value);
  assert_array_equals(values, [1, 2]);
  const { next, return: end, throw: fail } = Object.getPrototypeOf(ends.prototype);
  assert_equals([next, end, fail].map((method) => method.name + method.length).join(), 'next1,return1,throw1');
  await promise_rejects_js(test, TypeError, next.call({}));
}, 'an asynchronous generator that recurses too deeply is rejected');
