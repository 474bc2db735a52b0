// META: script=/resources/interface-checks.js
// META: script=/resources/module-bytes.js

const { exports } = instantiate(wat`(module
  (func (export "none"))
  (func (export "two") (param i32 f64) (result i32) (local.get 0))
  (func $third (export "a name") (param i32 i32 i32)))`);

test(() => {
  check_function(exports.none, "0", 0);
  check_function(exports.two, "1", 2);
  check_function(exports["a name"], "2", 3);
}, "name is the index, length the number of parameters");

test(() => {
  for (const callee of Object.values(exports)) {
    assert_equals(Object.getPrototypeOf(callee), Function.prototype);
    assert_true(Object.isExtensible(callee));
    assert_not_own_property(callee, "prototype");
    assert_throws_js(TypeError, () => new callee());
    assert_throws_js(TypeError, () => Reflect.construct(Object, [], callee));
    assert_equals(Object.prototype.toString.call(callee), "[object Function]");
  }
}, "functions, and no constructors");

test(() => {
  assert_regexp_match(Function.prototype.toString.call(exports.two), /^function .*\{\s*\[native code\]\s*\}$/);
}, "their source is native code");

test(() => {
  assert_equals(exports.none(), undefined);
  assert_equals(exports.none(1, 2, 3), undefined);
  assert_equals(exports.two.call({}, 5), 5);
  assert_equals(exports.two.apply(null, [6, 7]), 6);
  assert_equals(exports.two.bind(null, 8)(), 8);
  assert_equals(Reflect.apply(exports.two, undefined, [9]), 9);
}, "this doesn't matter, nor do more arguments");

test(() => {
  const { exports } = instantiate(wat`(module (func (export "f") (param i32 i64) (result i32) (local.get 0)))`);
  assert_throws_js(TypeError, () => exports.f(1), "undefined is no BigInt");
  const { exports: other } = instantiate(wat`(module (func (export "f") (param i32 f64) (result f64) (local.get 1)))`);
  assert_equals(other.f(), NaN);
}, "arguments that are missing are undefined");

test(() => {
  const order = [];
  const { exports } = instantiate(wat`(module (func (export "f") (param i32 f32 f64)))`);
  const value = (name) => ({ valueOf() { order.push(name); return 1; } });
  exports.f(value("a"), value("b"), value("c"), value("more"));
  assert_array_equals(order, ["a", "b", "c"]);
  const thrown = {};
  assert_throws_exactly(thrown, () => exports.f(value("d"), { valueOf() { throw thrown; } }, value("e")));
  assert_array_equals(order, ["a", "b", "c", "d"]);
}, "arguments are converted in order");

test(() => {
  exports.none.extra = 1;
  assert_equals(exports.none.extra, 1);
  Object.defineProperty(exports.none, "name", { value: "renamed" });
  assert_equals(exports.none.name, "renamed");
}, "properties of one's own can be added");

test(() => {
  assert_equals([3, 1, 2].map(instantiate(wat`(module (func (export "f") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))`).exports.f).join(), "6,2,4");
}, "a callback like any other");
