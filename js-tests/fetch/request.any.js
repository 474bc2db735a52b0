// META: script=/resources/interface-checks.js

const URL_OF = "http://127.0.0.1:1/x";

test(() => {
  check_interface(globalThis, "Request", 1, { tag: "Request" });
  for (const name of ["method", "url", "headers", "destination", "referrer", "referrerPolicy", "mode", "credentials",
    "cache", "redirect", "integrity", "keepalive", "isReloadNavigation", "isHistoryNavigation", "signal", "duplex",
    "body", "bodyUsed"]) {
    check_attribute(Request.prototype, name, { readonly: true });
  }
  for (const name of ["clone", "arrayBuffer", "blob", "bytes", "formData", "json", "text"]) {
    check_operation(Request.prototype, name, 0);
  }
}, "the interface");

test(() => {
  const request = new Request(URL_OF + "#part");
  const { method, url, destination, referrer, referrerPolicy, mode, credentials, cache, redirect, integrity } = request;
  assert_equals(JSON.stringify({ method, url, destination, referrer, referrerPolicy, mode, credentials, cache, redirect, integrity }),
    JSON.stringify({
      method: "GET", url: URL_OF + "#part", destination: "", referrer: "about:client", referrerPolicy: "", mode: "cors",
      credentials: "same-origin", cache: "default", redirect: "follow", integrity: "",
    }));
  assert_equals(request.keepalive, false);
  assert_equals(request.duplex, "half");
  assert_equals(request.body, null);
  assert_equals(request.bodyUsed, false);
  assert_equals(request.headers, request.headers);
  assert_equals(request.signal, request.signal);
  assert_true(request.signal instanceof AbortSignal);
  assert_equals([...request.headers].length, 0);
}, "what is there without an init");

test(() => {
  const init = {
    method: "post", headers: { a: "b" }, body: "text", referrer: "", referrerPolicy: "origin", mode: "same-origin",
    credentials: "omit", cache: "no-store", redirect: "error", integrity: "sha256-x", keepalive: true,
  };
  for (const request of [new Request(URL_OF, init), new Request(new Request(URL_OF, init)), new Request(URL_OF, init).clone()]) {
    assert_equals(request.method, "POST");
    for (const name of ["referrer", "referrerPolicy", "mode", "credentials", "cache", "redirect", "integrity", "keepalive"]) {
      assert_equals(request[name], init[name], name);
    }
    assert_equals([...request.headers].join("; "), "a,b; content-type,text/plain;charset=UTF-8");
  }
}, "what an init sets is kept by copies");

test(() => {
  const reads = [];
  const init = new Proxy({}, { get(_, name) { reads.push(name); } });
  new Request(URL_OF, init);
  assert_array_equals(reads, ["body", "cache", "credentials", "duplex", "headers", "integrity", "keepalive", "method",
    "mode", "priority", "redirect", "referrer", "referrerPolicy", "signal", "window"]);
}, "the members of an init are read in order");

for (const [what, init] of Object.entries({
  "a mode for pages": { mode: "navigate" },
  "a method that is none": { method: "a b" },
  "CONNECT": { method: "connect" },
  "TRACK": { method: "TRACK" },
  "a GET with a body": { body: "" },
  "a HEAD with a body": { method: "HEAD", body: "x" },
  "a window": { window: {} },
  "a signal that is none": { signal: {} },
  "a referrer that is none": { referrer: "http://[" },
  "an unknown policy": { referrerPolicy: "maybe" },
  "unknown credentials": { credentials: "maybe" },
  "an unknown cache mode": { cache: "maybe" },
  "an unknown redirect mode": { redirect: "maybe" },
  "an unknown priority": { priority: "maybe" },
  "only what is cached, from anywhere": { cache: "only-if-cached" },
  "PUT without CORS": { mode: "no-cors", method: "PUT" },
  "full duplex": { method: "POST", body: "x", duplex: "full" },
  "a stream without duplex": { method: "POST", body: new ReadableStream() },
  "a stream with keepalive": { method: "POST", body: new ReadableStream(), duplex: "half", keepalive: true },
  "a stream without CORS": { method: "POST", body: new ReadableStream(), duplex: "half", mode: "no-cors" },
})) {
  test(() => { assert_throws_js(TypeError, () => new Request(URL_OF, init)); }, `refused: ${what}`);
}

