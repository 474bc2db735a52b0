// Atomic instructions on memories that are not shared.

const { memory, ...functions } = new WebAssembly.Instance(new WebAssembly.Module(wat`(module
  (memory (export "memory") 1)
  (func (export "i32.atomic.load") (param i32) (result i32) (i32.atomic.load offset=8 (local.get 0)))
  (func (export "i32.atomic.store") (param i32 i32) (i32.atomic.store offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw.add") (param i32 i32) (result i32) (i32.atomic.rmw.add offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw.sub") (param i32 i32) (result i32) (i32.atomic.rmw.sub offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw.and") (param i32 i32) (result i32) (i32.atomic.rmw.and offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw.or") (param i32 i32) (result i32) (i32.atomic.rmw.or offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw.xor") (param i32 i32) (result i32) (i32.atomic.rmw.xor offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw.xchg") (param i32 i32) (result i32) (i32.atomic.rmw.xchg offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw.cmpxchg") (param i32 i32 i32) (result i32) (i32.atomic.rmw.cmpxchg offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "i32.atomic.load8_u") (param i32) (result i32) (i32.atomic.load8_u offset=8 (local.get 0)))
  (func (export "i32.atomic.store8") (param i32 i32) (i32.atomic.store8 offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw8.add_u") (param i32 i32) (result i32) (i32.atomic.rmw8.add_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw8.sub_u") (param i32 i32) (result i32) (i32.atomic.rmw8.sub_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw8.and_u") (param i32 i32) (result i32) (i32.atomic.rmw8.and_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw8.or_u") (param i32 i32) (result i32) (i32.atomic.rmw8.or_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw8.xor_u") (param i32 i32) (result i32) (i32.atomic.rmw8.xor_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw8.xchg_u") (param i32 i32) (result i32) (i32.atomic.rmw8.xchg_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw8.cmpxchg_u") (param i32 i32 i32) (result i32) (i32.atomic.rmw8.cmpxchg_u offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "i32.atomic.load16_u") (param i32) (result i32) (i32.atomic.load16_u offset=8 (local.get 0)))
  (func (export "i32.atomic.store16") (param i32 i32) (i32.atomic.store16 offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw16.add_u") (param i32 i32) (result i32) (i32.atomic.rmw16.add_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw16.sub_u") (param i32 i32) (result i32) (i32.atomic.rmw16.sub_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw16.and_u") (param i32 i32) (result i32) (i32.atomic.rmw16.and_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw16.or_u") (param i32 i32) (result i32) (i32.atomic.rmw16.or_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw16.xor_u") (param i32 i32) (result i32) (i32.atomic.rmw16.xor_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw16.xchg_u") (param i32 i32) (result i32) (i32.atomic.rmw16.xchg_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i32.atomic.rmw16.cmpxchg_u") (param i32 i32 i32) (result i32) (i32.atomic.rmw16.cmpxchg_u offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "i64.atomic.load") (param i32) (result i64) (i64.atomic.load offset=8 (local.get 0)))
  (func (export "i64.atomic.store") (param i32 i64) (i64.atomic.store offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw.add") (param i32 i64) (result i64) (i64.atomic.rmw.add offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw.sub") (param i32 i64) (result i64) (i64.atomic.rmw.sub offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw.and") (param i32 i64) (result i64) (i64.atomic.rmw.and offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw.or") (param i32 i64) (result i64) (i64.atomic.rmw.or offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw.xor") (param i32 i64) (result i64) (i64.atomic.rmw.xor offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw.xchg") (param i32 i64) (result i64) (i64.atomic.rmw.xchg offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw.cmpxchg") (param i32 i64 i64) (result i64) (i64.atomic.rmw.cmpxchg offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "i64.atomic.load8_u") (param i32) (result i64) (i64.atomic.load8_u offset=8 (local.get 0)))
  (func (export "i64.atomic.store8") (param i32 i64) (i64.atomic.store8 offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw8.add_u") (param i32 i64) (result i64) (i64.atomic.rmw8.add_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw8.sub_u") (param i32 i64) (result i64) (i64.atomic.rmw8.sub_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw8.and_u") (param i32 i64) (result i64) (i64.atomic.rmw8.and_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw8.or_u") (param i32 i64) (result i64) (i64.atomic.rmw8.or_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw8.xor_u") (param i32 i64) (result i64) (i64.atomic.rmw8.xor_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw8.xchg_u") (param i32 i64) (result i64) (i64.atomic.rmw8.xchg_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw8.cmpxchg_u") (param i32 i64 i64) (result i64) (i64.atomic.rmw8.cmpxchg_u offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "i64.atomic.load16_u") (param i32) (result i64) (i64.atomic.load16_u offset=8 (local.get 0)))
  (func (export "i64.atomic.store16") (param i32 i64) (i64.atomic.store16 offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw16.add_u") (param i32 i64) (result i64) (i64.atomic.rmw16.add_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw16.sub_u") (param i32 i64) (result i64) (i64.atomic.rmw16.sub_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw16.and_u") (param i32 i64) (result i64) (i64.atomic.rmw16.and_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw16.or_u") (param i32 i64) (result i64) (i64.atomic.rmw16.or_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw16.xor_u") (param i32 i64) (result i64) (i64.atomic.rmw16.xor_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw16.xchg_u") (param i32 i64) (result i64) (i64.atomic.rmw16.xchg_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw16.cmpxchg_u") (param i32 i64 i64) (result i64) (i64.atomic.rmw16.cmpxchg_u offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "i64.atomic.load32_u") (param i32) (result i64) (i64.atomic.load32_u offset=8 (local.get 0)))
  (func (export "i64.atomic.store32") (param i32 i64) (i64.atomic.store32 offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw32.add_u") (param i32 i64) (result i64) (i64.atomic.rmw32.add_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw32.sub_u") (param i32 i64) (result i64) (i64.atomic.rmw32.sub_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw32.and_u") (param i32 i64) (result i64) (i64.atomic.rmw32.and_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw32.or_u") (param i32 i64) (result i64) (i64.atomic.rmw32.or_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw32.xor_u") (param i32 i64) (result i64) (i64.atomic.rmw32.xor_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw32.xchg_u") (param i32 i64) (result i64) (i64.atomic.rmw32.xchg_u offset=8 (local.get 0) (local.get 1)))
  (func (export "i64.atomic.rmw32.cmpxchg_u") (param i32 i64 i64) (result i64) (i64.atomic.rmw32.cmpxchg_u offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "unaligned") (param i32) (result i32) (i32.atomic.load offset=1 (local.get 0)))
  (func (export "notify") (param i32 i32) (result i32) (memory.atomic.notify offset=4 (local.get 0) (local.get 1)))
  (func (export "wait32") (param i32) (result i32) (memory.atomic.wait32 (local.get 0) (i32.const 0) (i64.const 0)))
  (func (export "wait64") (param i32) (result i32)
    (i32.add (i32.const 1) (memory.atomic.wait64 (local.get 0) (i64.const 0) (i64.const -1))))
  (func (export "fence") (param i32) (result i32) (local.get 0) (atomic.fence) (i32.const 1) (i32.add)))`)).exports;

