// META: feature=type-reflection
// WebAssembly.Function.

const I32 = { parameters: ["i32"], results: ["i32"] };

test(() => {
  const { Function: Class } = WebAssembly;
  const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(WebAssembly, "Function");
  assert_true(writable && !enumerable && configurable);
  assert_equals(Class.name, "Function");
  assert_equals(Class.length, 2);
  assert_equals(Object.getPrototypeOf(Class), Function);
  assert_equals(Object.getPrototypeOf(Class.prototype), Function.prototype);
  assert_equals(Class.prototype.constructor, Class);
  assert_equals(Class.prototype[Symbol.toStringTag], "WebAssembly.Function");
}, "the class");

test(() => {
  const make = (type) => new WebAssembly.Function(type, () => 0);
  assert_throws_js(TypeError, () => WebAssembly.Function(I32, () => 0));
  for (const type of [undefined, null, 1, "", {}, { parameters: [] }, { results: [] },
    { parameters: ["int"], results: [] }, { parameters: 1, results: [] }]) {
    assert_throws_js(TypeError, () => make(type));
  }
  for (const callable of [undefined, null, 1, {}, "f"]) {
    assert_throws_js(TypeError, () => new WebAssembly.Function(I32, callable));
  }
  const order = [];
  const type = {
    get parameters() { order.push("parameters"); return []; },
    get results() { order.push("results"); return []; },
  };
  make(type);
  assert_array_equals(order, ["parameters", "results"]);
}, "bad arguments");

test(() => {
  const seen = [];
  const f = new WebAssembly.Function({ parameters: ["i32", "i64", "f32"], results: ["f64"] }, function () {
    "use strict";
    seen.push(this, ...arguments);
    return "2.5";
  });
  assert_equals(typeof f, "function");
  assert_true(f instanceof WebAssembly.Function && f instanceof Function);
  assert_equals(Object.prototype.toString.call(f), "[object WebAssembly.Function]");
  assert_equals(f.length, 3);
  assert_equals(f("3.9", 2n ** 64n + 1n, 0.1), 2.5);
  assert_array_equals(seen, [undefined, 3, 1n, Math.fround(0.1)]);
  assert_throws_js(TypeError, () => f(1, 1));
  assert_throws_js(TypeError, () => new f(1, 1n, 1));
  const { parameters, results } = f.type();
  assert_array_equals(parameters, ["i32", "i64", "f32"]);
  assert_array_equals(results, ["f64"]);
}, "arguments and results are converted");

test(() => {
  const error = new Error("mine");
  const f = new WebAssembly.Function({ parameters: [], results: [] }, () => { throw error; });
  assert_throws_exactly(error, f);
  const object = {};
  const g = new WebAssembly.Function({ parameters: ["externref"], results: ["externref", "i32"] }, (x) => [x, 1]);
  assert_array_equals(g(object), [object, 1]);
  const h = new WebAssembly.Function({ parameters: ["v128"], results: [] }, () => {});
  assert_throws_js(TypeError, () => h(1));
  const bound = new WebAssembly.Function(I32, ((x, y) => x * y).bind(null, 6));
  assert_equals(bound(7), 42);
}, "exceptions, references, vectors");

test(() => {
  const f = new WebAssembly.Function(I32, (x) => x + 1);
  assert_equals(new WebAssembly.Function(I32, f), f);
  assert_throws_js(TypeError, () => new WebAssembly.Function({ parameters: [], results: [] }, f));
}, "one of one");

test(() => {
  class Mine extends WebAssembly.Function {
    constructor() { super(I32, (x) => x * 2); }
    twice(x) { return this(this(x)); }
  }
  const mine = new Mine();
  assert_true(mine instanceof Mine && mine instanceof WebAssembly.Function);
  assert_equals(mine.twice(3), 12);
  assert_equals(mine.type().results[0], "i32");
}, "subclasses");

const module = new WebAssembly.Module(wat`
  (module
    (type $t (func (param i32) (result i32)))
    (import "m" "f" (func $f (type $t)))
    (table (export "table") 2 funcref)
    (func (export "direct") (type $t) (call $f (local.get 0)))
    (func (export "through") (param i32 i32) (result i32)
      (call_indirect (type $t) (local.get 1) (local.get 0)))
    (export "again" (func $f)))`);

test(() => {
  const f = new WebAssembly.Function(I32, (x) => x + 1);
  const { table, direct, through, again } = new WebAssembly.Instance(module, { m: { f } }).exports;
  assert_equals(direct(1), 2);
  assert_equals(again, f);
  assert_true(direct instanceof WebAssembly.Function);
  assert_equals(direct.type().parameters[0], "i32");
  const g = new WebAssembly.Function(I32, (x) => -x);
  table.set(0, g);
  table.set(1, new WebAssembly.Function({ parameters: ["i64"], results: ["i32"] }, () => 0));
  assert_equals(table.get(0), g);
  assert_equals(through(0, 5), -5);
  assert_throws_js(WebAssembly.RuntimeError, () => through(1, 5));
  const error = new RangeError("passes");
  table.set(0, new WebAssembly.Function(I32, () => { throw error; }));
  assert_throws_exactly(error, () => through(0, 0));
  assert_throws_js(TypeError, () => table.set(0, (x) => x));
}, "in tables and imports");

test(() => {
  const f = new WebAssembly.Function({ parameters: [], results: [] }, () => {});
  assert_throws_js(WebAssembly.LinkError, () => new WebAssembly.Instance(module, { m: { f } }));
}, "the type of an import counts");

test(() => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wat`
    (module
      (tag $t (import "m" "t") (param i32))
      (table (export "table") 1 funcref)
      (func (export "catch") (result i32)
        (block $h (result i32)
          (try_table (catch $t $h) (call_indirect (i32.const 0)))
          (i32.const -1))))`), { m: { t: (globalThis.tag = new WebAssembly.Tag({ parameters: ["i32"] })) } });
  const { tag } = globalThis;
  exports.table.set(0, new WebAssembly.Function({ parameters: [], results: [] }, () => {
    throw new WebAssembly.Exception(tag, [9]);
  }));
  assert_equals(exports.catch(), 9);
}, "exceptions that WebAssembly catches");
