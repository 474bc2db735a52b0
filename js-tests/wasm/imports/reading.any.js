// META: script=/resources/module-bytes.js

const bytes = wat`(module
  (import "a" "f" (func))
  (import "b" "m" (memory 1))
  (import "a" "g" (global i32))
  (import "c" "t" (table 1 funcref)))`;

const good = () => ({
  a: { f() {}, g: 1 },
  b: { m: new WebAssembly.Memory({ initial: 1 }) },
  c: { t: new WebAssembly.Table({ element: "anyfunc", initial: 1 }) },
});

test(() => {
  const order = [];
  const watch = (name, object) => new Proxy(object, {
    get(target, key) { order.push(`get ${name}${String(key)}`); return target[key]; },
    has() { order.push(`has ${name}`); return true; },
    ownKeys() { order.push(`keys of ${name}`); return []; },
  });
  const imports = good();
  for (const key of Object.keys(imports)) {
    imports[key] = watch(`${key}.`, imports[key]);
  }
  instantiate(bytes, watch("", imports));
  assert_array_equals(order, ["get a", "get a.f", "get b", "get b.m", "get a", "get a.g", "get c", "get c.t"]);
}, "imports are read one after the other, as the module declares them");

test(() => {
  assert_throws_js(TypeError, () => instantiate(bytes));
  assert_throws_js(TypeError, () => instantiate(bytes, undefined));
  assert_throws_js(TypeError, () => instantiate(bytes, {}));
  for (const key of ["a", "b", "c"]) {
    for (const value of [undefined, null, 1, "x", true, Symbol(), 1n]) {
      assert_throws_js(TypeError, () => instantiate(bytes, { ...good(), [key]: value }), `${key} is ${format_value(value)}`);
    }
  }
}, "a module that is not an object: TypeError");

test(() => {
  const imports = good();
  imports.a = Object.assign(() => {}, imports.a);
  imports.b = Object.create(imports.b);
  instantiate(bytes, imports);
  instantiate(bytes, Object.assign(() => {}, good()));
}, "functions are objects, and inherited properties count");

for (const [what, module, name, values] of [
  ["a function", "a", "f", [undefined, null, 1, "x", {}, Symbol(), new WebAssembly.Memory({ initial: 1 }), Object.create(Function.prototype)]],
  ["a global", "a", "g", [undefined, null, "1", true, {}, Symbol(), 1n, () => {}, { valueOf: () => 1 }, new Number(1)]],
  ["a memory", "b", "m", [undefined, null, 1, {}, new ArrayBuffer(65536), Object.create(WebAssembly.Memory.prototype), new WebAssembly.Table({ element: "anyfunc", initial: 1 })]],
  ["a table", "c", "t", [undefined, null, 1, {}, [], Object.create(WebAssembly.Table.prototype), new WebAssembly.Memory({ initial: 1 })]],
]) {
  test(() => {
    for (const value of values) {
      const imports = good();
      imports[module][name] = value;
      assert_throws_js(WebAssembly.LinkError, () => instantiate(bytes, imports), format_value(typeof value));
    }
  }, `what is not ${what}: LinkError`);
}

test(() => {
  const order = [];
  const thrown = {};
  assert_throws_exactly(thrown, () => instantiate(bytes, { get a() { throw thrown; } }));
  assert_throws_js(WebAssembly.LinkError, () => instantiate(bytes, {
    a: { get f() { order.push("f"); return 1; }, get g() { order.push("g"); return 1; } },
    get b() { order.push("b"); return {}; },
  }));
  assert_array_equals(order, ["f"], "nothing is read after the first mistake");
}, "the first mistake ends it");

test(() => {
  for (const [what, value, valid] of [
    ["too small", { initial: 0 }, false],
    ["right", { initial: 1, maximum: 4 }, true],
    ["larger", { initial: 2, maximum: 4 }, true],
    ["without a maximum", { initial: 1 }, false],
    ["with too large a maximum", { initial: 1, maximum: 5 }, false],
    ["with a smaller maximum", { initial: 1, maximum: 3 }, true],
  ]) {
    const imports = { m: { m: new WebAssembly.Memory(value) } };
    const run = () => instantiate(wat`(module (import "m" "m" (memory 1 4)))`, imports);
    if (valid) {
      run();
    } else {
      assert_throws_js(WebAssembly.LinkError, run, what);
    }
  }
  const grown = new WebAssembly.Memory({ initial: 0, maximum: 4 });
  grown.grow(1);
  instantiate(wat`(module (import "m" "m" (memory 1 4)))`, { m: { m: grown } });
}, "the limits of a memory");

