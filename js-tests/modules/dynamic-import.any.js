promise_test(async () => {
  const namespace = await import("./resources/values.mjs");
  assert_equals(namespace.one, 1);
  assert_equals(namespace.default, "the default");
  assert_equals(Object.prototype.toString.call(namespace), "[object Module]");
  assert_array_equals(Object.keys(namespace), ["count", "default", "increment", "one"]);
  assert_equals(Object.getPrototypeOf(namespace), null);
}, "a script imports a module beside it");

promise_test(async () => {
  const [one, other] = await Promise.all([import("./resources/values.mjs"), import("./resources/../resources/values.mjs")]);
  assert_equals(one, other);
  const before = one.count;
  one.increment();
  assert_equals(other.count, before + 1);
}, "one URL, one module; bindings are live");

promise_test(async () => {
  const different = await import("./resources/values.mjs?different");
  const same = await import("./resources/values.mjs");
  assert_not_equals(different, same);
}, "another query, another module");

promise_test(async () => {
  const { url, here } = await import("./resources/meta.mjs?x#y");
  assert_regexp_match(url, /\/modules\/resources\/meta\.mjs\?x#y$/);
  assert_regexp_match(here, /\/modules\/resources\/values\.mjs$/);
}, "import.meta.url");

promise_test(async () => {
  const { total, list } = await import("./resources/graph.mjs");
  assert_equals(total, 6);
  assert_array_equals(list, ["leaf", "left", "right", "graph"]);
}, "a graph of modules runs once, in post-order");

promise_test(async () => {
  const { value } = await import("./resources/cycle-a.mjs");
  assert_equals(value(), "a of b of a");
}, "a cycle");

promise_test(async () => {
  const order = [];
  globalThis.moduleOrder = order;
  await import("./resources/awaits.mjs");
  order.push("done");
  assert_array_equals(order, ["before", "sibling", "after", "done"]);
}, "top-level await");

promise_test(async (t) => {
  await promise_rejects_js(t, SyntaxError, import("./resources/syntax-error.mjs"));
  await promise_rejects_js(t, SyntaxError, import("./resources/missing-name.mjs"));
}, "mistakes are SyntaxErrors");

promise_test(async () => {
  const errors = [];
  for (let i = 0; i < 2; i++) {
    try {
      await import("./resources/throws.mjs");
    } catch (error) {
      errors.push(error);
    }
  }
  assert_equals(errors[0].message, "from the module");
  assert_equals(errors[0], errors[1], "it ran once");
}, "what a module throws");

promise_test(async (t) => {
  for (const specifier of ["./resources/nothing-here.mjs", "bare-specifier", "http://[bad"]) {
    let error;
    try {
      await import(specifier);
    } catch (thrown) {
      error = thrown;
    }
    assert_true(error instanceof Error, specifier);
  }
  const thrown = {};
  await promise_rejects_exactly(t, thrown, import({ toString() { throw thrown; } }));
}, "what cannot be imported");

promise_test(async () => {
  const { default: data } = await import("./resources/data.json", { with: { type: "json" } });
  assert_equals(data.number, 42);
  const { data: again } = await import("./resources/imports-json.mjs");
  assert_equals(again, data, "one object");
}, "JSON");

promise_test(async (t) => {
  await promise_rejects_js(t, TypeError, import("./resources/data.json"));
}, "JSON without its attribute is refused");

promise_test(async (t) => {
  await promise_rejects_js(t, TypeError, import("./resources/values.mjs", { with: { type: "json" } }));
}, "a script with the attribute of JSON is refused");

promise_test(async () => {
  const { default: value } = await import("data:text/javascript,export default 40 + 2");
  assert_equals(value, 42);
}, "a data: URL");

promise_test(async () => {
  const { strict, that } = await import("./resources/strict.mjs");
  assert_true(strict);
  assert_equals(that, undefined);
}, "modules are strict and have no this");

promise_test(async () => {
  const { answer } = await import("./resources/streams.mjs");
  assert_equals(answer, 42);
}, "a module that instantiates wasm by a URL beside itself");
