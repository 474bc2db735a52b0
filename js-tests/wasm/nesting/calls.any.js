// META: script=/resources/module-bytes.js

const bytes = wat`(module
  (import "m" "f" (func $f (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "down") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 0))
      (else (i32.add (i32.const 1) (call $f (i32.sub (local.get 0) (i32.const 1))))))))`;

test(() => {
  let down;
  const { exports } = instantiate(bytes, { m: { f: (value) => down(value) } });
  ({ down } = exports);
  for (const depth of [0, 1, 2, 10, 100, 500]) {
    assert_equals(down(depth), depth);
  }
}, "JavaScript and wasm call each other in turn");

test(() => {
  const instances = [];
  for (let i = 0; i < 5; i++) {
    instances.push(instantiate(bytes, { m: { f: (value) => instances[(i + 1) % 5].exports.down(value) } }));
  }
  assert_equals(instances[0].exports.down(200), 200);
}, "several instances in turn");

test(() => {
  let made = 0;
  const imports = { m: { f(value) {
    made++;
    return instantiate(bytes, imports).exports.down(value);
  } } };
  assert_equals(instantiate(bytes, imports).exports.down(20), 20);
  assert_equals(made, 20);
}, "an import may make further instances");

test(() => {
  let down;
  const seen = [];
  const { exports } = instantiate(bytes, { m: { f(value) {
    const view = new Uint8Array(exports.memory.buffer);
    view[value]++;
    exports.memory.grow(1);
    seen.push(exports.memory.buffer.byteLength / 65536);
    return down(value);
  } } });
  ({ down } = exports);
  assert_equals(down(5), 5);
  assert_array_equals(seen, [2, 3, 4, 5, 6]);
  assert_array_equals(new Uint8Array(exports.memory.buffer).subarray(0, 5), [1, 1, 1, 1, 1]);
}, "the memory grows at every level");

test(() => {
  let down;
  const { exports } = instantiate(bytes, { m: { f(value) {
    if (value === 3) {
      throw new RangeError("enough");
    }
    try {
      return down(value);
    } finally {
      exports.memory.buffer.byteLength;
    }
  } } });
  ({ down } = exports);
  assert_throws_js(RangeError, () => down(10));
  assert_equals(down(3), 3, "and again");
}, "an exception from the depth");

test(() => {
  const generator = (function* () {
    let value = yield "ready";
    for (;;) {
      value = yield value * 2;
    }
  })();
  generator.next();
  const { exports } = instantiate(bytes, { m: { f: (value) => generator.next(value).value } });
  assert_equals(exports.down(8), 15);
}, "an import that resumes a generator");

test(() => {
  const { exports } = instantiate(wat`(module
    (import "m" "sort" (func $sort (param externref funcref)))
    (func $compare (export "compare") (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1)))
    (func (export "run") (param externref) (call $sort (local.get 0) (ref.func $compare)))
    (elem declare func $compare))`, { m: { sort: (array, compare) => { array.sort(compare); } } });
  const array = [5, 3, 9, 1];
  exports.run(array);
  assert_array_equals(array, [1, 3, 5, 9]);
}, "wasm hands a callback to JavaScript");

promise_test(async () => {
  const order = [];
  const { exports } = instantiate(bytes, { m: { f(value) {
    Promise.resolve().then(() => order.push("reaction"));
    order.push("import");
    return value;
  } } });
  exports.down(1);
  order.push("returned");
  await null;
  await null;
  assert_array_equals(order, ["import", "returned", "reaction"]);
}, "no reaction runs while wasm is on the stack");
