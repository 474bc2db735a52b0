// What the builtins of "js-string" do, compared with the same in JavaScript.

const bytes = wat`(module
  (import "wasm:js-string" "cast" (func $cast (param externref) (result (ref extern))))
  (import "wasm:js-string" "test" (func $test (param externref) (result i32)))
  (import "wasm:js-string" "fromCharCode" (func $fromCharCode (param i32) (result (ref extern))))
  (import "wasm:js-string" "fromCodePoint" (func $fromCodePoint (param i32) (result (ref extern))))
  (import "wasm:js-string" "charCodeAt" (func $charCodeAt (param externref i32) (result i32)))
  (import "wasm:js-string" "codePointAt" (func $codePointAt (param externref i32) (result i32)))
  (import "wasm:js-string" "length" (func $length (param externref) (result i32)))
  (import "wasm:js-string" "concat" (func $concat (param externref externref) (result (ref extern))))
  (import "wasm:js-string" "substring" (func $substring (param externref i32 i32) (result (ref extern))))
  (import "wasm:js-string" "equals" (func $equals (param externref externref) (result i32)))
  (import "wasm:js-string" "compare" (func $compare (param externref externref) (result i32)))
  (func (export "cast") (param externref) (result externref) (call $cast (local.get 0)))
  (func (export "test") (param externref) (result i32) (call $test (local.get 0)))
  (func (export "fromCharCode") (param i32) (result externref) (call $fromCharCode (local.get 0)))
  (func (export "fromCodePoint") (param i32) (result externref) (call $fromCodePoint (local.get 0)))
  (func (export "charCodeAt") (param externref i32) (result i32) (call $charCodeAt (local.get 0) (local.get 1)))
  (func (export "codePointAt") (param externref i32) (result i32) (call $codePointAt (local.get 0) (local.get 1)))
  (func (export "length") (param externref) (result i32) (call $length (local.get 0)))
  (func (export "concat") (param externref externref) (result externref) (call $concat (local.get 0) (local.get 1)))
  (func (export "substring") (param externref i32 i32) (result externref) (call $substring (local.get 0) (local.get 1) (local.get 2)))
  (func (export "equals") (param externref externref) (result i32) (call $equals (local.get 0) (local.get 1)))
  (func (export "compare") (param externref externref) (result i32) (call $compare (local.get 0) (local.get 1)))
  (func (export "reversed") (param $string externref) (result externref)
    (local $reversed (ref extern)) (local $index i32)
    (local.set $reversed (call $substring (local.get $string) (i32.const 0) (i32.const 0)))
    (local.set $index (call $length (local.get $string)))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $index)))
        (local.set $index (i32.sub (local.get $index) (i32.const 1)))
        (local.set $reversed (call $concat (local.get $reversed)
          (call $fromCharCode (call $charCodeAt (local.get $string) (local.get $index)))))
        (br $next)))
    (local.get $reversed))
  (export "theConcat" (func $concat)))`;

const own = new WebAssembly.Instance(new WebAssembly.Module(bytes, { builtins: ["js-string"] }), {}).exports;

const wanted = (value) => {
  if (typeof value !== "string") {
    throw new WebAssembly.RuntimeError("not a string");
  }
  return value;
};
const inBounds = (string, index) => {
  if (index >>> 0 >= wanted(string).length) {
    throw new WebAssembly.RuntimeError("out of bounds");
  }
};
const polyfill = {
  cast: wanted,
  test: (value) => Number(typeof value === "string"),
  fromCharCode: (code) => String.fromCharCode(code),
  fromCodePoint(code) {
    if (code >>> 0 > 0x10ffff) {
      throw new WebAssembly.RuntimeError("not a code point");
    }
    return String.fromCodePoint(code);
  },
  charCodeAt(string, index) {
    inBounds(string, index);
    return string.charCodeAt(index);
  },
  codePointAt(string, index) {
    inBounds(string, index);
    return string.codePointAt(index);
  },
  length: (string) => wanted(string).length,
  concat: (first, second) => wanted(first) + wanted(second),
  substring(string, start, end) {
    wanted(string);
    [start, end] = [start >>> 0, end >>> 0];
    return start > end || start > string.length ? "" : string.substring(start, end);
  },
  equals: (first, second) => Number((first === null ? null : wanted(first)) === (second === null ? null : wanted(second))),
  compare: (first, second) => (wanted(first) === wanted(second) ? 0 : first < second ? -1 : 1),
};
const others = new WebAssembly.Instance(new WebAssembly.Module(bytes), { "wasm:js-string": polyfill }).exports;

function outcome(call) {
  try {
    return ["returns", call()];
  } catch (error) {
    return ["throws", Object.getPrototypeOf(error)];
  }
}

function same(name, ...args) {
  const [how, what] = outcome(() => own[name](...args));
  const [otherHow, otherWhat] = outcome(() => others[name](...args));
  const call = `${name}(${args.map((arg) => (typeof arg === "string" ? format_value(arg) : typeof arg))})`;
  assert_equals(how, otherHow, call);
  assert_equals(what, otherWhat, call);
  return what;
}

