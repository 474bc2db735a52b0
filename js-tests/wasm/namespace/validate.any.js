// META: script=/resources/module-bytes.js

test(() => {
  assert_true(WebAssembly.validate(wat`(module)`));
  assert_true(WebAssembly.validate(wat`(module)`.buffer));
  assert_true(WebAssembly.validate(new Float64Array(wat`(module)`.buffer)));
}, "a buffer or a typed array");

test(() => {
  const padded = new Uint8Array([9, 9, ...wat`(module)`, 9]);
  assert_true(WebAssembly.validate(new DataView(wat`(module)`.buffer)));
  assert_true(WebAssembly.validate(new DataView(padded.buffer, 2, 8)));
}, "a DataView");

test(() => {
  const padded = new Uint8Array([9, 9, ...wat`(module)`, 9]);
  assert_true(WebAssembly.validate(padded.subarray(2, 10)));
  assert_true(WebAssembly.validate(new Uint16Array(wat`(module)`.buffer)));
  assert_false(WebAssembly.validate(padded));
}, "a view is its part of the buffer");

test(() => {
  assert_throws_js(TypeError, () => WebAssembly.validate());
  for (const value of [undefined, null, true, "", "\0asm", Symbol(), 1, 1n, {}, [], [0, 97, 115, 109], () => {}]) {
    assert_throws_js(TypeError, () => WebAssembly.validate(value), format_value(value));
  }
}, "what is not a buffer source");

test(() => {
  for (const [what, bytes] of Object.entries({
    "no bytes": new Uint8Array(),
    "half a magic number": new Uint8Array([0, 97]),
    "a wrong magic number": new Uint8Array([0, 97, 115, 110, 1, 0, 0, 0]),
    "a wrong version": new Uint8Array([0, 97, 115, 109, 2, 0, 0, 0]),
    "half a section": moduleBytes([1, 5, 0]),
    "an unknown section": moduleBytes([63, 0]),
    "a body that leaves nothing": oneFunction([], [I32]),
    "a body of another type": oneFunction([], [I32], 0x42, 0x00),
    "an unknown local": oneFunction([], [], 0x20, 0x00, 0x1a),
  })) {
    assert_false(WebAssembly.validate(bytes), what);
  }
}, "what is not a module is false and no exception");

test(() => {
  assert_true(WebAssembly.validate(wat`(module (func (export "f") (result i32) (i32.const 1)))`));
  assert_true(WebAssembly.validate(oneFunction([], [I32, I64], 0x41, 0x00, 0x42, 0x00)), "multi-value");
  assert_true(WebAssembly.validate(wat`(module (func (param externref) (result funcref) (ref.null func)))`), "references");
  assert_true(WebAssembly.validate(wat`(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 1))))`), "bulk memory");
  assert_true(WebAssembly.validate(wat`(module (func (result v128) (v128.const i32x4 1 2 3 4)))`), "SIMD");
  assert_true(WebAssembly.validate(wat`(module (func (result i32) (i32.extend8_s (i32.const 0))))`), "sign extension");
  assert_true(WebAssembly.validate(wat`(module (func (result i32) (i32.trunc_sat_f32_s (f32.const 0))))`), "saturating truncation");
  assert_true(WebAssembly.validate(wat`(module (func $f (return_call $f)))`), "tail calls");
}, "the features of the language");

test(() => {
  assert_true(WebAssembly.validate(wat`(module (global i32 (i32.add (i32.const 1) (i32.const 2))))`));
}, "extended constant expressions");

test(() => {
  assert_true(WebAssembly.validate(wat`(module (memory 1) (memory 1) (func (memory.copy 0 1 (i32.const 0) (i32.const 0) (i32.const 1))))`));
}, "several memories");

test(() => {
  assert_true(WebAssembly.validate(wat`(module (func (param v128 v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 1))))`));
}, "relaxed SIMD");

test(() => {
  assert_true(WebAssembly.validate(wat`(module)`, undefined, "more"));
  assert_true(WebAssembly.validate(wat`(module)`, {}, "more"));
}, "more arguments don't matter");
