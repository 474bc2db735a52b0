// META: title=The left operand is evaluated before the right one

'use strict';

test(() => {
  const f = (x, y) => {
    const results = [x - (x = 3), x];
    results.push(x + x++, x, x * --x, x);
    results.push(x < (x = 0), x === (x = 2), x);
    if (y !== (y = 7)) results.push('changed');
    let sum = 10;
    sum += x - (x = y);
    results.push(sum);
    return results;
  };
  assert_array_equals(f(10, 1), [7, 3, 6, 4, 12, 3, false, false, 2, 'changed', 5]);
}, 'a local variable that the right operand assigns to');

test(() => {
  const f = (k, a) => [k in (k = 'b', a), a instanceof (a = Object), k + `${k = 'c'}${k}`, k + [k] + ([k] = ['d'])];
  assert_array_equals(f('a', { a: 1 }), [true, true, 'bcc', 'ccd']);
}, 'operators that are words, templates and patterns');

test(() => {
  let x = 1;
  const o = { get v() { return x += 5; } };
  assert_equals(x + o.v, 7);
  assert_equals(x, 6);
}, 'a variable that a function captures');

test(() => {
  const run = (0, eval)('(function (x) { return [x - (x = 3), x]; })');
  assert_array_equals(run(10), [7, 3]);
}, 'in the text of an indirect eval');

test(() => {
  const local = 'local';
  assert_equals(eval('local'), 'local', 'direct');
  assert_equals((0, eval)('typeof local'), 'undefined', 'indirect');
  assert_equals((0, eval)(42), 42);
  assert_equals((0, eval)(), undefined);
  assert_equals(eval.name, 'eval');
  assert_equals(eval.length, 1);
  assert_throws_js(TypeError, () => new eval('1'));
  assert_throws_js(SyntaxError, () => (0, eval)('x - (x ='));
}, 'eval is itself');
