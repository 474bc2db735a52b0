// META: title=structuredClone: values

test(() => {
  const object = { list: [1, , 3], map: new Map(), set: new Set() };
  object.self = object;
  object.list.extra = object.list;
  object.map.set(object, object.set);
  object.set.add(object.map);
  const clone = structuredClone(object);
  assert_not_equals(clone, object);
  assert_equals(clone.self, clone);
  assert_equals(clone.list.extra, clone.list);
  assert_false(1 in clone.list);
  assert_equals(clone.list.length, 3);
  assert_equals(clone.map.get(clone), clone.set);
  assert_true(clone.set.has(clone.map));
}, "cycles and holes remain");

test(() => {
  const sparse = [];
  sparse[4000000000] = 1;
  sparse.length = 4294967295;
  const clone = structuredClone(sparse);
  assert_equals(clone.length, 4294967295);
  assert_array_equals(Object.keys(clone), ["4000000000"]);
  for (const list of [[], [1, 2], [1.5], ["a", {}], [, ], [, 1], Object.assign([1], { x: 2 })]) {
    const copy = structuredClone(list);
    assert_equals(copy.length, list.length);
    assert_array_equals(Object.keys(copy), Object.keys(list));
  }
}, "arrays keep their length and their properties");

test(() => {
  let nested = [];
  for (let i = 0; i < 200000; i++) {
    nested = i % 2 ? { nested } : [nested];
  }
  let clone = structuredClone(nested);
  let depth = 0;
  while (true) {
    const next = Array.isArray(clone) ? clone[0] : clone.nested;
    if (next === undefined) break;
    clone = next;
    depth++;
  }
  assert_equals(depth, 200000);
}, "depth of nesting has no limit");

test(() => {
  const log = [];
  const object = {
    get first() { log.push("first"); delete this.second; return { get inner() { log.push("inner"); return 1; } }; },
    second: 2,
    get third() { log.push("third"); return 3; },
  };
  assert_equals(JSON.stringify(structuredClone(object)), '{"first":{"inner":1},"third":3}');
  assert_array_equals(log, ["first", "inner", "third"]);
}, "getters are called depth first, and what they delete is left out");

test(() => {
  const symbol = Symbol();
  const object = Object.create({ inherited: 1 }, {
    hidden: { value: 1, enumerable: false },
    ["__proto__"]: { value: "own", enumerable: true },
  });
  object[symbol] = 1;
  const clone = structuredClone(object);
  assert_array_equals(Object.getOwnPropertyNames(clone), ["__proto__"]);
  assert_equals(Object.getPrototypeOf(clone), Object.prototype);
  assert_array_equals(Object.getOwnPropertySymbols(clone), []);
}, "only own enumerable properties with string keys");

test(() => {
  for (const value of [new Map([[1, { a: 1 }]]), new Set([1]), new Date(5), /a/g, Object("b"), Object(1n)]) {
    value.extra = 1;
    assert_equals(structuredClone(value).extra, undefined);
  }
}, "other objects lose the properties that scripts gave them");

test(() => {
  const date = structuredClone(new Date(NaN));
  assert_true(Number.isNaN(date.getTime()));
  const regexp = structuredClone(/(?<x>[a-z]+)\d/dgimsuy);
  assert_equals(String(regexp), "/(?<x>[a-z]+)\\d/dgimsuy");
  assert_equals(/o(.)/.exec("foot")[1], structuredClone(/o(.)/).exec("foot")[1]);
  assert_array_equals(Object.getOwnPropertyNames(regexp), ["lastIndex"]);
  // What prototypes say does not matter.
  const flags = Object.getOwnPropertyDescriptor(RegExp.prototype, "flags");
  Object.defineProperty(RegExp.prototype, "flags", { get() { throw new Error(); }, configurable: true });
  try {
    assert_true(structuredClone(/a/i).ignoreCase);
  } finally {
    Object.defineProperty(RegExp.prototype, "flags", flags);
  }
}, "dates and regular expressions");

test(() => {
  for (const value of [
    () => 1, Symbol("s"), Object(Symbol()), new WeakMap(), new WeakSet(), new WeakRef({}), Promise.resolve(),
    new Proxy({}, {}), (function* () {})(), [].values(), (function () { return arguments; })(),
    new Headers(), new Response(), Math.max, new URL("http://example.com/"), new URLSearchParams(),
    new AbortController().signal, new Event("x"), new EventTarget(), new FormData(), new FileReader(),
    new MessageChannel(), new MessageChannel().port1, new ReadableStream(), new TextDecoder(), globalThis,
  ]) {
    assert_throws_dom("DataCloneError", () => structuredClone(value));
    assert_throws_dom("DataCloneError", () => structuredClone({ deep: [new Map([[1, value]])] }));
  }
  assert_throws_js(TypeError, () => structuredClone());
  assert_throws_js(TypeError, () => structuredClone(1, 1));
  assert_throws_js(TypeError, () => structuredClone(1, { transfer: 1 }));
  assert_throws_js(TypeError, () => structuredClone(1, { transfer: [1] }));
}, "what cannot be cloned");

test(() => {
  try {
    structuredClone({ f: class Point {} });
    assert_unreached();
  } catch (error) {
    assert_equals(error.code, 25);
    assert_true(error.message.includes("function"), error.message);
  }
  try {
    structuredClone(new WeakMap());
    assert_unreached();
  } catch (error) {
    assert_true(error.message.includes("WeakMap"), error.message);
  }
}, "errors say what cannot be cloned");

test(() => {
  class Point { #secret = 1; constructor() { this.x = 1; } has() { return #secret in this; } }
  const clone = structuredClone(new Point());
  assert_equals(Object.getPrototypeOf(clone), Object.prototype);
  assert_equals(clone.x, 1);
  assert_equals(structuredClone(Object.create(null)) instanceof Object, true);
}, "instances of classes become plain objects");

promise_test(async () => {
  // (module (func (export "f") (result i32) (i32.const 42)))
  const module = new WebAssembly.Module(new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11,
  ]));
  const { a, b } = structuredClone({ a: module, b: module });
  assert_equals(a, b);
  assert_not_equals(a, module);
  assert_true(a instanceof WebAssembly.Module);
  assert_equals(new WebAssembly.Instance(a).exports.f(), 42);
  assert_throws_dom("DataCloneError", () => structuredClone(new WebAssembly.Instance(a)));
  assert_throws_dom("DataCloneError", () => structuredClone(module, { transfer: [module] }));
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(module);
  const event = await new Promise(resolve => { port2.onmessage = resolve; });
  assert_array_equals(WebAssembly.Module.exports(event.data).map(({ name }) => name), ["f"]);
}, "modules of WebAssembly");
