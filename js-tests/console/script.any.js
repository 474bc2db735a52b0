// When the console runs script, and when not.

test(() => {
  const ran = [];
  const hostile = (name) => ({
    get [name]() {
      ran.push(name);
    },
  });
  const everything = Object.create(
    Object.defineProperties({}, Object.getOwnPropertyDescriptors(hostile("inherited"))),
    {
      ...Object.getOwnPropertyDescriptors(hostile("own")),
      ...Object.getOwnPropertyDescriptors(hostile(Symbol.toStringTag)),
      ...Object.getOwnPropertyDescriptors(hostile("constructor")),
    },
  );
  const trap = new Proxy({}, { get: (_, name) => () => ran.push(name) });
  for (const show of ["log", "info", "debug", "dir", "dirxml", "group", "groupCollapsed"]) {
    console[show](everything, [everything], new Map([[everything, everything]]), new Proxy({}, trap), new Proxy(() => {}, trap));
  }
  console.groupEnd();
  console.groupEnd();
  console.log("%o %O", everything, everything);
  assert_array_equals(ran, []);
}, "Accessors and proxies");

test(() => {
  const original = Object.getOwnPropertyDescriptor(Headers.prototype, "forEach");
  let ran = false;
  Headers.prototype.forEach = () => {
    ran = true;
  };
  console.log(new Headers({ a: "b" }));
  Object.defineProperty(Headers.prototype, "forEach", original);
  assert_false(ran);
}, "Platform objects are shown without what scripts have put in their place");

test(() => {
  const key = Symbol.for("nodejs.util.inspect.custom");
  let received;
  console.log({
    [key](...args) {
      received = [this, ...args];
      return "shown";
    },
  });
  const [self, depth, options, inspect] = received;
  assert_equals(typeof self[key], "function");
  assert_equals(depth, 2);
  assert_equals(options.depth, 2);
  assert_false(options.showHidden);
  assert_equals(options.stylize("x", "number"), "x");
  assert_equals(inspect({ a: "b" }), "{ a: 'b' }");
  assert_equals(inspect({ a: { b: 1 } }, { depth: 0 }), "{ a: [Object] }");
}, "Objects may show themselves");

test(() => {
  const thrown = new RangeError();
  const fail = () => {
    throw thrown;
  };
  assert_throws_exactly(thrown, () => console.log({ [Symbol.for("nodejs.util.inspect.custom")]: fail }));
  assert_throws_exactly(thrown, () => console.log("%s", { toString: fail }));
  assert_throws_exactly(thrown, () => console.log("%d", { valueOf: fail }));
  for (const name of ["count", "countReset", "time", "timeLog", "timeEnd"]) {
    assert_throws_exactly(thrown, () => console[name]({ toString: fail }));
  }
  console.dir({ [Symbol.for("nodejs.util.inspect.custom")]: fail });
}, "What script throws is thrown");

test(() => {
  let deep = {};
  for (let i = 0; i < 20000; i++) {
    deep = { deep };
  }
  console.log(deep);
  console.dir(deep, { depth: 10, breakLength: Infinity });
  const wide = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`key ${i}`, i]));
  console.log(wide);
  console.table([wide]);
  console.log(new Array(2 ** 32 - 1), Object.assign([], { 4294967294: 1 }));
}, "Large values");
