// Error.isError

test(() => {
  for (const error of [new Error(), new TypeError(), new AggregateError([]), new DOMException(), new (class extends Error {})(), new WebAssembly.LinkError()]) {
    assert_true(Error.isError(error));
  }
}, "Errors of every kind");

test(() => {
  for (const value of [undefined, null, 1, "Error", Symbol(), {}, Object.create(Error.prototype), Error, Error.prototype, DOMException.prototype, new Proxy(new Error(), {})]) {
    assert_false(Error.isError(value));
  }
  assert_false(Error.isError());
}, "What only looks like an error");

test(() => {
  const property = Object.getOwnPropertyDescriptor(Error, "isError");
  assert_true(property.writable && property.configurable);
  assert_false(property.enumerable);
  assert_equals(property.value.length, 1);
  assert_equals(property.value.name, "isError");
}, "Its property");
