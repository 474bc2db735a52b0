// META: script=/resources/module-bytes.js

function plain(list) {
  assert_true(Array.isArray(list));
  for (const each of list) {
    assert_equals(Object.getPrototypeOf(each), Object.prototype);
    for (const key of Object.keys(each)) {
      const property = Object.getOwnPropertyDescriptor(each, key);
      assert_true(property.writable && property.enumerable && property.configurable, key);
    }
  }
  return list;
}

test(() => {
  const module = new WebAssembly.Module(wat`(module)`);
  assert_array_equals(plain(WebAssembly.Module.exports(module)), []);
  assert_array_equals(plain(WebAssembly.Module.imports(module)), []);
  assert_array_equals(plain(WebAssembly.Module.customSections(module, "name")), []);
}, "an empty module");

test(() => {
  const module = new WebAssembly.Module(wat`(module
    (func (export "f"))
    (table (export "t") 1 funcref)
    (memory (export "m") 1)
    (global (export "g") i32 (i32.const 0))
    (export "again" (func 0))
    (export "" (func 0)))`);
  const list = plain(WebAssembly.Module.exports(module));
  assert_array_equals(list.map((each) => `${each.name}:${each.kind}`), ["f:function", "t:table", "m:memory", "g:global", "again:function", ":function"]);
  assert_array_equals(Object.keys(list[0]), ["name", "kind"]);
}, "exports, in order");

test(() => {
  const module = new WebAssembly.Module(wat`(module
    (import "b" "f" (func))
    (import "a" "m" (memory 1))
    (import "" "" (global i32))
    (import "b" "t" (table 1 externref))
    (import "b" "f" (func (param i32))))`);
  const list = plain(WebAssembly.Module.imports(module));
  assert_array_equals(
    list.map((each) => `${each.module}.${each.name}:${each.kind}`),
    ["b.f:function", "a.m:memory", ".:global", "b.t:table", "b.f:function"],
  );
  assert_array_equals(Object.keys(list[0]), ["module", "name", "kind"]);
}, "imports, in order, the same name twice too");

test(() => {
  const module = new WebAssembly.Module(wat`(module
    (func $hidden)
    (memory 1)
    (table 3 funcref)
    (global (mut i32) (i32.const 0))
    (elem (i32.const 0) $hidden)
    (data (i32.const 0) "x")
    (start $hidden))`);
  assert_array_equals(WebAssembly.Module.exports(module), []);
  assert_array_equals(WebAssembly.Module.imports(module), []);
}, "what a module keeps to itself is nowhere to be seen");

test(() => {
  const module = new WebAssembly.Module(wat`(module (func (export "f")))`);
  const one = WebAssembly.Module.exports(module);
  const other = WebAssembly.Module.exports(module);
  assert_not_equals(one, other);
  assert_not_equals(one[0], other[0]);
}, "a fresh list each time");

test(() => {
  const names = ["é", "日本", "😀", "a\0b", "__proto__", "constructor"];
  const bytes = moduleBytes(
    section(SECTION.type, vector([functionType([], [])])),
    section(SECTION.function, vector([[0]])),
    section(SECTION.export, vector(names.map((name) => [...text(name), KIND.function, 0]))),
    section(SECTION.code, vector([body()])),
  );
  const module = new WebAssembly.Module(bytes);
  assert_array_equals(WebAssembly.Module.exports(module).map((each) => each.name), names);
  assert_array_equals(Object.keys(new WebAssembly.Instance(module).exports), names);
}, "names in any script, and awkward ones");