test(() => {
  assert_throws_js(TypeError, () => new Request());
  assert_throws_js(TypeError, () => new Request("http://["));
  assert_throws_js(TypeError, () => new Request("http://user:secret@host/"));
  assert_throws_js(TypeError, () => new Request("http://user@host/"));
}, "URLs that are refused");

test(() => {
  for (const [given, expected] of [["get", "GET"], ["Delete", "DELETE"], ["oPTIONS", "OPTIONS"], ["patch", "patch"], ["Chicken", "Chicken"]]) {
    assert_equals(new Request(URL_OF, { method: given }).method, expected);
  }
}, "some methods are normalised");

test(() => {
  const request = new Request(URL_OF, { headers: { Cookie: "a=b", Host: "elsewhere", "Set-Cookie": "x" } });
  assert_equals([...request.headers.keys()].join(), "cookie,host,set-cookie");
}, "no header is forbidden");

test(() => {
  const { headers } = new Request(URL_OF, { mode: "no-cors", headers: { Accept: "a/b", "X-Own": "1", "Content-Type": "text/plain" } });
  assert_equals([...headers.keys()].join(), "accept,content-type");
  headers.append("x-own", "1");
  headers.set("Content-Type", "application/json");
  headers.append("accept", "x".repeat(200));
  assert_equals([...headers].join("; "), "accept,a/b; content-type,text/plain");
  headers.delete("accept");
  assert_false(headers.has("accept"));
  const inherited = new Request(new Request(URL_OF, { headers: { "x-own": "1" } }), { mode: "no-cors" });
  assert_false(inherited.headers.has("x-own"));
}, "without CORS few headers are allowed");

promise_test(async (t) => {
  const first = new Request(URL_OF, { method: "POST", body: "once" });
  const second = new Request(first);
  assert_true(first.bodyUsed);
  assert_false(second.bodyUsed);
  assert_throws_js(TypeError, () => new Request(first));
  assert_throws_js(TypeError, () => first.clone());
  assert_equals(await new Request(first, { body: "other" }).text(), "other");
  assert_equals(await second.text(), "once");
  await promise_rejects_js(t, TypeError, second.text());
}, "a body goes on to the request that is made of a request");

promise_test(async () => {
  const first = new Request(URL_OF, { method: "POST", body: "twice" });
  const { body } = first;
  const copy = first.clone();
  assert_equals(await first.text(), "twice");
  assert_equals(await copy.text(), "twice");
  assert_true(body.locked, "the stream that was there before");
}, "clones share what was read or not");

test(() => {
  const controller = new AbortController();
  const request = new Request(URL_OF, { signal: controller.signal });
  assert_not_equals(request.signal, controller.signal);
  const copies = [request.clone(), new Request(request), new Request(request, { signal: null })];
  controller.abort("why");
  assert_equals(request.signal.reason, "why");
  assert_array_equals(copies.map(({ signal }) => signal.aborted), [true, true, false]);
}, "signals follow");

test(() => {
  assert_equals(new Request(URL_OF, { referrer: "about:client" }).referrer, "about:client");
  const here = new Request("").url;
  assert_equals(new Request(URL_OF, { referrer: here }).referrer, here);
  assert_equals(new Request(URL_OF, { referrer: "http://elsewhere.invalid/" }).referrer, "about:client");
  const request = new Request(URL_OF, { referrer: here, referrerPolicy: "origin" });
  assert_equals(new Request(request).referrer, here);
  assert_equals(new Request(request, { method: "POST" }).referrer, "about:client");
}, "referrers");

for (const text of ["http:a/../b?é#ü", "data:,a b ", "HTTP://EXAMPLE.com:80/%7e/./x", "//other.test/\\x"]) {
  test(() => {
    assert_equals(new Request(text).url, new URL(text, new Request(".").url).href);
  }, `a request has the URL that new URL gives for ${text}`);
}
