// META: title=Error.captureStackTrace

'use strict';

test(() => {
  const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(Error, 'captureStackTrace');
  assert_array_equals([value.name, value.length, writable, enumerable, configurable], ['captureStackTrace', 2, true, false, true]);
  for (const target of [undefined, null, 1, 'text']) assert_throws_js(TypeError, () => Error.captureStackTrace(target));
  assert_throws_js(TypeError, () => Error.captureStackTrace(Object.freeze({})));
}, 'properties');

test(() => {
  const target = {};
  function inner() { return Error.captureStackTrace(target); }
  function outer() { return inner(); }
  assert_equals(outer(), undefined);
  const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(target, 'stack');
  assert_array_equals([writable, enumerable, configurable], [true, false, true]);
  const [first, second] = value.split('\n');
  assert_true(first.trim().startsWith('at inner ('), value);
  assert_true(second.trim().startsWith('at outer ('), value);
}, 'who calls');

test(() => {
  class Mine extends Error {
    constructor(message) {
      super(message);
      Error.captureStackTrace?.(this, this.constructor);
    }
  }
  function make() { return new Mine('text'); }
  const error = make();
  assert_true(error.stack.trim().startsWith('at make ('), error.stack);
  assert_equals(error.message, 'text');
  const target = {};
  Error.captureStackTrace(target, function elsewhere() {});
  assert_true(target.stack.includes('at '), target.stack);
  Error.captureStackTrace(target, { get name() { throw new Error('read'); } });
}, 'without the constructor');
