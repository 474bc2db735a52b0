// META: script=/resources/interface-checks.js

test(() => {
  check_interface(globalThis, "Headers", 0, { tag: "Headers" });
  for (const [name, length] of [["append", 2], ["delete", 1], ["get", 1], ["getSetCookie", 0], ["has", 1], ["set", 2], ["keys", 0], ["values", 0], ["entries", 0], ["forEach", 1]]) {
    check_operation(Headers.prototype, name, length);
  }
  assert_equals(Headers.prototype[Symbol.iterator], Headers.prototype.entries);
}, "the interface");

test(() => {
  const headers = new Headers();
  headers.append("A", "1");
  headers.append("a", "2");
  assert_equals(headers.get("A"), "1, 2");
  headers.set("a", "3");
  assert_equals(headers.get("a"), "3");
  assert_true(headers.has("A"));
  headers.delete("A");
  assert_false(headers.has("a"));
  assert_equals(headers.get("a"), null);
}, "append, set, get, has, delete");

test(() => {
  const headers = new Headers({ "X-B": "2", "x-a": "1" });
  assert_array_equals([...headers].map(String), ["x-a,1", "x-b,2"]);
  assert_array_equals([...headers.keys()], ["x-a", "x-b"]);
  assert_array_equals([...headers.values()], ["1", "2"]);
  const seen = [];
  headers.forEach(function (value, name, object) {
    seen.push(`${name}=${value}`);
    assert_equals(object, headers);
    assert_equals(this.mark, 1);
  }, { mark: 1 });
  assert_array_equals(seen, ["x-a=1", "x-b=2"]);
}, "iteration is sorted and lower-case");

test(() => {
  assert_equals(new Headers([["a", "1"], ["a", "2"]]).get("a"), "1, 2");
  assert_equals(new Headers(new Headers({ a: "1" })).get("a"), "1");
  assert_equals(new Headers(new Map([["a", "1"]])).get("a"), "1");
  assert_equals(new Headers({ a: 5 }).get("a"), "5");
  for (const init of [[["a"]], [["a", "b", "c"]], [1], "ab", 1, true, Symbol()]) {
    assert_throws_js(TypeError, () => new Headers(init), format_value(init));
  }
  assert_equals([...new Headers(undefined)].length, 0);
}, "what it is made from");

test(() => {
  const headers = new Headers();
  for (const name of ["", " ", "a b", "a:", "é", "\n", "a\0"]) {
    assert_throws_js(TypeError, () => headers.append(name, "x"), format_value(name));
    assert_throws_js(TypeError, () => headers.get(name), format_value(name));
  }
  for (const value of ["a\nb", "a\0b", "a\rb", "\u{1F600}"]) {
    assert_throws_js(TypeError, () => headers.append("a", value), format_value(value));
  }
  headers.set("a", " \t x y \r\n");
  assert_equals(headers.get("a"), "x y");
  headers.set("a", "\xe9");
  assert_equals(headers.get("a"), "\xe9");
  headers.set("a", "");
  assert_equals(headers.get("a"), "");
}, "names and values");

test(() => {
  const headers = new Headers();
  headers.append("Set-Cookie", "a=1");
  headers.append("set-cookie", "b=2");
  assert_array_equals(headers.getSetCookie(), ["a=1", "b=2"]);
  assert_equals(headers.get("set-cookie"), "a=1, b=2");
  assert_array_equals([...headers].map(([, value]) => value), ["a=1", "b=2"]);
}, "Set-Cookie is never joined in iteration");

test(() => {
  const headers = new Headers({ a: "1", c: "3" });
  const seen = [];
  for (const [name] of headers) {
    seen.push(name);
    if (name === "a") {
      headers.append("b", "2");
    }
  }
  assert_array_equals(seen, ["a", "b", "c"]);
}, "iteration is live");
