// Typed references where WebAssembly and JavaScript meet.

const instance = (bytes, imports) => new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;

const functions = instance(wat`(module
  (func (export "one") (result i32) (i32.const 1))
  (func (export "two") (result i32) (i32.const 2))
  (func (export "half") (param f64) (result f64) (f64.div (local.get 0) (f64.const 2))))`);

test(() => {
  const { call, callNullable, echo } = instance(wat`(module
    (type $f (func (result i32)))
    (func (export "call") (param (ref $f)) (result i32) (call_ref $f (local.get 0)))
    (func (export "callNullable") (param (ref null $f)) (result i32) (call_ref $f (local.get 0)))
    (func (export "echo") (param (ref null $f)) (result (ref null $f)) (local.get 0)))`);
  assert_equals(call(functions.one), 1);
  assert_equals(callNullable(functions.two), 2);
  assert_equals(echo(functions.one), functions.one);
  assert_equals(echo(null), null);
  assert_throws_js(TypeError, () => call(null));
  assert_throws_js(WebAssembly.RuntimeError, () => callNullable(null));
  for (const other of [functions.half, () => 1, undefined, {}, 1, "f"]) {
    for (const each of [call, callNullable, echo]) {
      assert_throws_js(TypeError, () => each(other));
    }
  }
}, "arguments are functions of that type");

test(() => {
  const { get } = instance(wat`(module
    (type $f (func (result i32)))
    (import "m" "f" (func $import (param i32) (result (ref $f))))
    (func (export "get") (param i32) (result i32) (call_ref $f (call $import (local.get 0)))))`, {
    m: { f: (which) => [functions.one, functions.two, functions.half, null, () => 1][which] },
  });
  assert_equals(get(0), 1);
  assert_equals(get(1), 2);
  for (const which of [2, 3, 4]) {
    assert_throws_js(TypeError, () => get(which));
  }
}, "what a JavaScript function returns is checked");

test(() => {
  const { table, get, filled, strict } = instance(wat`(module
    (type $f (func (result i32)))
    (import "m" "zero" (func $zero (result i32)))
    (table $table (export "table") 2 4 (ref null $f))
    (table $filled (export "filled") 3 funcref (ref.func $zero))
    (table $strict (export "strict") 2 (ref $f) (ref.func $zero))
    (elem (table $table) (i32.const 1) (ref $f) (ref.func $zero))
    (func (export "get") (param i32) (result i32)
      (call_ref $f (table.get $table (local.get 0)))))`, { m: { zero: () => 0 } });
  assert_equals(table.get(0), null);
  assert_equals(table.get(1)(), 0);
  table.set(0, functions.two);
  assert_equals(get(0), 2);
  assert_equals(get(1), 0);
  table.set(1, null);
  assert_throws_js(WebAssembly.RuntimeError, () => get(1));
  assert_throws_js(TypeError, () => table.set(0, functions.half));
  assert_throws_js(TypeError, () => table.grow(1, functions.half));
  assert_equals(table.grow(1), 2);
  assert_equals(table.grow(1, functions.one), 3);
  assert_equals(get(3), 1);
  assert_array_equals([0, 1, 2].map((index) => filled.get(index)()), [0, 0, 0]);
  assert_equals(filled.get(0), filled.get(2));
  filled.set(1);
  filled.set(2, functions.half);
  assert_equals(filled.get(1), null);
  assert_equals(strict.get(1)(), 0);
  strict.set(0, functions.one);
  for (const value of [null, functions.half]) {
    assert_throws_js(TypeError, () => strict.set(0, value));
    assert_throws_js(TypeError, () => strict.grow(1, value));
  }
  assert_throws_js(TypeError, () => strict.set(0));
  assert_throws_js(TypeError, () => strict.grow(1));
  assert_equals(strict.grow(1, functions.two), 2);
  assert_equals(strict.get(2), functions.two);
}, "tables of typed references");

