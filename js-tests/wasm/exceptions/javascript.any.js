// META: script=/resources/module-bytes.js

const bytes = wat`(module
  (import "m" "js" (tag $js (param externref)))
  (import "m" "f" (func $f))
  (tag $own (export "own") (param externref i64))
  (global $kept (mut exnref) (ref.null exn))
  (func (export "catch-js") (result externref)
    (block $h (result externref)
      (try_table (catch $js $h) (call $f))
      (ref.null extern)))
  (func (export "rethrow-all")
    (block $h (result exnref)
      (try_table (catch_all_ref $h) (call $f))
      (return))
    throw_ref)
  (func (export "keep")
    (block $h (result exnref)
      (try_table (catch_all_ref $h) (call $f))
      (return))
    (global.set $kept))
  (func (export "throw-kept") (throw_ref (global.get $kept)))
  (func (export "throw-own") (param externref i64) (throw $own (local.get 0) (local.get 1)))
  (func (export "throw-js") (param externref) (throw $js (local.get 0)))
  (func (export "legacy") (param i32)
    try
      call $f
    catch $own
      drop
      drop
      rethrow 0
    catch_all
      local.get 0
      if
        rethrow 1
      end
    end))`;

function make(f) {
  return instantiate(bytes, { m: { js: WebAssembly.JSTag, f } }).exports;
}

function caught(f) {
  try {
    f();
  } catch (e) {
    return e;
  }
  assert_unreached("nothing was thrown");
}

const values = [undefined, null, 0, "text", Symbol("s"), 5n, {}, new Error("e"), () => {}];

test(() => {
  for (const value of values) {
    const exports = make(() => { throw value; });
    assert_equals(exports["catch-js"](), value);
    assert_equals(caught(exports["rethrow-all"]), value);
    assert_equals(caught(() => exports.legacy(1)), value);
    exports.legacy(0);
    assert_equals(caught(() => exports["throw-js"](value)), value);
    exports.keep();
    assert_equals(caught(exports["throw-kept"]), value);
  }
}, "what a script throws comes out as itself");

test(() => {
  const tag = new WebAssembly.Tag({ parameters: ["f32"] });
  const exception = new WebAssembly.Exception(tag, [1.5]);
  const exports = make(() => { throw exception; });
  assert_equals(caught(exports["catch-js"]), exception, "JSTag does not catch it");
  assert_equals(caught(exports["rethrow-all"]), exception);
  assert_equals(caught(() => exports.legacy(1)), exception);
  exports.keep();
  assert_equals(caught(exports["throw-kept"]), exception);
  assert_equals(caught(exports["throw-kept"]), exception);
}, "an Exception object that a script throws comes out as itself");

test(() => {
  const object = {};
  let depth = 0;
  let exports;
  exports = make(() => {
    if (depth++ === 0) {
      exports["throw-own"](object, 7n);
    }
  });
  const first = caught(exports["rethrow-all"]);
  assert_true(first.is(exports.own));
  assert_equals(first.getArg(exports.own, 0), object);
  assert_equals(first.getArg(exports.own, 1), 7n);
  depth = 0;
  let inner;
  exports = make(() => {
    inner = caught(() => exports["throw-own"](object, 8n));
    throw inner;
  });
  assert_equals(caught(() => exports.legacy(0)), inner);
  assert_equals(caught(exports["rethrow-all"]), inner);
}, "through frames of JavaScript and back");

test(() => {
  const exports = make(() => {});
  const error = caught(exports["throw-kept"]);
  assert_true(error instanceof WebAssembly.RuntimeError);
  const trap = wat`(module (func (export "f") (result i32)
    (block $h (try_table (catch_all $h) (unreachable))) (i32.const 1)))`;
  assert_throws_js(WebAssembly.RuntimeError, instantiate(trap).exports.f);
  const endless = wat`(module (func $f (export "f") (result i32)
    (block $h (try_table (catch_all $h) (drop (call $f)))) (i32.const 1)))`;
  assert_throws_js(RangeError, instantiate(endless).exports.f);
}, "traps are not caught");

test(() => {
  const exports = make(() => { throw new Error("again"); });
  let sum = 0;
  for (let i = 0; i < 10_000; i++) {
    sum += caught(() => exports["throw-own"]({ i }, BigInt(i))).getArg(exports.own, 0).i;
    if (i % 10 === 0) {
      exports["catch-js"]();
      exports.legacy(0);
    }
  }
  assert_equals(sum, 49_995_000);
}, "ten thousand times");

test(() => {
  const tag = new WebAssembly.Tag({ parameters: ["externref", "anyfunc", "i64"] });
  const { "throw-own": f } = make(() => {});
  const exception = new WebAssembly.Exception(tag, [undefined, f, 3n], { traceStack: true });
  assert_equals(exception.getArg(tag, 0), undefined);
  assert_equals(exception.getArg(tag, 1), f);
  assert_equals(exception.getArg(tag, 2), 3n);
  assert_equals(typeof exception.stack, "string");
  assert_equals(new WebAssembly.Exception(tag, [1, null, 3n]).stack, undefined);
  assert_throws_js(TypeError, () => new WebAssembly.Exception(tag, [1, () => {}, 3n]));
  assert_throws_js(TypeError, () => new WebAssembly.Exception(tag, [1, null]));
  assert_throws_js(TypeError, () => new WebAssembly.Exception(tag, [1, null, 3]));
  const vector = new WebAssembly.Tag({ parameters: ["v128"] });
  assert_throws_js(TypeError, () => new WebAssembly.Exception(vector, [1]));
  assert_equals(WebAssembly.JSTag, WebAssembly.JSTag);
  assert_true(WebAssembly.JSTag instanceof WebAssembly.Tag);
}, "Exception objects");
