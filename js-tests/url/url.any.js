// META: script=/resources/interface-checks.js

test(() => {
  check_interface(globalThis, "URL", 1, { tag: "URL" });
  for (const name of ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "searchParams", "hash"]) {
    check_attribute(URL.prototype, name, { readonly: ["origin", "searchParams"].includes(name) });
  }
  check_operation(URL.prototype, "toJSON", 0);
  check_operation(URL.prototype, "toString", 0);
  check_operation(URL, "parse", 1);
  check_operation(URL, "canParse", 1);
}, "the interface");

test(() => {
  const url = new URL("../b?c#d", "https://us%45r:pass:word@EXAMPLE.com:8443/x/y/z");
  assert_equals(url.href, "https://us%45r:pass%3Aword@example.com:8443/x/b?c#d");
  assert_equals(url.origin, "https://example.com:8443");
  assert_equals(url.protocol, "https:");
  assert_equals(url.username, "us%45r");
  assert_equals(url.password, "pass%3Aword");
  assert_equals(url.host, "example.com:8443");
  assert_equals(url.hostname, "example.com");
  assert_equals(url.port, "8443");
  assert_equals(url.pathname, "/x/b");
  assert_equals(url.search, "?c");
  assert_equals(url.hash, "#d");
  assert_equals(String(url), url.href);
  assert_equals(JSON.stringify({ url }), JSON.stringify({ url: url.href }));
}, "parts");

test(() => {
  for (const [input, base, expected] of [
    ["file:////a/../b", undefined, "file:////b"],
    ["/C|/x/../..", "file:///D:/", "file:///C:/"],
    ["//h/..//p", "file:", "file://h//p"],
    ["///x", "http://h/", "http://x/"],
    ["a:/..//b", undefined, "a:/.//b"],
    ["a:b \t ?c ", undefined, "a:b %20?c"],
    ["#x", "a:b?c", "a:b?c#x"],
    ["http://0x7f.1/^\u00e9'?'#`", undefined, "http://127.0.0.1/%5E%C3%A9'?%27#%60"],
    ["http://[1::0:1]:80/", undefined, "http://[1::1]/"],
    ["http://f\u00fc\u00df.example", undefined, "http://xn--f-qfa0g.example/"],
    ["non-special://f\u00fc A", undefined, null],
    ["x", "a:b", null],
    ["http://a b/", undefined, null],
    ["http://1.2.3.4.5/", undefined, null],
    ["http://h:65536/", undefined, null],
    ["", undefined, null],
  ]) {
    assert_equals(URL.canParse(input, base), expected !== null, input);
    assert_equals(URL.parse(input, base)?.href ?? null, expected, input);
    if (expected === null) {
      assert_throws_js(TypeError, () => new URL(input, base), input);
    }
  }
}, "parsing");

test(() => {
  const url = new URL("http://h/p");
  for (const [name, value, expected] of [
    ["protocol", "https:x", "https://h/p"],
    ["protocol", "mailto", "https://h/p"],
    ["port", "8080x", "https://h:8080/p"],
    ["port", "x", "https://h:8080/p"],
    ["host", "other:443/x", "https://other/p"],
    ["hostname", "a b", "https://other/p"],
    ["hostname", "h:1", "https://other/p"],
    ["username", "u@", "https://u%40@other/p"],
    ["password", ":", "https://u%40:%3A@other/p"],
    ["host", "", "https://u%40:%3A@other/p"],
    ["username", "", "https://:%3A@other/p"],
    ["password", "", "https://other/p"],
    ["pathname", "a/..\\b?#", "https://other/b%3F%23"],
    ["search", "a'b", "https://other/b%3F%23?a%27b"],
    ["hash", "#a b", "https://other/b%3F%23?a%27b#a%20b"],
    ["search", "", "https://other/b%3F%23#a%20b"],
    ["hash", "", "https://other/b%3F%23"],
  ]) {
    url[name] = value;
    assert_equals(url.href, expected, `${name} = ${value}`);
  }
  assert_throws_js(TypeError, () => { url.href = "x"; });
  url.href = "data:x";
  url.pathname = "y";
  url.host = "y";
  assert_equals(url.href, "data:x");
  assert_equals(url.origin, "null");
}, "setting parts");

test(() => {
  assert_throws_js(TypeError, () => URL("http://h/"));
  assert_throws_js(TypeError, () => new URL());
  const get = Object.getOwnPropertyDescriptor(URL.prototype, "href").get;
  assert_throws_js(TypeError, () => get.call({}));
  class Sub extends URL {}
  assert_true(new Sub("a:b") instanceof Sub);
}, "calls");
