// META: title=Parameters that the body declares again

test(() => {
  const wrap = function (module = {}) { var module = typeof module != 'undefined' ? module : 'lost'; module.read = () => module; return module; };
  const given = {};
  assert_equals(wrap(given), given);
  assert_equals(given.read(), given);
  assert_equals(typeof wrap(), 'object');
  assert_equals(wrap.length, 0);
}, 'a variable starts with the value of the parameter');

promise_test(async () => {
  const results = [];
  const arrow = (a, b = a + 1) => { var a, b = b * 2; return [a, b]; };
  results.push(...arrow(1), ...arrow(1, 5));
  async function later(a = 'default') { await 0; var a = a + '!'; return a; }
  results.push(await later(), await later('given'));
  const object = { method(a, b = () => a) { var a = 'inner'; return [a, b()]; } };
  results.push(...object.method('outer'));
  assert_array_equals(results, [1, 4, 1, 10, 'default!', 'given!', 'inner', 'outer']);
}, 'arrow functions, asynchronous ones, methods, closures in defaults');

test(() => {
  const run = (0, eval)('(function (module = {}) { var module = module; return module; })');
  assert_equals(run(7), 7);
}, 'in the text of an indirect eval');