test(() => {
  const functions = (descriptor) => ({ m: { t: new WebAssembly.Table({ element: "anyfunc", ...descriptor }) } });
  const text = wat`(module (import "m" "t" (table 2 5 funcref)))`;
  instantiate(text, functions({ initial: 2, maximum: 5 }));
  instantiate(text, functions({ initial: 3, maximum: 4 }));
  assert_throws_js(WebAssembly.LinkError, () => instantiate(text, functions({ initial: 1, maximum: 5 })));
  assert_throws_js(WebAssembly.LinkError, () => instantiate(text, functions({ initial: 2 })));
  assert_throws_js(WebAssembly.LinkError, () => instantiate(text, functions({ initial: 2, maximum: 6 })));
  assert_throws_js(WebAssembly.LinkError, () => instantiate(text, { m: { t: new WebAssembly.Table({ element: "externref", initial: 2, maximum: 5 }) } }));
}, "the limits and the type of a table");

test(() => {
  const constant = (value) => ({ m: { g: value } });
  const text = wat`(module (import "m" "g" (global $g i32)) (func (export "f") (result i32) (global.get $g)))`;
  assert_equals(instantiate(text, constant(7.9)).exports.f(), 7);
  assert_equals(instantiate(text, constant(2 ** 32 + 3)).exports.f(), 3);
  assert_equals(instantiate(text, constant(new WebAssembly.Global({ value: "i32" }, 8))).exports.f(), 8);
  assert_throws_js(WebAssembly.LinkError, () => instantiate(text, constant(new WebAssembly.Global({ value: "i64" }, 8n))));
  assert_throws_js(WebAssembly.LinkError, () => instantiate(text, constant(new WebAssembly.Global({ value: "i32", mutable: true }, 8))));
  const long = wat`(module (import "m" "g" (global $g i64)) (func (export "f") (result i64) (global.get $g)))`;
  assert_equals(instantiate(long, constant(2n ** 64n + 1n)).exports.f(), 1n);
  assert_throws_js(WebAssembly.LinkError, () => instantiate(long, constant(1)));
  const variable = wat`(module (import "m" "g" (global $g (mut i32))))`;
  assert_throws_js(WebAssembly.LinkError, () => instantiate(variable, constant(1)));
  assert_throws_js(WebAssembly.LinkError, () => instantiate(variable, constant(new WebAssembly.Global({ value: "i32" }, 8))));
}, "the type of a global, and numbers for constants");

test(() => {
  const text = wat`(module (import "m" "g" (global $g externref)) (func (export "f") (result externref) (global.get $g)))`;
  for (const value of [undefined, null, 1, "x", {}, Symbol()]) {
    assert_equals(instantiate(text, { m: { g: value } }).exports.f(), value);
  }
}, "any value for a constant externref");

test(() => {
  const { exports } = instantiate(wat`(module (func (export "f")))`);
  const text = wat`(module (import "m" "g" (global $g funcref)) (func (export "f") (result funcref) (global.get $g)))`;
  assert_equals(instantiate(text, { m: { g: exports.f } }).exports.f(), exports.f);
  assert_equals(instantiate(text, { m: { g: null } }).exports.f(), null);
  assert_throws_js(WebAssembly.LinkError, () => instantiate(text, { m: { g: () => {} } }));
}, "an exported function or null for a constant funcref");

test(() => {
  const calls = [];
  const { exports } = instantiate(wat`(module
    (import "m" "f" (func $one (param i32)))
    (import "m" "f" (func $two (param i64)))
    (func (export "run") (call $one (i32.const 1)) (call $two (i64.const 2))))`, { m: { f: (value) => { calls.push(value); } } });
  exports.run();
  assert_array_equals(calls, [1, 2n]);
}, "one name imported twice with different types");

test(() => {
  let reads = 0;
  const calls = [];
  const imports = { m: { get f() { const number = ++reads; return () => { calls.push(number); }; } } };
  const { exports } = instantiate(wat`(module
    (import "m" "f" (func $one))
    (import "m" "f" (func $two))
    (func (export "run") (call $two) (call $one)))`, imports);
  exports.run();
  assert_array_equals(calls, [2, 1]);
}, "one name imported twice is read twice");

test(() => {
  const imports = { m: { f: () => 1 } };
  const { exports } = instantiate(wat`(module (import "m" "f" (func $f (result i32))) (func (export "run") (result i32) (call $f)))`, imports);
  imports.m.f = () => 2;
  assert_equals(exports.run(), 1);
}, "imports are read once");

test(() => {
  try {
    instantiate(bytes, { ...good(), b: { m: 5 } });
    assert_unreached();
  } catch (error) {
    assert_regexp_match(error.message, /\bb\b/, "the message names the module");
    assert_regexp_match(error.message, /\bm\b/, "and the field");
  }
}, "the message says which import it is");
