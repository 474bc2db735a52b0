// Type reflection is not there unless it is asked for.

test(() => {
  assert_false("Function" in WebAssembly);
  for (const name of ["Memory", "Table", "Global", "Tag"]) {
    assert_false("type" in WebAssembly[name].prototype);
  }
  const module = new WebAssembly.Module(wat`(module (import "m" "f" (func)) (memory (export "memory") 1))`);
  assert_array_equals(Object.keys(WebAssembly.Module.imports(module)[0]), ["module", "name", "kind"]);
  assert_array_equals(Object.keys(WebAssembly.Module.exports(module)[0]), ["name", "kind"]);
  assert_throws_js(TypeError, () => new WebAssembly.Memory({ minimum: 1 }));
  assert_throws_js(TypeError, () => new WebAssembly.Table({ minimum: 1, element: "anyfunc" }));
  assert_throws_js(TypeError, () => new WebAssembly.Table({ initial: 1, element: "funcref" }));
  assert_throws_js(TypeError, () => new WebAssembly.Global({ value: "funcref" }));
}, "nothing of it");
