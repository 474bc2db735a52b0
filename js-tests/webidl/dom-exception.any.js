// DOMException is a global of every realm with a platform.

test(() => {
  const exception = new DOMException("gone", "AbortError");
  assert_equals(exception.name, "AbortError");
  assert_equals(exception.code, DOMException.ABORT_ERR);
  assert_true(exception instanceof Error);
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, "DOMException");
  assert_false(descriptor.enumerable);
  assert_true(descriptor.writable && descriptor.configurable);
}, "DOMException is defined on the global object");

test(() => {
  function thrower() {
    throw new DOMException("m", "NotFoundError");
  }
  let caught;
  try {
    thrower();
  } catch (exception) {
    caught = exception;
  }
  assert_equals(typeof caught.stack, typeof new Error().stack);
  assert_true(caught.stack.includes("thrower"));
  assert_array_equals(Reflect.ownKeys(caught), []);
}, "DOMException has a stack, and no property of its own");

test(() => {
  const constants = Object.keys(DOMException);
  assert_equals(constants.length, 25);
  constants.forEach((name, index) => {
    for (const object of [DOMException, DOMException.prototype]) {
      const property = Object.getOwnPropertyDescriptor(object, name);
      assert_equals(property.value, index + 1, name);
      assert_false(property.writable || property.configurable, name);
      assert_true(property.enumerable, name);
    }
  });
}, "The constants of DOMException");

test(() => {
  assert_equals(String(new DOMException("m", "N")), "N: m");
  const error = { name: "DataCloneError", get message() { throw new RangeError(); } };
  assert_throws_js(RangeError, () => Error.prototype.toString.call(error));
}, "DOMException takes toString from Error");
