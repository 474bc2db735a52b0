// META: script=/resources/module-bytes.js

const type = section(SECTION.type, vector([functionType([], [])]));

const cases = {
  "no bytes": [],
  "one byte": [0],
  "seven bytes": HEADER.slice(0, 7),
  "a wrong magic number": [0, 97, 115, 110, 1, 0, 0, 0],
  "a wrong version": [0, 97, 115, 109, 2, 0, 0, 0],
  "text": [...wat`(module)`].map((_, i) => "(module)".charCodeAt(i)),
  "a section without a size": [...HEADER, 1],
  "a section longer than the module": [...HEADER, 1, 9, 0],
  "a section of 4 GiB": [...HEADER, 1, 0xff, 0xff, 0xff, 0xff, 0x0f],
  "an over-long section size": [...HEADER, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
  "an unknown section": [...HEADER, 99, 0],
  "a section twice": [...HEADER, ...type, ...type],
  "sections in the wrong order": [...HEADER, ...section(SECTION.function, vector([])), ...type],
  "bytes left over in a section": [...HEADER, ...section(SECTION.type, [...vector([]), 0])],
  "a custom section without a name": [...HEADER, 0, 0],
  "a custom section whose name is too long": [...HEADER, 0, 2, 5, 97],
  "a custom section whose name is no UTF-8": [...HEADER, 0, 2, 1, 0xff],
  "an unknown type form": [...HEADER, ...section(SECTION.type, [1, 0x40, 0, 0])],
  "an unknown value type": [...HEADER, ...section(SECTION.type, vector([functionType([0x01], [])]))],
  "a function of an unknown type": [...HEADER, ...type, ...section(SECTION.function, vector([[1]])), ...section(SECTION.code, vector([body()]))],
  "a function without a body": [...HEADER, ...type, ...section(SECTION.function, vector([[0]]))],
  "a body without a function": [...HEADER, ...type, ...section(SECTION.code, vector([body()]))],
  "a body longer than its section": [...HEADER, ...type, ...section(SECTION.function, vector([[0]])), ...section(SECTION.code, [1, 9, 0, 0x0b])],
  "a body without an end": [...HEADER, ...type, ...section(SECTION.function, vector([[0]])), ...section(SECTION.code, [1, 2, 0, 0x01])],
  "an unknown instruction": [...oneFunction([], [], 0x27)],
  "too little on the stack": [...oneFunction([], [], 0x6a)],
  "too much on the stack": [...oneFunction([], [], 0x41, 0x00)],
  "a branch too far": [...oneFunction([], [], 0x0c, 0x05)],
  "a call of nobody": [...oneFunction([], [], 0x10, 0x07)],
  "a load without a memory": [...oneFunction([], [], 0x41, 0x00, 0x28, 0x02, 0x00, 0x1a)],
  "an alignment that is too large": [...wat`(module)`, ...section(SECTION.type, vector([functionType([], [])])), ...section(SECTION.function, vector([[0]])), ...section(SECTION.memory, vector([[0, 1]])), ...section(SECTION.code, vector([body(0x41, 0x00, 0x28, 0x05, 0x00, 0x1a)]))],
  "an export of nothing": [...HEADER, ...section(SECTION.export, vector([[...text("f"), KIND.function, 0]]))],
  "an export twice": [...HEADER, ...section(SECTION.memory, vector([[0, 1]])), ...section(SECTION.export, vector([[...text("m"), KIND.memory, 0], [...text("m"), KIND.memory, 0]]))],
  "a start function with a parameter": [...HEADER, ...section(SECTION.type, vector([functionType([I32], [])])), ...section(SECTION.function, vector([[0]])), ...section(SECTION.start, [0]), ...section(SECTION.code, vector([body()]))],
  "a memory of too many pages": [...HEADER, ...section(SECTION.memory, vector([[0, ...unsigned(65537)]]))],
  "a memory whose maximum is less than its minimum": [...HEADER, ...section(SECTION.memory, vector([[1, 2, 1]]))],
  "a table whose maximum is less than its minimum": [...HEADER, ...section(SECTION.table, vector([[FUNCREF, 1, 2, 1]]))],
  "a global whose value is of another type": [...HEADER, ...section(SECTION.global, vector([[I32, 0, 0x42, 0, 0x0b]]))],
  "a global whose value is not constant": [...HEADER, ...section(SECTION.global, vector([[I32, 0, 0x41, 0, 0x45, 0x0b]]))],
  "an element segment without a table": [...HEADER, ...section(SECTION.element, vector([[0, 0x41, 0, 0x0b, 0]]))],
  "a data segment without a memory": [...HEADER, ...section(SECTION.data, vector([[0, 0x41, 0, 0x0b, 0]]))],
  "a data count that is wrong": [...HEADER, ...section(SECTION.memory, vector([[0, 1]])), ...section(SECTION.dataCount, [2]), ...section(SECTION.data, vector([[1, 0]]))],
};

for (const [what, bytes] of Object.entries(cases)) {
  promise_test(async (t) => {
    const source = new Uint8Array(bytes);
    assert_false(WebAssembly.validate(source), "validate");
    assert_throws_js(WebAssembly.CompileError, () => new WebAssembly.Module(source), "new Module");
    await promise_rejects_js(t, WebAssembly.CompileError, WebAssembly.compile(source), "compile");
    await promise_rejects_js(t, WebAssembly.CompileError, WebAssembly.instantiate(source), "instantiate");
  }, what);
}

test(() => {
  for (const [what, bytes] of Object.entries(cases)) {
    try {
      new WebAssembly.Module(new Uint8Array(bytes));
      assert_unreached(what);
    } catch (error) {
      assert_true(error instanceof WebAssembly.CompileError, what);
      assert_regexp_match(error.message, /offset|@\+\d+|byte|0x|empty/i, `${what}: the message says where`);
    }
  }
}, "the message says where the mistake is");

test(() => {
  const whole = wat`(module
    (import "m" "f" (func (param i32)))
    (memory (export "mem") 1)
    (global (mut i64) (i64.const 5))
    (func (export "g") (param i32) (result i32) (local f64)
      (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2))))
    (data (i32.const 0) "abc"))`;
  assert_true(WebAssembly.validate(whole));
  const boundaries = new Set();
  for (let length = 0; length < whole.length; length++) {
    let valid;
    try {
      new WebAssembly.Module(whole.slice(0, length));
      valid = true;
    } catch (error) {
      assert_true(error instanceof WebAssembly.CompileError, `cut to ${length} bytes`);
      valid = false;
    }
    assert_equals(valid, WebAssembly.validate(whole.slice(0, length)), `validate agrees at ${length}`);
    if (valid) {
      boundaries.add(length);
    }
  }
  // Up to the function section nothing is missing yet.
  assert_true(boundaries.has(8));
  assert_true(boundaries.size < 5);
}, "a module that is cut anywhere");
