// Strings that are imported by their own names.

const constants = (bytes, namespace, imports = {}) =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes, { importedStringConstants: namespace }), imports).exports;

test(() => {
  const { a, b, c, d } = constants(wat`(module
    (import "'" "" (global $a externref))
    (import "'" "\00" (global $b externref))
    (import "'" "\u{1f600} caf\u{e9}" (global $c (ref extern)))
    (import "'" "length" (global $d (ref extern)))
    (export "a" (global $a)) (export "b" (global $b)) (export "c" (global $c)) (export "d" (global $d)))`, "'");
  assert_array_equals([a, b, c, d].map((global) => global.value), ["", "\0", "\u{1f600} caf\u00e9", "length"]);
  for (const global of [a, b, c, d]) {
    assert_true(global instanceof WebAssembly.Global);
    assert_throws_js(TypeError, () => { global.value = "other"; });
  }
}, "their values are their names");

test(() => {
  for (const namespace of ["", "m", "\u{1f40d}"]) {
    const exports = constants({
      "": wat`(module (import "" "x" (global $g externref)) (func (export "f") (result externref) (global.get $g)))`,
      m: wat`(module (import "m" "x" (global $g externref)) (func (export "f") (result externref) (global.get $g)))`,
      "\u{1f40d}": wat`(module (import "\u{1f40d}" "x" (global $g externref)) (func (export "f") (result externref) (global.get $g)))`,
    }[namespace], namespace);
    assert_equals(exports.f(), "x");
  }
}, "any namespace will do");

const WRONG = {
  mutable: wat`(module (import "s" "x" (global (mut externref))))`,
  "a number": wat`(module (import "s" "x" (global i32)))`,
  "a function reference": wat`(module (import "s" "x" (global funcref)))`,
  "a function": wat`(module (import "s" "x" (func)))`,
  "a table": wat`(module (import "s" "x" (table 1 externref)))`,
  "a memory": wat`(module (import "s" "x" (memory 1)))`,
};
for (const [what, bytes] of Object.entries(WRONG)) {
  test(() => {
    const options = { importedStringConstants: "s" };
    assert_true(WebAssembly.validate(bytes));
    assert_false(WebAssembly.validate(bytes, options));
    assert_throws_js(WebAssembly.CompileError, () => new WebAssembly.Module(bytes, options));
  }, `not a string constant: ${what}`);
}

test(() => {
  const bytes = wat`(module
    (import "s" "x" (global $x externref))
    (import "t" "y" (global $y externref))
    (export "x" (global $x)) (export "y" (global $y)))`;
  const module = new WebAssembly.Module(bytes, { importedStringConstants: "s" });
  assert_array_equals(WebAssembly.Module.imports(module).map((each) => each.module), ["t"]);
  const { x, y } = new WebAssembly.Instance(module, { get s() { return assert_unreached("not read"); }, t: { y: 5 } }).exports;
  assert_equals(x.value, "x");
  assert_equals(y.value, 5);
  const plain = new WebAssembly.Instance(new WebAssembly.Module(bytes, { importedStringConstants: undefined }), { s: { x: 1 }, t: { y: 2 } });
  assert_equals(plain.exports.x.value, 1);
}, "others are imported as ever");

test(() => {
  const bytes = wat`(module (import "wasm:js-string" "length" (global $g externref)) (export "g" (global $g)))`;
  const module = new WebAssembly.Module(bytes, { builtins: ["js-string"], importedStringConstants: "wasm:js-string" });
  assert_equals(new WebAssembly.Instance(module, {}).exports.g.value, "length");
}, "the namespace of constants hides a set of builtins");

test(() => {
  const first = constants(wat`(module (import "s" "shared" (global $g (ref extern))) (export "g" (global $g)))`, "s");
  const bytes = wat`(module (import "m" "g" (global $g externref)) (func (export "f") (result externref) (global.get $g)))`;
  const second = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: first });
  assert_equals(second.exports.f(), "shared");
  const strict = wat`(module (import "m" "g" (global $g (ref extern))))`;
  new WebAssembly.Instance(new WebAssembly.Module(strict), { m: first });
  assert_throws_js(WebAssembly.LinkError, () => new WebAssembly.Instance(new WebAssembly.Module(strict), { m: { g: new WebAssembly.Global({ value: "externref" }, "x") } }));
  assert_throws_js(WebAssembly.LinkError, () => new WebAssembly.Instance(new WebAssembly.Module(strict), { m: { g: null } }));
  new WebAssembly.Instance(new WebAssembly.Module(strict), { m: { g: undefined } });
}, "a constant that is exported can be imported again");
