// META: feature=type-reflection
// type() of what there is, and constructors that take what it returns.

const json = (value) =>
  JSON.stringify(value, (key, value) => (typeof value === "bigint" ? `${value}n` : value));

test(() => {
  for (const name of ["Memory", "Table", "Global", "Tag", "Function"]) {
    const { prototype } = WebAssembly[name];
    const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(prototype, "type");
    assert_equals(value.name, "type");
    assert_equals(value.length, 0);
    assert_true(writable && enumerable && configurable);
    for (const stranger of [undefined, null, 1, {}, prototype, () => {}]) {
      assert_throws_js(TypeError, () => value.call(stranger));
    }
  }
}, "the method");

test(() => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 5 });
  assert_equals(json(memory.type()), '{"address":"i32","maximum":5,"minimum":1,"shared":false}');
  memory.grow(2);
  assert_equals(json(memory.type()), '{"address":"i32","maximum":5,"minimum":3,"shared":false}');
  assert_not_equals(memory.type(), memory.type());
  const wide = new WebAssembly.Memory({ address: "i64", initial: 1n });
  assert_equals(json(wide.type()), '{"address":"i64","minimum":"1n","shared":false}');
  const shared = new WebAssembly.Memory({ shared: true, minimum: 0, maximum: 1 });
  shared.grow(1);
  assert_equals(json(shared.type()), '{"address":"i32","maximum":1,"minimum":1,"shared":true}');
  for (const one of [memory, wide, shared]) {
    assert_equals(json(new WebAssembly.Memory(one.type()).type()), json(one.type()));
  }
}, "memories");

test(() => {
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 1, maximum: 3 });
  table.grow(1);
  assert_equals(json(table.type()), '{"address":"i32","element":"funcref","maximum":3,"minimum":2}');
  const wide = new WebAssembly.Table({ address: "i64", element: "externref", minimum: 0n });
  assert_equals(json(wide.type()), '{"address":"i64","element":"externref","minimum":"0n"}');
  for (const one of [table, wide]) {
    assert_equals(json(new WebAssembly.Table(one.type()).type()), json(one.type()));
  }
}, "tables");

test(() => {
  for (const element of ["exnref", "nullexnref", "nullfuncref", "nullexternref"]) {
    const table = new WebAssembly.Table({ element, minimum: 2 });
    assert_equals(table.type().element, element);
    table.grow(1);
    assert_equals(table.length, 3);
    if (element.includes("exn")) {
      assert_throws_js(TypeError, () => table.get(0));
      assert_throws_js(TypeError, () => table.set(0, null));
      table.set(0);
    } else {
      assert_equals(table.get(0), null);
      table.set(0, null);
    }
    assert_throws_js(TypeError, () => table.set(0, 1));
  }
  for (const element of ["structure", "i32", "v128", "func", "", undefined]) {
    assert_throws_js(TypeError, () => new WebAssembly.Table({ element, minimum: 1 }));
  }
}, "tables of other references");

test(() => {
  for (const value of ["i32", "i64", "f32", "f64", "externref", "funcref"]) {
    for (const mutable of [true, false]) {
      const global = new WebAssembly.Global({ mutable, value });
      assert_equals(json(global.type()), json({ mutable, value }));
      assert_equals(json(new WebAssembly.Global(global.type()).type()), json(global.type()));
    }
  }
  assert_equals(new WebAssembly.Global({ value: "anyfunc" }).type().value, "funcref");
  for (const value of ["v128", "exnref", "nullexnref"]) {
    assert_throws_js(TypeError, () => new WebAssembly.Global({ value }));
  }
}, "globals");

test(() => {
  const parameters = ["i32", "f64", "v128", "externref", "funcref", "exnref"];
  const tag = new WebAssembly.Tag({ parameters });
  assert_equals(json(tag.type()), json({ parameters }));
  assert_equals(json(WebAssembly.JSTag.type()), '{"parameters":["externref"]}');
}, "tags");

test(() => {
  for (const [constructor, more] of [["Memory", {}], ["Table", { element: "funcref" }]]) {
    const make = (descriptor) => new WebAssembly[constructor]({ ...descriptor, ...more });
    assert_throws_js(TypeError, () => make({ initial: 1, minimum: 1 }));
    assert_throws_js(TypeError, () => make({ maximum: 1 }));
    assert_throws_js(TypeError, () => make({ minimum: -1 }));
    assert_throws_js(RangeError, () => make({ minimum: 2, maximum: 1 }));
    make({ initial: 1, minimum: undefined });
    const read = [];
    const member = (name, value) => ({ valueOf: () => (read.push(name), value) });
    make({ get minimum() { return member("minimum", 1); }, get maximum() { return member("maximum", 2); } });
    assert_array_equals(read, ["maximum", "minimum"]);
  }
}, "initial and minimum");

const module = new WebAssembly.Module(wat`
  (module
    (import "m" "f" (func (param i32 externref) (result f64)))
    (import "m" "memory" (memory 1 2))
    (import "m" "tag" (tag (param i64)))
    (func (export "g") (param v128 funcref) (result i64 i64) unreachable)
    (table (export "table") i64 3 externref)
    (memory (export "memory") 4)
    (global (export "global") (mut f32) (f32.const 0))
    (global (export "typed") (ref func) (ref.func 1)))`);

test(() => {
  const imports = WebAssembly.Module.imports(module);
  assert_array_equals(imports.map(json), [
    '{"module":"m","name":"f","kind":"function","type":{"parameters":["i32","externref"],"results":["f64"]}}',
    '{"module":"m","name":"memory","kind":"memory","type":{"address":"i32","maximum":2,"minimum":1,"shared":false}}',
    '{"module":"m","name":"tag","kind":"tag","type":{"parameters":["i64"]}}',
  ]);
  const exports = WebAssembly.Module.exports(module);
  assert_array_equals(exports.map(json), [
    '{"name":"g","kind":"function","type":{"parameters":["v128","funcref"],"results":["i64","i64"]}}',
    '{"name":"table","kind":"table","type":{"address":"i64","element":"externref","minimum":"3n"}}',
    '{"name":"memory","kind":"memory","type":{"address":"i32","minimum":4,"shared":false}}',
    '{"name":"global","kind":"global","type":{"mutable":true,"value":"f32"}}',
    '{"name":"typed","kind":"global","type":{"mutable":false,"value":"(ref func)"}}',
  ]);
}, "imports and exports of a module");

test(() => {
  // Import objects can be made of what a module says.
  const make = {
    function: (type) => new WebAssembly.Function(type, () => 0),
    memory: (type) => new WebAssembly.Memory(type),
    tag: (type) => new WebAssembly.Tag(type),
  };
  const imports = {};
  for (const { module: from, name, kind, type } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = make[kind](type);
  }
  const { exports } = new WebAssembly.Instance(module, imports);
  assert_equals(exports.table.type().minimum, 3n);
  assert_equals(json(exports.g.type()), '{"parameters":["v128","funcref"],"results":["i64","i64"]}');
}, "imports made of their types");
