// Which imports are builtins, and what their types must be.

const SIGNATURES = {
  cast: wat`(module (import "wasm:js-string" "cast" (func (param externref) (result (ref extern)))))`,
  test: wat`(module (import "wasm:js-string" "test" (func (param externref) (result i32))))`,
  fromCharCode: wat`(module (import "wasm:js-string" "fromCharCode" (func (param i32) (result (ref extern)))))`,
  fromCodePoint: wat`(module (import "wasm:js-string" "fromCodePoint" (func (param i32) (result (ref extern)))))`,
  charCodeAt: wat`(module (import "wasm:js-string" "charCodeAt" (func (param externref i32) (result i32))))`,
  codePointAt: wat`(module (import "wasm:js-string" "codePointAt" (func (param externref i32) (result i32))))`,
  length: wat`(module (import "wasm:js-string" "length" (func (param externref) (result i32))))`,
  concat: wat`(module (import "wasm:js-string" "concat" (func (param externref externref) (result (ref extern)))))`,
  substring: wat`(module (import "wasm:js-string" "substring" (func (param externref i32 i32) (result (ref extern)))))`,
  equals: wat`(module (import "wasm:js-string" "equals" (func (param externref externref) (result i32))))`,
  compare: wat`(module (import "wasm:js-string" "compare" (func (param externref externref) (result i32))))`,
};

const WRONG = {
  "a result that may be null": wat`(module (import "wasm:js-string" "cast" (func (param externref) (result externref))))`,
  "a parameter that is never null": wat`(module (import "wasm:js-string" "length" (func (param (ref extern)) (result i32))))`,
  "another number type": wat`(module (import "wasm:js-string" "length" (func (param externref) (result i64))))`,
  "a parameter too many": wat`(module (import "wasm:js-string" "test" (func (param externref i32) (result i32))))`,
  "a parameter too few": wat`(module (import "wasm:js-string" "substring" (func (param externref i32) (result (ref extern)))))`,
  "no result": wat`(module (import "wasm:js-string" "equals" (func (param externref externref))))`,
  "functions instead of values": wat`(module (import "wasm:js-string" "length" (func (param funcref) (result i32))))`,
  "an array that is none": wat`(module (import "wasm:js-string" "fromCharCodeArray" (func (param externref i32 i32) (result (ref extern)))))`,
  "a global": wat`(module (import "wasm:js-string" "length" (global i32)))`,
  "a memory": wat`(module (import "wasm:js-string" "length" (memory 1)))`,
};

const builtins = ["js-string"];

for (const [name, bytes] of Object.entries(SIGNATURES)) {
  test(() => {
    assert_true(WebAssembly.validate(bytes, { builtins }));
    const module = new WebAssembly.Module(bytes, { builtins });
    assert_array_equals(WebAssembly.Module.imports(module), []);
    new WebAssembly.Instance(module, {});
    // There is nothing that an import object could add.
    new WebAssembly.Instance(module, { get "wasm:js-string"() { return assert_unreached("not read"); } });
  }, `${name} of the right type`);
}

for (const [what, bytes] of Object.entries(WRONG)) {
  promise_test(async (t) => {
    assert_true(WebAssembly.validate(bytes), "as an ordinary import");
    assert_false(WebAssembly.validate(bytes, { builtins }));
    assert_throws_js(WebAssembly.CompileError, () => new WebAssembly.Module(bytes, { builtins }));
    await promise_rejects_js(t, WebAssembly.CompileError, WebAssembly.compile(bytes, { builtins }));
    await promise_rejects_js(t, WebAssembly.CompileError, WebAssembly.instantiate(bytes, {}, { builtins }));
    const response = () => new Response(bytes, { headers: { "Content-Type": "application/wasm" } });
    await promise_rejects_js(t, WebAssembly.CompileError, WebAssembly.compileStreaming(response(), { builtins }));
    await promise_rejects_js(t, WebAssembly.CompileError, WebAssembly.instantiateStreaming(response(), {}, { builtins }));
  }, `${what} is refused`);
}