const OFFSET = 8;
const bytes = new Uint8Array(memory.buffer);
const view = new DataView(memory.buffer);

const operations = {
  add: (old, value) => old + value,
  sub: (old, value) => old - value,
  and: (old, value) => old & value,
  or: (old, value) => old | value,
  xor: (old, value) => old ^ value,
  xchg: (_, value) => value,
};

// The types of an instruction, and what is in memory as a BigInt.
function describe(name) {
  const wide = name.startsWith("i64");
  const bits = Number(/(?:load|store|rmw)(\d*)/.exec(name)[1] || (wide ? 64 : 32));
  return {
    size: bits / 8,
    value: (big) => (wide ? BigInt.asIntN(64, big) : Number(BigInt.asIntN(32, big))),
    big: (value) => BigInt.asUintN(bits, BigInt(value)),
    get: (address) => {
      let value = 0n;
      for (let index = bits / 8 - 1; index >= 0; index -= 1) {
        value = (value << 8n) | BigInt(bytes[address + OFFSET + index]);
      }
      return value;
    },
    set: (address, value) => {
      view.setBigUint64(address + OFFSET - 8, 0x1122334455667788n, true);
      view.setBigUint64(address + OFFSET + 8, 0x99aabbccddeeff00n, true);
      view.setBigUint64(address + OFFSET, 0xfedcba9876543210n, true);
      for (let index = 0; index < bits / 8; index += 1) {
        bytes[address + OFFSET + index] = Number((value >> BigInt(8 * index)) & 255n);
      }
    },
  };
}