const strings = [
  "", "a", "A", "z", "ab", "abc", "\0", "\xff", "\u0100", "\uffff", "\ud83d\ude00", "a\ud83d\ude00b", "\ud83d", "\ude00", "\ude00\ud83d",
  "x".repeat(33), "x".repeat(31) + "\u0101", "hello, world", "\u00e9".repeat(100), "\u4e2d\u6587".repeat(50),
];
const strangers = [null, undefined, true, 0, -0, NaN, 1n, Symbol("s"), {}, [], () => {}, new String("s"), Object("s"), /s/];
const numbers = [0, 1, 2, 3, 10, 31, 32, 33, 99, 100, 0x7fffffff, -0x80000000, -1, -2];

test(() => {
  for (const value of [...strings, ...strangers]) {
    same("test", value);
    same("cast", value);
    same("length", value);
  }
}, "test, cast and length");

test(() => {
  for (const value of [...strings, ...strangers]) {
    for (const index of numbers) {
      same("charCodeAt", value, index);
      same("codePointAt", value, index);
    }
  }
}, "charCodeAt and codePointAt");

test(() => {
  for (const code of [0, 1, 0x41, 0x7f, 0x80, 0xff, 0x100, 0xd7ff, 0xd800, 0xdc00, 0xffff, 0x10000, 0x10001, 0x10ffff, 0x110000, -1, 0x7fffffff]) {
    same("fromCharCode", code);
    same("fromCodePoint", code);
  }
}, "fromCharCode and fromCodePoint");

test(() => {
  const values = [...strings, null, undefined, 1, Object("a")];
  for (const first of values) {
    for (const second of values) {
      same("concat", first, second);
      same("equals", first, second);
      same("compare", first, second);
    }
  }
}, "concat, equals and compare");

test(() => {
  for (const value of [...strings, null, 5]) {
    for (const start of numbers) {
      for (const end of numbers) {
        same("substring", value, start, end);
      }
    }
  }
}, "substring");

test(() => {
  assert_equals(own.compare("a", "b"), -1);
  assert_equals(own.compare("b", "a"), 1);
  // By code units, not by code points.
  assert_equals(own.compare("\uffff", "\ud83d\ude00"), 1);
}, "the order of strings");

test(() => {
  assert_throws_js(WebAssembly.RuntimeError, () => own.length(null));
  assert_throws_js(WebAssembly.RuntimeError, () => own.cast(new String("")));
  try {
    own.charCodeAt("abc", 3);
    assert_unreached("it throws");
  } catch (error) {
    assert_true(error instanceof WebAssembly.RuntimeError);
    assert_true(error.message.includes("charCodeAt") && error.message.includes("3"), error.message);
  }
}, "what traps is a RuntimeError that says why");

test(() => {
  for (const value of strings) {
    let expected = "";
    for (let index = value.length; index > 0; index -= 1) {
      expected += value[index - 1];
    }
    assert_equals(own.reversed(value), expected);
    assert_equals(others.reversed(value), expected);
  }
}, "code that works on strings all the time");

test(() => {
  const long = "abcdefghij".repeat(2_000);
  assert_equals(own.reversed(long), [...long].reverse().join(""));
  assert_equals(own.concat(own.substring(long, 5, 15_000), own.substring(long, 15_000, -1)), long.slice(5));
}, "long strings");

test(() => {
  // The hidden `length` of String.prototype.concat and the like play no part.
  const saved = String.prototype.concat;
  String.prototype.concat = () => assert_unreached("not called");
  try {
    assert_equals(own.concat("a", "b"), "ab");
  } finally {
    String.prototype.concat = saved;
  }
}, "they don't look at String.prototype");

test(() => {
  const { theConcat } = own;
  assert_equals(typeof theConcat, "function");
  assert_equals(theConcat.length, 2);
  assert_equals(theConcat("a", "\u0101"), "a\u0101");
  assert_throws_js(WebAssembly.RuntimeError, () => theConcat("a", 1));
  const module = new WebAssembly.Module(wat`(module
    (import "m" "concat" (func $concat (param externref externref) (result (ref extern))))
    (func (export "twice") (param externref) (result externref) (call $concat (local.get 0) (local.get 0))))`);
  assert_equals(new WebAssembly.Instance(module, { m: { concat: theConcat } }).exports.twice("ab"), "abab");
}, "a builtin is an exported function like any other");

test(() => {
  const module = new WebAssembly.Module(wat`(module
    (import "wasm:js-string" "concat" (func $concat (param externref externref) (result (ref extern))))
    (import "wasm:js-string" "length" (func $length (param externref) (result i32)))
    (table $kept 1 externref)
    (global $last (mut externref) (ref.null extern))
    (func (export "grow") (param $times i32) (param $by externref) (result i32)
      (local $string externref)
      (local.set $string (local.get $by))
      (loop $next
        (local.set $string (call $concat (local.get $string) (local.get $by)))
        (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
      (table.set $kept (i32.const 0) (local.get $string))
      (global.set $last (local.get $by))
      (call $length (local.get $string)))
    (func (export "kept") (result externref) (table.get $kept (i32.const 0)))
    (func (export "last") (result externref) (global.get $last)))`, { builtins: ["js-string"] });
  const { grow, kept, last } = new WebAssembly.Instance(module, {}).exports;
  for (let round = 0; round < 60; round += 1) {
    const by = `<${round}>`;
    assert_equals(grow(100, by), by.length * 101);
    assert_equals(kept(), by.repeat(101));
    assert_equals(last(), by);
  }
}, "what is kept in tables and globals stays");
