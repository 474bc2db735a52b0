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
