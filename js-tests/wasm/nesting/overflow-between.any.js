// META: script=/resources/module-bytes.js
// META: timeout=long

// As endless recursion through both, with calls of JavaScript functions in between: what
// stops it may not count the crossings alone.
const bytes = wat`(module (import "m" "f" (func $f)) (func (export "run") (call $f)))`;

test(() => {
  let down;
  const { exports } = instantiate(bytes, { m: { f: () => down() } });
  down = () => exports.run();
  assert_throws_js(RangeError, () => down());
  let calls = 0;
  down = () => { calls++; };
  exports.run();
  assert_equals(calls, 1, "usable afterwards");
}, "one more function at each level");

test(() => {
  let forever = true;
  const steps = (count) => (count > 0 ? steps(count - 1) : exports.run());
  const { exports } = instantiate(bytes, { m: { f() { if (forever) { steps(20); } } } });
  assert_throws_js(RangeError, () => exports.run());
  forever = false;
  exports.run();
}, "twenty more functions at each level");

test(() => {
  let forever = true;
  const { exports } = instantiate(bytes, { m: { f() { if (forever) { [1].forEach(() => exports.run()); } } } });
  assert_throws_js(RangeError, () => exports.run());
  forever = false;
  exports.run();
}, "a built-in function at each level");
