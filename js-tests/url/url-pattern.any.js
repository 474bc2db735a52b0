// META: script=/resources/interface-checks.js

const components = ["protocol", "username", "password", "hostname", "port", "pathname", "search", "hash"];

test(() => {
  check_interface(globalThis, "URLPattern", 0, { tag: "URLPattern" });
  check_operation(URLPattern.prototype, "test", 0);
  check_operation(URLPattern.prototype, "exec", 0);
  for (const name of [...components, "hasRegExpGroups"]) {
    check_attribute(URLPattern.prototype, name, { readonly: true });
  }
}, "the interface");

test(() => {
  const all = (pattern) => components.map((name) => pattern[name]).join(" ");
  for (const [args, expected] of [
    [[], "* * * * * * * *"],
    [[null], "* * * * * * * *"],
    [["https://*.example.com:8080/a/:b\\?c=*#d"], "https * * *.example.com 8080 /a/:b c=* d"],
    [["/a/:b", "https://example.com/x?y"], "https * * example.com  /a/:b * *"],
    [[{ pathname: "x", baseURL: "https://example.com/a/b?c" }], "https * * example.com  /a/x * *"],
    [["https://user\\:p*@h"], "https user p* h  * * *"],
    [[{ protocol: "https:", port: "443", search: "?a", hash: "#b" }], "https * * *  * a b"],
    [["data\\:text/:kind"], "data * *   text/:kind * *"],
    [["http://[\\:\\:1]/"], "http * * [\\:\\:1]  / * *"],
  ]) {
    try {
      assert_equals(all(new URLPattern(...args)), expected);
    } catch (error) {
      throw new Error(`${JSON.stringify(args)}: ${error}`);
    }
  }
}, "construction");

test(() => {
  for (const args of [["/a"], ["/a", "b"], [{}, "https://h/"], [{ pathname: "(" }], [{ pathname: "/(\\m)" }], [{ pathname: "/:a/:a" }], [{ port: "x" }], [{ hostname: "a b" }], [{ baseURL: "x" }], [{ pathname: "/(é)" }]]) {
    assert_throws_js(TypeError, () => new URLPattern(...args), JSON.stringify(args));
  }
  assert_throws_js(TypeError, () => URLPattern());
  assert_throws_js(TypeError, () => new URLPattern({}, 1, 2));
}, "what is no pattern");

test(() => {
  const pattern = new URLPattern({ pathname: "/books/:id(\\d+){.:format}?" });
  assert_true(pattern.hasRegExpGroups);
  assert_true(pattern.test("https://h/books/12"));
  assert_false(pattern.test("https://h/books/x"));
  assert_false(pattern.test("not a URL"));
  assert_true(pattern.test("books/1.txt", "https://h/"));
  assert_true(pattern.test({ pathname: "/books/1" }));
  assert_throws_js(TypeError, () => pattern.test({}, "https://h/"));
  const result = pattern.exec("https://h/books/12?q");
  assert_array_equals(Object.keys(result), ["hash", "hostname", "inputs", "password", "pathname", "port", "protocol", "search", "username"]);
  assert_array_equals(result.inputs, ["https://h/books/12?q"]);
  assert_equals(result.pathname.input, "/books/12");
  assert_array_equals(Object.entries(result.pathname.groups).map(String), ["id,12", "format,"]);
  assert_equals(result.pathname.groups.format, undefined);
  assert_equals(result.search.groups[0], "q");
  assert_equals(pattern.exec("https://h/"), null);
}, "matching");

test(() => {
  const pattern = new URLPattern("https://h/A?B#C", { ignoreCase: true });
  assert_true(pattern.test("https://h/a?b#c"));
  assert_false(new URLPattern("https://h/A").test("https://h/a"));
  const lookahead = new URLPattern({ pathname: "/((?!x)[^y]+)" });
  assert_true(lookahead.test({ pathname: "/a" }));
  assert_false(lookahead.test({ pathname: "/xa" }));
  assert_false(lookahead.test({ pathname: "/ay" }));
}, "options, and regular expressions as scripts know them");
