// META: script=/resources/interface-checks.js

const pairs = (params) => [...params].map((pair) => pair.join("=")).join(" ");

test(() => {
  check_interface(globalThis, "URLSearchParams", 0, { tag: "URLSearchParams" });
  for (const [name, length] of [["append", 2], ["delete", 1], ["get", 1], ["getAll", 1], ["has", 1], ["set", 2], ["sort", 0], ["toString", 0], ["keys", 0], ["values", 0], ["entries", 0], ["forEach", 1]]) {
    check_operation(URLSearchParams.prototype, name, length);
  }
  check_attribute(URLSearchParams.prototype, "size", { readonly: true });
  assert_equals(URLSearchParams.prototype[Symbol.iterator], URLSearchParams.prototype.entries);
}, "the interface");

test(() => {
  for (const [init, expected] of [
    [undefined, ""],
    [null, "null="],
    ["?a=1&b+c=%zz&%E2%82%AC", "a=1 b c=%zz \u20ac="],
    ["??a", "?a="],
    [[["a", 1], new Set(["b", "\ud800"])], "a=1 b=\ufffd"],
    [{ b: 1, a: 2 }, "b=1 a=2"],
    [new URLSearchParams("a=1&a=2"), "a=1 a=2"],
    [{ "\ud800": 1, "\udc00": 2 }, "\ufffd=2"],
  ]) {
    assert_equals(pairs(new URLSearchParams(init)), expected);
  }
  assert_throws_js(TypeError, () => new URLSearchParams([["a"]]));
  assert_throws_js(TypeError, () => new URLSearchParams([["a", "b", "c"]]));
  assert_throws_js(TypeError, () => new URLSearchParams([1]));
  assert_throws_js(TypeError, () => new URLSearchParams({ [Symbol.iterator]: 1 }));
}, "construction");

test(() => {
  const params = new URLSearchParams("a=1&b=2&a=3");
  assert_equals(params.size, 3);
  assert_equals(params.get("a"), "1");
  assert_equals(params.get("c"), null);
  assert_array_equals(params.getAll("a"), ["1", "3"]);
  assert_true(params.has("a", "3"));
  assert_false(params.has("a", "2"));
  assert_true(params.has("a", undefined));
  params.set("a", "4");
  assert_equals(pairs(params), "a=4 b=2");
  params.append("b", "5");
  params.delete("b", "2");
  assert_equals(pairs(params), "a=4 b=5");
  params.set("c d", "&=+ \u20ac*-._~");
  assert_equals(String(params), "a=4&b=5&c+d=%26%3D%2B+%E2%82%AC*-._%7E");
  params.delete("b");
  params.delete("a", undefined);
  assert_equals(params.size, 1);
}, "operations");

test(() => {
  const params = new URLSearchParams("z=1&\uffff=2&\u{1f40d}=3&z=0&a=4");
  params.sort();
  assert_equals(pairs(params), "a=4 z=1 z=0 \u{1f40d}=3 \uffff=2");
}, "sorting is stable, and by code units");

test(() => {
  const url = new URL("http://h/?a=1#x");
  const params = url.searchParams;
  assert_equals(url.searchParams, params);
  params.append("b", " ");
  assert_equals(url.href, "http://h/?a=1&b=+#x");
  url.search = "c=%20";
  assert_equals(pairs(params), "c= ");
  url.href = "http://h/?d";
  assert_equals(pairs(params), "d=");
  params.delete("d");
  assert_equals(url.href, "http://h/");
  const untouched = new URL("http://h/?a=~");
  assert_equals(untouched.searchParams.get("a"), "~");
  assert_equals(untouched.search, "?a=~");
  untouched.searchParams.delete("b");
  assert_equals(untouched.search, "?a=%7E");
}, "the parameters of a URL are live, both ways");

test(() => {
  const params = new URLSearchParams("a=1&b=2&c=3");
  const seen = [];
  for (const [name] of params) {
    seen.push(name);
    params.delete("b");
  }
  assert_array_equals(seen, ["a", "c"]);
  assert_array_equals([...params.keys()], ["a", "c"]);
  assert_array_equals([...params.values()], ["1", "3"]);
}, "iteration sees changes");