// Nothing but the bytes of the value may have changed.
function neighbours(address, size) {
  assert_equals(view.getBigUint64(address + OFFSET - 8, true), 0x1122334455667788n);
  assert_equals(view.getBigUint64(address + OFFSET + 8, true), 0x99aabbccddeeff00n);
  for (let index = size; index < 8; index += 1) {
    assert_equals(bytes[address + OFFSET + index], [0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe][index]);
  }
}

const samples = [0n, 1n, 0x7fn, 0x80n, 0xffn, 0x1234n, 0x8000n, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0x123456789abcdef0n, 0xffffffffffffffffn];

for (const name of Object.keys(functions).filter((name) => name.includes("."))) {
  test(() => {
    const call = functions[name];
    const type = describe(name);
    const address = 64;
    const [, operation] = /rmw\d*\.([a-z]+)/.exec(name) ?? [];
    for (const first of samples) {
      const old = type.big(first);
      for (const second of samples) {
        type.set(address, old);
        if (name.includes("load")) {
          assert_equals(call(address), type.value(old));
        } else if (name.includes("store")) {
          assert_equals(call(address, type.value(second)), undefined);
          assert_equals(type.get(address), type.big(second));
        } else if (operation === "cmpxchg") {
          // The expected value is compared in full.
          assert_equals(call(address, type.value(second), type.value(0x5an)), type.value(old));
          const equal = type.value(old) === type.value(second);
          assert_equals(type.get(address), equal ? type.big(0x5an) : old);
        } else {
          assert_equals(call(address, type.value(second)), type.value(old));
          assert_equals(type.get(address), type.big(operations[operation](old, second)));
        }
        neighbours(address, type.size);
      }
    }
    const rest = call.length === 1 ? [] : Array(call.length - 1).fill(type.value(0n));
    for (let misalignment = 1; misalignment < type.size; misalignment += 1) {
      type.set(address, 7n);
      assert_throws_js(WebAssembly.RuntimeError, () => call(address + misalignment, ...rest));
      assert_equals(type.get(address), 7n);
    }
    assert_throws_js(WebAssembly.RuntimeError, () => call(65536 - OFFSET, ...rest));
    assert_throws_js(WebAssembly.RuntimeError, () => call(-OFFSET, ...rest));
  }, name);
}

test(() => {
  assert_equals(functions.unaligned(3), new Int32Array(memory.buffer)[1]);
  for (const address of [0, 1, 2, 4]) {
    assert_throws_js(WebAssembly.RuntimeError, () => functions.unaligned(address));
  }
}, "the offset counts for the alignment");

test(() => {
  assert_equals(functions.notify(0, 1), 0);
  assert_equals(functions.notify(8, -1), 0);
  assert_throws_js(WebAssembly.RuntimeError, () => functions.notify(2, 1));
  assert_throws_js(WebAssembly.RuntimeError, () => functions.notify(65536 - 4, 1));
  assert_throws_js(WebAssembly.RuntimeError, () => functions.wait32(0));
  assert_throws_js(WebAssembly.RuntimeError, () => functions.wait64(0));
  assert_equals(functions.fence(4), 5);
}, "nobody waits at a memory that is not shared");

test(() => {
  const { add } = new WebAssembly.Instance(new WebAssembly.Module(wat`(module
    (memory 1) (memory $wide i64 1)
    (func (export "add") (param i64 i32) (result i32)
      (drop (i32.atomic.rmw.add $wide offset=4 (local.get 0) (local.get 1)))
      (i32.atomic.load $wide offset=4 (local.get 0))))`)).exports;
  assert_equals(add(0n, 5), 5);
  assert_equals(add(0n, -7), -2);
  assert_throws_js(WebAssembly.RuntimeError, () => add(1n, 1));
  assert_throws_js(WebAssembly.RuntimeError, () => add(1n << 40n, 1));
}, "memories with 64-bit addresses, and several of them");

test(() => {
  for (const bytes of [
    wat`(module (memory 1 1 shared))`,
    wat`(module (import "m" "m" (memory 1 1 shared)))`,
  ]) {
    assert_false(WebAssembly.validate(bytes));
    try {
      new WebAssembly.Module(bytes);
      assert_unreached("refused");
    } catch (error) {
      assert_true(error instanceof WebAssembly.CompileError);
      assert_true(error.message.includes("threads"), error.message);
    }
  }
  assert_false(WebAssembly.validate(wat`(module (memory 1) (func (drop (i32.atomic.load align=1 (i32.const 0)))))`));
}, "shared memories of modules are refused by the name of the proposal");
