// META: title=structuredClone: errors

test(() => {
  const cause = { reason: new RangeError("inner") };
  const error = new TypeError("outer", { cause });
  cause.outer = error;
  const clone = structuredClone(error);
  assert_true(clone instanceof TypeError);
  assert_equals(clone.message, "outer");
  assert_true(clone.cause.reason instanceof RangeError);
  assert_equals(clone.cause.reason.message, "inner");
  assert_equals(clone.cause.outer, clone);
  assert_equals(clone.stack, error.stack);
  for (const key of ["message", "cause"]) {
    const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(clone, key);
    assert_array_equals([writable, enumerable, configurable], [true, false, true], key);
  }
  assert_array_equals(Object.keys(clone), []);
}, "message, cause and stack are kept");

test(() => {
  class Custom extends SyntaxError {}
  const error = new Custom("text");
  assert_equals(Object.getPrototypeOf(structuredClone(error)), SyntaxError.prototype);
  error.name = "URIError";
  assert_equals(Object.getPrototypeOf(structuredClone(error)), URIError.prototype);
  error.name = "Custom";
  const clone = structuredClone(error);
  assert_equals(Object.getPrototypeOf(clone), Error.prototype);
  assert_equals(String(clone), "Error: text");
  assert_equals(Object.getPrototypeOf(structuredClone(new AggregateError([1], "many"))), Error.prototype);
  assert_equals(structuredClone(new WebAssembly.CompileError("x")).name, "Error");
}, "the name decides what a clone is");

test(() => {
  const error = new Error();
  assert_false(Object.hasOwn(structuredClone(error), "message"));
  Object.defineProperty(error, "message", { get() { throw new Error("not called"); }, configurable: true });
  assert_false(Object.hasOwn(structuredClone(error), "message"));
  Object.defineProperty(error, "message", { value: { toString() { return "converted"; } } });
  assert_equals(structuredClone(error).message, "converted");
}, "messages that are no strings");

test(() => {
  const error = new Error();
  error.stack = "my own";
  assert_equals(structuredClone(error).stack, "my own");
  const thrown = new RangeError("x");
  Object.defineProperty(error, "name", { get() { throw thrown; } });
  assert_throws_exactly(thrown, () => structuredClone(error));
}, "a stack of one's own, and getters that throw");

test(() => {
  const exception = new DOMException("text", "AbortError");
  const clone = structuredClone(exception);
  assert_true(clone instanceof DOMException);
  assert_equals(clone.code, 20);
  assert_equals(clone.message, "text");
  assert_throws_dom("AbortError", () => { throw clone; });
}, "DOMException");
