// META: script=/resources/interface-checks.js

test(() => {
  const property = Object.getOwnPropertyDescriptor(globalThis, "fetch");
  assert_true(property.writable && property.enumerable && property.configurable);
  assert_equals(typeof fetch, "function");
}, "fetch is a function of the global object");

promise_test(async () => {
  const response = await fetch("/resources/text.txt");
  assert_equals(Object.getPrototypeOf(response), Response.prototype);
  assert_equals(response.status, 200);
  assert_equals(response.statusText, "OK");
  assert_true(response.ok);
  assert_equals(response.type, "basic");
  assert_false(response.redirected);
  assert_regexp_match(response.url, /^http:\/\/127\.0\.0\.1:\d+\/resources\/text\.txt$/);
  assert_equals(response.headers.get("content-type"), "text/plain;charset=utf-8");
  assert_equals(await response.text(), "plain text, with an é and a 😀\n");
}, "a text file, by a path");

promise_test(async () => {
  assert_equals((await (await fetch("../resources/data.json")).json()).number, 42);
  const { url } = await fetch("../resources/data.json");
  assert_equals((await (await fetch(url)).json()).text, "é");
}, "relative and absolute URLs");

promise_test(async () => {
  const response = await fetch("/resources/text.txt#part");
  assert_regexp_match(response.url, /text\.txt$/, "without the fragment");
}, "a fragment stays here");

promise_test(async (t) => {
  for (const url of ["http://127.0.0.1:1/", "http://nowhere.invalid/", "bogus:thing", "http://[bad", "about:nothing"]) {
    await promise_rejects_js(t, TypeError, fetch(url), url);
  }
  await promise_rejects_js(t, TypeError, fetch("http://user:password@127.0.0.1:1/"));
}, "network errors and bad URLs are TypeErrors");

promise_test(async () => {
  const response = await fetch("/resources/nothing-here.txt");
  assert_equals(response.status, 404);
  assert_false(response.ok);
  assert_regexp_match(await response.text(), /nothing/);
}, "a status that is not ok is no error");

for (const status of [301, 302, 303, 307, 308]) {
  promise_test(async () => {
    const response = await fetch(`/resources/text.txt?redirect=${status}`);
    assert_equals(response.status, 200);
    assert_true(response.redirected);
    assert_false(response.url.includes("redirect="), "the last URL");
    assert_regexp_match(await response.text(), /^plain/);
  }, `a redirect with ${status}`);
}

promise_test(async (t) => {
  await promise_rejects_js(t, TypeError, fetch("/resources/text.txt?redirect=302", { redirect: "error" }));
}, "redirects can be refused");

for (const encoding of ["gzip", "br", "deflate"]) {
  promise_test(async () => {
    for (const more of ["", "&piece=1", "&chunked&piece=3"]) {
      const response = await fetch(`/resources/text.txt?encoding=${encoding}${more}`);
      assert_equals(await response.text(), "plain text, with an é and a 😀\n", more);
    }
  }, `the content coding ${encoding}`);
}

for (const encoding of ["zstd", "raw-deflate"]) {
  promise_test(async () => {
    const response = await fetch(`/resources/text.txt?encoding=${encoding}`);
    assert_equals(await response.text(), "plain text, with an é and a 😀\n");
  }, `the content coding ${encoding}`);
}

for (const query of ["truncate=5", "chunked&truncate=5", "broken", "encoding=gzip&truncate=10"]) {
  promise_test(async (t) => {
    await promise_rejects_js(t, TypeError, fetch(`/resources/text.txt?${query}`).then((response) => response.text()));
  }, `a body that is cut: ${query}`);
}

promise_test(async () => {
  const sent = await (await fetch("/echo?a=1", { method: "POST", headers: { "X-One": "1" }, body: "the body" })).json();
  assert_equals(sent.method, "POST");
  assert_equals(sent.query, "a=1");
  assert_equals(String.fromCharCode(...sent.body), "the body");
  const headers = new Map(sent.headers.map(([name, value]) => [name.toLowerCase(), value]));
  assert_equals(headers.get("x-one"), "1");
  assert_equals(headers.get("content-type"), "text/plain;charset=UTF-8");
  assert_equals(headers.get("content-length"), "8");
}, "a request with a method, headers and a body");

promise_test(async () => {
  for (const [method, expected] of [["get", "GET"], ["post", "POST"], ["put", "PUT"], ["delete", "DELETE"], ["patch", "patch"], ["PATCH", "PATCH"]]) {
    assert_equals((await (await fetch("/echo", { method })).json()).method, expected, method);
  }
}, "methods");

promise_test(async (t) => {
  for (const method of ["", "a b", "CONNECT", "trace", "TRACK", "é"]) {
    await promise_rejects_js(t, TypeError, fetch("/echo", { method }), format_value(method));
  }
  await promise_rejects_js(t, TypeError, fetch("/echo", { body: "x" }), "GET with a body");
  await promise_rejects_js(t, TypeError, fetch("/echo", { headers: { "a b": "c" } }));
  await promise_rejects_js(t, TypeError, fetch());
}, "requests that cannot be made");

promise_test(async () => {
  const response = await fetch("/echo", { method: "HEAD" });
  assert_equals(response.status, 200);
  assert_equals(await response.text(), "");
}, "HEAD has no body");

promise_test(async () => {
  const response = await fetch("/resources/text.txt");
  const clone = response.clone();
  assert_equals(await response.text(), await clone.text());
}, "clone of a response from the network");

promise_test(async () => {
  const texts = await Promise.all(Array.from({ length: 30 }, (_, i) => fetch(`/resources/text.txt?n=${i}`).then((response) => response.text())));
  assert_equals(new Set(texts).size, 1);
}, "thirty at once");

promise_test(async (t) => {
  const response = await fetch("/resources/text.txt");
  assert_throws_js(TypeError, () => response.headers.set("a", "b"));
  assert_throws_js(TypeError, () => response.headers.delete("content-type"));
}, "headers from the network cannot be changed");
