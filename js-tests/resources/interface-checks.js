// What Web IDL says of the properties of interfaces and namespaces.

function check_function(value, name, length) {
  assert_equals(typeof value, "function", `${name} is a function`);
  for (const [key, expected] of [["name", name], ["length", length]]) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    assert_equals(property.value, expected, `${key} of ${name}`);
    assert_false(property.writable, `${key} of ${name} is writable`);
    assert_false(property.enumerable, `${key} of ${name} is enumerable`);
    assert_true(property.configurable, `${key} of ${name} is configurable`);
  }
}

// An operation of an interface or a namespace.
function check_operation(object, name, length) {
  const property = Object.getOwnPropertyDescriptor(object, name);
  assert_not_equals(property, undefined, `${name} is there`);
  assert_true(property.writable, "writable");
  assert_true(property.enumerable, "enumerable");
  assert_true(property.configurable, "configurable");
  check_function(property.value, name, length);
  assert_not_own_property(property.value, "prototype");
  assert_throws_js(TypeError, () => new property.value(), `${name} is no constructor`);
}

// An attribute of an interface.
function check_attribute(prototype, name, { readonly }) {
  const property = Object.getOwnPropertyDescriptor(prototype, name);
  assert_not_equals(property, undefined, `${name} is there`);
  assert_true(property.enumerable, "enumerable");
  assert_true(property.configurable, "configurable");
  check_function(property.get, `get ${name}`, 0);
  if (readonly) {
    assert_equals(property.set, undefined, "setter");
  } else {
    check_function(property.set, `set ${name}`, 1);
  }
}

// An interface object and its prototype object.
function check_interface(holder, name, length, { tag, superclass } = {}) {
  const property = Object.getOwnPropertyDescriptor(holder, name);
  assert_not_equals(property, undefined, `${name} is there`);
  assert_true(property.writable, "writable");
  assert_false(property.enumerable, "enumerable");
  assert_true(property.configurable, "configurable");
  const constructor = property.value;
  check_function(constructor, name, length);
  assert_equals(Object.getPrototypeOf(constructor), superclass ?? Function.prototype, "what the interface object inherits from");

  const prototype = Object.getOwnPropertyDescriptor(constructor, "prototype");
  assert_false(prototype.writable, "prototype is writable");
  assert_false(prototype.enumerable, "prototype is enumerable");
  assert_false(prototype.configurable, "prototype is configurable");
  assert_equals(Object.getPrototypeOf(prototype.value), superclass?.prototype ?? Object.prototype);

  const back = Object.getOwnPropertyDescriptor(prototype.value, "constructor");
  assert_equals(back.value, constructor);
  assert_true(back.writable, "constructor is writable");
  assert_false(back.enumerable, "constructor is enumerable");
  assert_true(back.configurable, "constructor is configurable");

  if (tag !== undefined) {
    check_tag(prototype.value, tag);
  }
}

function check_tag(object, tag) {
  const property = Object.getOwnPropertyDescriptor(object, Symbol.toStringTag);
  assert_not_equals(property, undefined, "@@toStringTag is there");
  assert_equals(property.value, tag);
  assert_false(property.writable, "@@toStringTag is writable");
  assert_false(property.enumerable, "@@toStringTag is enumerable");
  assert_true(property.configurable, "@@toStringTag is configurable");
}

// Values that are not objects of an interface, for brand checks.
function strangers(prototype) {
  return [undefined, null, true, "", Symbol("s"), 1, 1n, {}, [], () => {}, prototype, Object.create(prototype), new Proxy({}, {})];
}

// Methods and accessors of `prototype` refuse a `this` of another kind.
function check_brand(prototype, names, args = []) {
  for (const name of names) {
    const property = Object.getOwnPropertyDescriptor(prototype, name);
    const functions = property.value ? [property.value] : [property.get, property.set].filter(Boolean);
    for (const callee of functions) {
      for (const stranger of strangers(prototype)) {
        assert_throws_js(TypeError, () => callee.apply(stranger, args), `${name} on ${format_value(stranger)}`);
      }
    }
  }
}
