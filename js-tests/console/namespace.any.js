// META: script=/resources/interface-checks.js
// The console as an object.

test(() => {
  const property = Object.getOwnPropertyDescriptor(globalThis, "console");
  assert_true(property.writable && property.configurable);
  assert_false(property.enumerable);
  check_tag(console, "console");
  const prototype = Object.getPrototypeOf(console);
  assert_equals(Object.getPrototypeOf(prototype), Object.prototype);
  assert_array_equals(Reflect.ownKeys(prototype), []);
}, "console is a namespace object");

for (const name of ["assert", "clear", "debug", "error", "info", "log", "table", "trace", "warn", "dir", "dirxml", "count", "countReset", "group", "groupCollapsed", "groupEnd", "time", "timeLog", "timeEnd"]) {
  test(() => check_operation(console, name, 0), `console.${name}`);
}
