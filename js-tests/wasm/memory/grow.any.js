// META: script=/resources/module-bytes.js

const PAGE = 65536;

function assert_detached(buffer, description) {
  assert_equals(buffer.byteLength, 0, `${description}: byteLength`);
  assert_throws_js(TypeError, () => new Uint8Array(buffer), description);
}

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 5 });
  assert_equals(memory.grow(2), 1);
  assert_equals(memory.buffer.byteLength, 3 * PAGE);
  assert_equals(memory.grow(1), 3);
  assert_equals(memory.buffer.byteLength, 4 * PAGE);
}, "it returns the size before, in pages");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const before = memory.buffer;
  const view = new Uint8Array(before);
  view[3] = 42;
  memory.grow(1);
  assert_detached(before, "the old buffer");
  assert_equals(view.length, 0);
  assert_equals(view[3], undefined);
  assert_not_equals(memory.buffer, before);
  assert_equals(new Uint8Array(memory.buffer)[3], 42, "the contents stay");
  assert_equals(new Uint8Array(memory.buffer)[PAGE], 0, "the new pages are zero");
}, "it detaches the old buffer");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const before = memory.buffer;
  assert_equals(memory.grow(0), 1);
  assert_detached(before, "the old buffer");
  assert_equals(memory.buffer.byteLength, PAGE);
}, "growing by nothing detaches too");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 });
  const before = memory.buffer;
  assert_throws_js(RangeError, () => memory.grow(2));
  assert_throws_js(RangeError, () => memory.grow(65536));
  assert_throws_js(RangeError, () => memory.grow(4294967295));
  assert_equals(memory.buffer, before);
  assert_equals(before.byteLength, PAGE);
}, "growing beyond the maximum changes nothing");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  assert_throws_js(TypeError, () => memory.grow());
  for (const value of [-1, NaN, Infinity, 2 ** 32, "x", {}, 1n, Symbol(), undefined]) {
    assert_throws_js(TypeError, () => memory.grow(value), format_value(value));
  }
  assert_equals(memory.grow("1"), 1);
  assert_equals(memory.grow(1.9), 2);
  assert_equals(memory.grow({ valueOf: () => 0 }), 3);
}, "the argument is an unsigned long");

test(() => {
  const { exports } = instantiate(wat`(module
    (memory (export "memory") 1 3)
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "size") (result i32) (memory.size)))`);
  const before = exports.memory.buffer;
  assert_equals(exports.grow(1), 1);
  assert_detached(before, "the old buffer");
  assert_equals(exports.memory.buffer.byteLength, 2 * PAGE);
  const between = exports.memory.buffer;
  assert_equals(exports.grow(5), -1);
  assert_equals(exports.memory.buffer, between, "a failure changes nothing");
  assert_equals(exports.size(), 2);
  exports.memory.grow(1);
  assert_equals(exports.size(), 3);
}, "growth inside wasm is seen outside, and the other way");

test(() => {
  let memory = null;
  const lengths = [];
  const { exports } = instantiate(
    wat`(module
      (import "m" "look" (func $look))
      (memory (export "memory") 1)
      (func (export "run") (call $look) (drop (memory.grow (i32.const 1))) (call $look) (i32.store8 (i32.const 65536) (i32.const 5)) (call $look)))`,
    { m: { look() { lengths.push(memory.buffer.byteLength / PAGE, new Uint8Array(memory.buffer)[PAGE]); } } },
  );
  ({ memory } = exports);
  exports.run();
  assert_array_equals(lengths, [1, undefined, 2, 0, 2, 5]);
}, "an import called after a growth sees it");

test(() => {
  let held;
  const seen = [];
  const { exports } = instantiate(
    wat`(module
      (import "m" "look" (func $look))
      (memory (export "memory") 1)
      (func (export "run") (drop (memory.grow (i32.const 1))) (call $look)))`,
    { m: { look() { seen.push(held.byteLength); } } },
  );
  held = exports.memory.buffer;
  exports.run();
  assert_array_equals(seen, [0]);
}, "and the buffer it held before is detached by then");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = instantiate(
    wat`(module
      (import "m" "memory" (memory 1))
      (import "m" "f" (func $f))
      (func (export "run") (result i32) (call $f) (i32.store8 (i32.const 65536) (i32.const 9)) (memory.size)))`,
    { m: { memory, f() { memory.grow(1); } } },
  );
  assert_equals(exports.run(), 2);
  assert_equals(new Uint8Array(memory.buffer)[PAGE], 9);
}, "an import may grow the memory under the function that calls it");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const array = new Uint8Array(memory.buffer);
  const amount = { valueOf() { memory.grow(1); return 7; } };
  array[0] = amount;
  assert_equals(array.length, 0);
  assert_equals(new Uint8Array(memory.buffer)[0], 0);
  const numbers = new Uint8Array(memory.buffer, 0, 4);
  let grown = false;
  numbers.sort((a, b) => {
    if (!grown) {
      grown = true;
      memory.grow(1);
    }
    return a - b;
  });
  assert_equals(memory.buffer.byteLength, 3 * PAGE);
  memory.buffer.slice({ valueOf() { return 0; } }, 8);
}, "growth in the middle of an operation on a view");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 0, maximum: 100 });
  for (let size = 0; size < 100; size++) {
    const before = memory.buffer;
    assert_equals(memory.grow(1), size);
    assert_equals(before.byteLength, 0);
    new Uint8Array(memory.buffer)[size * PAGE] = size;
  }
  const bytes = new Uint8Array(memory.buffer);
  for (let page = 0; page < 100; page++) {
    assert_equals(bytes[page * PAGE], page);
  }
}, "a hundred growths");