test(() => {
  const bytes = SIGNATURES.length;
  for (const options of [undefined, {}, { builtins: [] }, { builtins: ["wasm:js-string"] }, { builtins: ["JS-STRING", "js-number"] }, { builtins: ["js-string "] }]) {
    const module = new WebAssembly.Module(bytes, options);
    assert_equals(WebAssembly.Module.imports(module).length, 1);
    assert_throws_js(TypeError, () => new WebAssembly.Instance(module, {}));
    new WebAssembly.Instance(module, { "wasm:js-string": { length: () => 0 } });
  }
}, "without the set, they are ordinary imports");

test(() => {
  const bytes = wat`(module)`;
  assert_false(WebAssembly.validate(bytes, { builtins: ["js-string", "js-string"] }));
  assert_throws_js(WebAssembly.CompileError, () => new WebAssembly.Module(bytes, { builtins: ["unknown", "js-string", "unknown"] }));
  assert_true(WebAssembly.validate(bytes, { builtins: ["unknown", "js-string"] }));
}, "no set may be asked for twice");

test(() => {
  const bytes = wat`(module
    (import "wasm:js-string" "length" (func (param externref) (result i32)))
    (import "wasm:js-string" "trim" (func $trim (param externref) (result externref)))
    (import "m" "f" (func))
    (func (export "trim") (param externref) (result externref) (call $trim (local.get 0))))`;
  const module = new WebAssembly.Module(bytes, { builtins });
  assert_array_equals(WebAssembly.Module.imports(module).map((each) => `${each.module} ${each.name}`), ["wasm:js-string trim", "m f"]);
  const { exports } = new WebAssembly.Instance(module, { "wasm:js-string": { trim: (string) => string.trim() }, m: { f() {} } });
  assert_equals(exports.trim(" a "), "a");
}, "a name that is not in the set is an ordinary import");

test(() => {
  const module = new WebAssembly.Module(SIGNATURES.length, { builtins });
  assert_throws_js(TypeError, () => new WebAssembly.Instance(module));
}, "a module with imports wants an object, even if nothing is read from it");

promise_test(async () => {
  const bytes = wat`(module
    (global $hello (import "strings" "hello ") externref)
    (global $world (import "strings" "world!") (ref extern))
    (func $concat (import "wasm:js-string" "concat") (param externref externref) (result (ref extern)))
    (func $log (import "m" "log") (param externref))
    (func (export "main") (call $log (call $concat (global.get $hello) (global.get $world)))))`;
  const options = { builtins, importedStringConstants: "strings" };
  const logged = [];
  const imports = { m: { log: (value) => logged.push(value) } };
  const response = () => new Response(bytes, { headers: { "Content-Type": "application/wasm" } });
  assert_true(WebAssembly.validate(bytes, options));
  const instances = [
    new WebAssembly.Instance(new WebAssembly.Module(bytes, options), imports),
    await WebAssembly.instantiate(await WebAssembly.compile(bytes, options), imports),
    (await WebAssembly.instantiate(bytes, imports, options)).instance,
    await WebAssembly.instantiate(await WebAssembly.compileStreaming(response(), options), imports),
    (await WebAssembly.instantiateStreaming(response(), imports, options)).instance,
  ];
  for (const instance of instances) {
    instance.exports.main();
  }
  assert_array_equals(logged, instances.map(() => "hello world!"));
}, "all functions that compile take the options");

test(() => {
  const read = [];
  const options = {
    get importedStringConstants() { read.push("importedStringConstants"); return null; },
    get builtins() { read.push("builtins"); return new Set(["js-string"]); },
  };
  assert_true(WebAssembly.validate(SIGNATURES.test, options));
  assert_array_equals(read, ["builtins", "importedStringConstants"]);
  assert_throws_js(TypeError, () => WebAssembly.validate(SIGNATURES.test, { builtins: "js-string" }));
  assert_throws_js(TypeError, () => WebAssembly.validate(SIGNATURES.test, { builtins: [Symbol()] }));
  assert_throws_js(TypeError, () => WebAssembly.validate(SIGNATURES.test, { importedStringConstants: Symbol() }));
}, "the options are a Web IDL dictionary");
