// META: script=/resources/module-bytes.js

const contents = (sections) => sections.map((each) => {
  assert_equals(Object.getPrototypeOf(each), ArrayBuffer.prototype);
  return Array.from(new Uint8Array(each));
});

test(() => {
  const module = new WebAssembly.Module(moduleBytes(custom("a", [1, 2]), custom("b", []), section(SECTION.type, vector([])), custom("a", [3])));
  assert_equals(JSON.stringify(contents(WebAssembly.Module.customSections(module, "a"))), "[[1,2],[3]]");
  assert_equals(JSON.stringify(contents(WebAssembly.Module.customSections(module, "b"))), "[[]]");
  assert_equals(JSON.stringify(contents(WebAssembly.Module.customSections(module, "c"))), "[]");
  assert_equals(JSON.stringify(contents(WebAssembly.Module.customSections(module, ""))), "[]");
}, "every section of the name, wherever it stands");

test(() => {
  const module = new WebAssembly.Module(moduleBytes(custom("a", [1])));
  const [first] = WebAssembly.Module.customSections(module, "a");
  new Uint8Array(first)[0] = 9;
  const [second] = WebAssembly.Module.customSections(module, "a");
  assert_not_equals(first, second);
  assert_array_equals(new Uint8Array(second), [1]);
}, "fresh copies");

test(() => {
  const module = new WebAssembly.Module(moduleBytes(custom("é", [2]), custom("1", [3])));
  assert_equals(WebAssembly.Module.customSections(module, "é").length, 1);
  assert_equals(WebAssembly.Module.customSections(module, 1).length, 1);
  assert_equals(WebAssembly.Module.customSections(module, { toString: () => "é" }).length, 1);
}, "the name is converted to a string");

test(() => {
  const module = new WebAssembly.Module(moduleBytes(custom("a", [])));
  assert_throws_js(TypeError, () => WebAssembly.Module.customSections(module));
  assert_throws_js(TypeError, () => WebAssembly.Module.customSections(module, Symbol()));
  const thrown = {};
  assert_throws_exactly(thrown, () => WebAssembly.Module.customSections(module, { toString() { throw thrown; } }));
}, "the name is needed");

test(() => {
  const lone = new WebAssembly.Module(moduleBytes(custom("�", [1])));
  assert_equals(WebAssembly.Module.customSections(lone, "\ufffd").length, 1);
  assert_equals(WebAssembly.Module.customSections(lone, "\ud800").length, 0);
}, "a lone surrogate equals no name: the argument is a DOMString");

test(() => {
  const module = new WebAssembly.Module(moduleBytes(custom("undefined", [1])));
  assert_equals(WebAssembly.Module.customSections(module, undefined).length, 1);
}, "undefined is a name as well");
