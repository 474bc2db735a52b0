// META: timeout=long
// The limits of modules: the number is accepted, one more is not.

function leb(number) {
  const bytes = [];
  do {
    const low = number % 128;
    number = (number - low) / 128;
    bytes.push(number > 0 ? low + 128 : low);
  } while (number > 0);
  return bytes;
}

function repeat(pattern, count) {
  const bytes = new Uint8Array(pattern.length * count);
  bytes.set(pattern.slice(0, bytes.length));
  for (let filled = pattern.length; filled < bytes.length; filled *= 2) {
    bytes.copyWithin(filled, 0, Math.min(filled, bytes.length - filled));
  }
  return bytes;
}

function concat(...parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const section = (id, ...parts) => {
  const contents = concat(...parts);
  return concat([id], leb(contents.length), contents);
};
const module = (...sections) => concat([0, 97, 115, 109, 1, 0, 0, 0], ...sections);
const vector = (id, pattern, count) => section(id, leb(count), repeat(pattern, count));

const NOTHING = [0x60, 0, 0];
const I32 = 0x7f;
const oneType = section(1, [1], NOTHING);
const oneFunction = section(3, [1, 0]);
const code = (...parts) => {
  const body = concat(...parts);
  return section(10, [1], leb(body.length), body);
};

const LIMITS = {
  "types": [1_000_000, (count) => module(vector(1, NOTHING, count))],
  "functions": [1_000_000, (count) => module(oneType, vector(3, [0], count), vector(10, [2, 0, 11], count))],
  "globals": [1_000_000, (count) => module(vector(6, [I32, 1, 0x41, 0, 11], count))],
  "data segments": [100_000, (count) => module(section(5, [1, 0, 1]), vector(11, [0, 0x41, 0, 11, 0], count))],
  "memories": [100, (count) => module(vector(5, [0, 1], count))],
  "bytes of a function": [7_654_321, (size) => module(oneType, oneFunction, code([0], repeat([1], size - 2), [11]))],
  "locals": [50_000, (count) => module(oneType, oneFunction, code([1], leb(count), [I32, 11]))],
  "locals and parameters": [50_000, (count) =>
    module(section(1, [1, 0x60, 2, I32, I32, 0]), oneFunction, code([1], leb(count - 2), [I32, 11]))],
  "parameters": [1_000, (count) => module(section(1, [1, 0x60], leb(count), repeat([I32], count), [0]))],
  "results": [1_000, (count) => module(section(1, [1, 0x60, 0], leb(count), repeat([I32], count)))],
  "pages of a memory": [65_536, (pages) => module(section(5, [1, 0], leb(pages)))],
  "pages of a 64-bit memory": [2 ** 37 - 1, (pages) => module(section(5, [1, 4], leb(pages)))],
};

for (const [what, [limit, make]] of Object.entries(LIMITS)) {
  test(() => {
    assert_true(WebAssembly.validate(make(1 + (what.includes("locals and") ? 1 : 0) + (what.startsWith("bytes") ? 1 : 0))), "few");
    assert_true(WebAssembly.validate(make(limit)), "the limit");
    const beyond = make(limit + 1);
    assert_false(WebAssembly.validate(beyond), "one more");
    assert_throws_js(WebAssembly.CompileError, () => new WebAssembly.Module(beyond));
  }, what);
}

// Those of the parser, which is narrower; and tags become imports of what is made of the module.
const PARSED = {
  "tags": [900_000, (count) => module(oneType, vector(13, [0, 0], count)), 1_000_001],
  "imports of functions": [499_998, (count) => module(oneType, vector(2, [0, 0, 0, 0], count))],
  "tables": [100, (count) => module(vector(4, [0x70, 0, 0], count))],
  "element segments": [100_000, (count) => module(section(4, [1, 0x70, 0, 0]), vector(9, [0, 0x41, 0, 11, 0], count))],
};

for (const [what, [limit, make, more = limit + 2]] of Object.entries(PARSED)) {
  test(() => {
    assert_true(WebAssembly.validate(make(limit)), "the limit");
    assert_false(WebAssembly.validate(make(more)), "more");
  }, `${what}, of which fewer are accepted than elsewhere`);
}

test(() => {
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 10_000_000 });
  assert_equals(table.length, 10_000_000);
  assert_throws_js(RangeError, () => table.grow(1));
  assert_throws_js(RangeError, () => new WebAssembly.Table({ element: "anyfunc", initial: 10_000_001 }));
  new WebAssembly.Table({ element: "anyfunc", initial: 0, maximum: 10_000_001 });
}, "tables that scripts make");

test(() => {
  const table = (size) => new WebAssembly.Module(module(section(4, [1, 0x70, 0], leb(size)), section(7, [1, 1, 116, 1, 0])));
  assert_equals(new WebAssembly.Instance(table(100)).exports.t.length, 100);
  for (const size of [10_000_001, 2 ** 32 - 1]) {
    assert_throws_js(RangeError, () => new WebAssembly.Instance(table(size)));
  }
  const imported = new WebAssembly.Module(module(section(2, [1, 0, 0, 1, 0x70, 0], leb(10_000_001))));
  const t = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
  assert_throws_js(WebAssembly.LinkError, () => new WebAssembly.Instance(imported, { "": { "": t } }));
}, "tables that modules define");

test(() => {
  const bytes = module(oneType, oneFunction, section(7, [1, 1, 102, 0, 0]), code([1], leb(50_000), [I32, 11]));
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  // The engine takes fewer locals, and finds out when the function is first called.
  assert_throws_js(RangeError, f);
}, "a function with all locals that it may have");
