// META: script=/resources/module-bytes.js

// Throws what it is asked to, catches what it is asked to.
const thrower = wat`(module
  (import "m" "js" (func $js))
  (tag $t (export "tag") (param i32))
  (table (export "table") 4 funcref)
  (type $v (func (param i32) (result i32)))
  (func $throw (export "throw") (type $v) (throw $t (local.get 0)))
  (func (export "call-js") (call $js))
  (func (export "indirect") (param i32 i32) (result i32)
    (block $h (result i32)
      (try_table (result i32) (catch $t $h)
        (call_indirect (type $v) (local.get 0) (local.get 1)))
      (return))
    (i32.add (i32.const 100)))
  (elem (i32.const 0) $throw))`;

const catcher = wat`(module
  (import "m" "tag" (tag $t (param i32)))
  (import "m" "f" (func $f (param i32) (result i32)))
  (func (export "catch") (param i32) (result i32)
    (block $h (result i32)
      (try_table (result i32) (catch $t $h) (call $f (local.get 0)))
      (return))
    (i32.add (i32.const 1000)))
  (func (export "catch-all") (param i32) (result i32)
    (block $h
      (try_table (catch_all $h) (return (call $f (local.get 0)))))
    (i32.const -1)))`;

// Knows nothing of exceptions.
const plain = wat`(module
  (import "m" "f" (func $f (param i32) (result i32)))
  (global $after (export "after") (mut i32) (i32.const 0))
  (func $inner (param i32) (result i32)
    (call $f (local.get 0))
    (global.set $after (i32.const 1)))
  (func (export "g") (param i32) (result i32)
    (call $inner (local.get 0))
    (global.set $after (i32.add (global.get $after) (i32.const 2)))))`;

const none = () => {};

function assert_throws_wasm(f, what) {
  try {
    f();
  } catch (e) {
    assert_true(e instanceof WebAssembly.Exception, what ?? String(e));
    return;
  }
  assert_unreached(what ?? "nothing was thrown");
}

test(() => {
  const { exports: a } = instantiate(thrower, { m: { js: none } });
  const { exports: b } = instantiate(catcher, { m: { tag: a.tag, f: a.throw } });
  assert_equals(b.catch(7), 1007);
  assert_equals(b["catch-all"](7), -1);
  const { exports: stranger } = instantiate(catcher, { m: { tag: new WebAssembly.Tag({ parameters: ["i32"] }), f: a.throw } });
  try {
    stranger.catch(8);
    assert_unreached();
  } catch (e) {
    assert_true(e instanceof WebAssembly.Exception);
    assert_true(e.is(a.tag));
    assert_equals(e.getArg(a.tag, 0), 8);
    assert_equals(e.stack, undefined);
  }
}, "from instance to instance, by the identity of the tag");

test(() => {
  const { exports: a } = instantiate(thrower, { m: { js: none } });
  const { exports: between } = instantiate(plain, { m: { f: a.throw } });
  const { exports: b } = instantiate(catcher, { m: { tag: a.tag, f: between.g } });
  assert_equals(b.catch(1), 1001);
  assert_equals(between.after.value, 0, "nothing after the call was executed");
  assert_throws_wasm(() => between.g(2));
  assert_equals(between.after.value, 0);
}, "through an instance without exceptions that imports a function which throws");

test(() => {
  const { exports: a } = instantiate(thrower, { m: { js: none } });
  const caller = wat`(module
    (import "m" "t" (table 4 funcref))
    (type $v (func (param i32) (result i32)))
    (global $after (export "after") (mut i32) (i32.const 0))
    (func (export "g") (param i32) (result i32)
      (call_indirect (type $v) (local.get 0) (i32.const 0))
      (global.set $after (i32.const 1))))`;
  const { exports: between } = instantiate(caller, { m: { t: a.table } });
  const { exports: b } = instantiate(catcher, { m: { tag: a.tag, f: between.g } });
  assert_equals(b.catch(1), 1001);
  assert_throws_wasm(() => between.g(2));
  assert_equals(between.after.value, 0);
}, "through an instance without exceptions that imports a table of functions which throw");

const indirect = wat`(module
  (import "m" "js" (func $js))
  (table (export "table") 4 funcref)
  (type $v (func (param i32) (result i32)))
  (func (export "js") (param i32) (result i32) (call $js) (i32.const 0))
  (global $after (export "after") (mut i32) (i32.const 0))
  (func $g (export "g") (param i32) (result i32)
    (call_indirect (type $v) (local.get 0) (i32.const 0))
    (global.set $after (i32.const 1)))
  (func (export "by-reference") (param funcref i32) (result i32)
    (table.set (i32.const 0) (local.get 0))
    (call $g (local.get 1))))`;