test(() => {
  const { mutable, strict, call } = instance(wat`(module
    (type $f (func (result i32)))
    (import "m" "f" (func $f (result i32)))
    (global $mutable (export "mutable") (mut (ref null $f)) (ref.null $f))
    (global (export "strict") (mut (ref $f)) (ref.func $f))
    (func (export "call") (result i32) (call_ref $f (global.get $mutable))))`, { m: { f: functions.one } });
  assert_equals(mutable.value, null);
  assert_equals(strict.value, functions.one);
  assert_throws_js(WebAssembly.RuntimeError, call);
  mutable.value = functions.two;
  assert_equals(call(), 2);
  assert_throws_js(TypeError, () => { mutable.value = functions.half; });
  assert_throws_js(TypeError, () => { strict.value = null; });
  strict.value = functions.two;
  assert_equals(mutable.value, strict.value);
}, "globals of typed references");

test(() => {
  const bytes = wat`(module (import "m" "g" (global (ref null func))))`;
  const typed = wat`(module
    (type $f (func (result i32))) (type $g (func (param f64) (result f64)))
    (elem declare func $one)
    (func $one (result i32) (i32.const 1))
    (global (export "constant") (ref $f) (ref.func $one))
    (global (export "nullable") (ref null $f) (ref.func $one))
    (global (export "variable") (mut (ref $f)) (ref.func $one))
    (table (export "table") 1 (ref null $f))
    (func (export "takes") (param (ref $f)))
    (func (export "takesNull") (param (ref null $f))))`;
  const from = instance(typed);
  instance(bytes, { m: { g: from.constant } });
  const accepted = (module, value) => {
    try {
      instance(module, { m: { x: value } });
      return true;
    } catch (error) {
      assert_true(error instanceof WebAssembly.LinkError, String(error));
      return false;
    }
  };
  const modules = {
    same: wat`(module (type $other (func)) (type $f (func (result i32))) (import "m" "x" (global (ref $f))))`,
    wider: wat`(module (type $f (func (result i32))) (import "m" "x" (global (ref null $f))))`,
    widest: wat`(module (import "m" "x" (global funcref)))`,
    other: wat`(module (type $g (func (param f64) (result f64))) (import "m" "x" (global (ref null $g))))`,
    mutable: wat`(module (type $f (func (result i32))) (import "m" "x" (global (mut (ref $f)))))`,
    mutableWider: wat`(module (type $f (func (result i32))) (import "m" "x" (global (mut (ref null $f)))))`,
    table: wat`(module (type $f (func (result i32))) (import "m" "x" (table 1 (ref null $f))))`,
    tableWider: wat`(module (import "m" "x" (table 1 funcref)))`,
    takes: wat`(module (type $unused (func)) (type $f (func (result i32))) (import "m" "x" (func (param (ref $f)))))`,
    takesAny: wat`(module (import "m" "x" (func (param funcref))))`,
  };
  const expected = {
    constant: ["same", "wider", "widest"],
    nullable: ["wider", "widest"],
    variable: ["mutable"],
    table: ["table"],
    // A function is a value of type funcref.
    takes: ["widest", "takes"],
    takesNull: ["widest"],
  };
  for (const [name, value] of Object.entries(from)) {
    const found = Object.keys(modules).filter((key) => accepted(modules[key], value));
    assert_array_equals(found, expected[name], name);
  }
}, "types of imports are compared as they were written");

test(() => {
  for (const bytes of [
    wat`(module (type $f (func)) (func (param (ref null $f)) (call_ref $f (ref.null func))))`,
    wat`(module (func (local (ref func)) (drop (local.get 0))))`,
    wat`(module (type $f (func)) (table 1 (ref $f)))`,
    wat`(module (type $f (func)) (global (ref $f) (ref.null $f)))`,
    wat`(module (type $f (func)) (type $g (func (param i32))) (func $h) (elem declare func $h) (func (result (ref $g)) (ref.func $h)))`,
  ]) {
    assert_false(WebAssembly.validate(bytes));
  }
  for (const bytes of [wat`(module (type (struct)))`, wat`(module (type (array i32)))`]) {
    try {
      new WebAssembly.Module(bytes);
      assert_unreached("refused");
    } catch (error) {
      assert_true(error instanceof WebAssembly.CompileError);
      assert_true(error.message.includes("garbage collection"), error.message);
    }
  }
}, "what is invalid, and what is another proposal");
