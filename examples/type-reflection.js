// Types that can be looked at: run with --experimental-wasm-type-reflection. What the module imports is
// made of what it says about that.
const module = await WebAssembly.compileStreaming(fetch("type-reflection.wasm"));

const imports = {};
for (const { module: from, name, kind, type } of WebAssembly.Module.imports(module)) {
  imports[from] ??= {};
  switch (kind) {
    case "function":
      imports[from][name] = new WebAssembly.Function(type, (value) => console.log(`${type.parameters}: ${value}`));
      break;
    case "global":
      imports[from][name] = new WebAssembly.Global(type, 40);
      break;
    case "table":
      imports[from][name] = new WebAssembly.Table(type);
      break;
  }
}

const { count, functions } = imports.state;
functions.set(1, new WebAssembly.Function({ parameters: ["i32"], results: [] }, (by) => { count.value += by; }));
const { run } = (await WebAssembly.instantiate(module, imports)).exports;
run("hello");
console.log(count.value, run.type().parameters, functions.type().minimum);