test(() => {
  const { exports: p } = instantiate(indirect, { m: { js: none } });
  const { exports: a } = instantiate(thrower, { m: { js: none } });
  p.table.set(0, a.throw);
  assert_equals(p.table.get(0), a.throw, "the function is itself");
  try {
    p.g(5);
    assert_unreached();
  } catch (e) {
    assert_true(e.is(a.tag));
    assert_equals(e.getArg(a.tag, 0), 5);
  }
  assert_equals(p.after.value, 0);
  const { exports: b } = instantiate(catcher, { m: { tag: a.tag, f: p.g } });
  assert_equals(b.catch(6), 1006, "caught by who called the instance without exceptions");
  assert_equals(p.after.value, 0);
  assert_throws_wasm(() => p["by-reference"](a.throw, 3));
  assert_equals(p.after.value, 0);
}, "a function that throws in the table of an instance that runs already, put there by a script");

test(() => {
  const { exports: p } = instantiate(indirect, { m: { js: none } });
  const writer = wat`(module
    (import "m" "table" (table $table 4 funcref))
    (import "m" "g" (func $g (param i32) (result i32)))
    (tag $t (export "tag") (param i32))
    (func $one (param i32) (result i32) (throw $t (local.get 0)))
    (func $two (param i32) (result i32) (throw $t (i32.const 2)))
    (elem (i32.const 0) $one)
    (elem declare func $two)
    (func (export "run") (param i32) (result i32)
      (table.set $table (i32.const 0) (ref.func $two))
      (block $h (result i32)
        (try_table (result i32) (catch $t $h) (call $g (local.get 0)))
        (return))))`;
  const { exports: a } = instantiate(writer, { m: p });
  assert_throws_wasm(() => p.g(1), "put there by a segment");
  assert_equals(p.after.value, 0);
  assert_equals(a.run(9), 2, "put there by code");
  assert_equals(p.after.value, 0);
}, "a function that throws in the table of an instance that runs already, put there by another one");

test(() => {
  const mine = { mine: true };
  const { exports: p } = instantiate(indirect, { m: { js() { throw mine; } } });
  const { exports: b } = instantiate(catcher, { m: { tag: new WebAssembly.Tag({ parameters: ["i32"] }), f: p.js } });
  assert_equals(b["catch-all"](0), -1);
  try {
    b.catch(0);
    assert_unreached();
  } catch (e) {
    assert_equals(e, mine);
  }
}, "a JavaScript exception through an instance without exceptions is caught by its caller");

test(() => {
  const { exports: a } = instantiate(thrower, { m: { js: none } });
  assert_equals(a.indirect(5, 0), 105);
  const { exports: other } = instantiate(plain, { m: { f: (x) => x } });
  a.table.set(1, other.g);
  assert_equals(a.indirect(5, 1), 5);
  const mine = new Error("mine");
  const { exports: bad } = instantiate(plain, { m: { f() { throw mine; } } });
  a.table.set(2, bad.g);
  assert_throws_exactly(mine, () => a.indirect(5, 2));
  assert_equals(a.table.get(2), bad.g);
}, "functions without exceptions in the table of an instance with them");

test(() => {
  const start = wat`(module
    (import "m" "tag" (tag $t (param i32)))
    (import "m" "throw" (func $f (param i32) (result i32)))
    (func $start (drop (call $f (i32.const 3))))
    (start $start))`;
  const { exports: a } = instantiate(thrower, { m: { js: none } });
  try {
    instantiate(start, { m: a });
    assert_unreached();
  } catch (e) {
    assert_equals(e.getArg(a.tag, 0), 3);
  }
  const plainStart = wat`(module
    (import "m" "throw" (func $f (param i32) (result i32)))
    (func $start (drop (call $f (i32.const 4))))
    (start $start))`;
  assert_throws_wasm(() => instantiate(plainStart, { m: a }));
  assert_equals(a.indirect(5, 0), 105, "nothing is pending");
}, "a start function that throws");

test(() => {
  assert_throws_js(WebAssembly.LinkError, () => instantiate(catcher, { m: { tag: {}, f: none } }));
  const other = new WebAssembly.Tag({ parameters: ["i64"] });
  assert_throws_js(WebAssembly.LinkError, () => instantiate(catcher, { m: { tag: other, f: none } }));
  const { exports: a } = instantiate(thrower, { m: { js: none } });
  assert_true(a.tag instanceof WebAssembly.Tag);
  assert_not_equals(a.tag, instantiate(thrower, { m: { js: none } }).exports.tag);
  const again = instantiate(wat`(module (import "m" "tag" (tag $t (param i32))) (export "t" (tag $t)))`, { m: a });
  assert_equals(again.exports.t, a.tag);
  assert_array_equals(
    WebAssembly.Module.exports(new WebAssembly.Module(thrower)).map(({ kind }) => kind),
    ["tag", "table", "function", "function", "function"],
  );
  assert_equals(WebAssembly.Module.imports(new WebAssembly.Module(catcher))[0].kind, "tag");
}, "imported and exported tags");
