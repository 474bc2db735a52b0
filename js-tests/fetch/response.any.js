// META: script=/resources/interface-checks.js

test(() => {
  check_interface(globalThis, "Response", 0, { tag: "Response" });
  for (const name of ["type", "url", "redirected", "status", "ok", "statusText", "headers", "bodyUsed"]) {
    check_attribute(Response.prototype, name, { readonly: true });
  }
  for (const name of ["clone", "arrayBuffer", "text", "json"]) {
    check_operation(Response.prototype, name, 0);
  }
  check_operation(Response, "error", 0);
}, "the interface");

test(() => {
  const response = new Response();
  assert_equals(response.status, 200);
  assert_true(response.ok);
  assert_equals(response.statusText, "");
  assert_equals(response.url, "");
  assert_equals(response.type, "default");
  assert_false(response.redirected);
  assert_false(response.bodyUsed);
  assert_equals(response.headers, response.headers);
  assert_equals(response.headers.get("content-type"), null);
}, "without arguments");

test(() => {
  assert_equals(new Response("x").headers.get("content-type"), "text/plain;charset=UTF-8");
  assert_equals(new Response("x", { headers: { "content-type": "a/b" } }).headers.get("content-type"), "a/b");
  assert_equals(new Response(new Uint8Array(2)).headers.get("content-type"), null);
}, "the type of a body");

test(() => {
  const response = new Response(null, { status: 404, statusText: "Not there", headers: [["a", "b"]] });
  assert_equals(response.status, 404);
  assert_false(response.ok);
  assert_equals(response.statusText, "Not there");
  assert_equals(response.headers.get("a"), "b");
  for (const status of [0, 100, 199, 600, 1000, -1]) {
    assert_throws_js(RangeError, () => new Response(null, { status }), String(status));
  }
  for (const status of [204, 205, 304]) {
    assert_equals(new Response(null, { status }).status, status);
    assert_throws_js(TypeError, () => new Response("x", { status }), String(status));
  }
  assert_throws_js(TypeError, () => new Response(null, { statusText: "a\nb" }));
}, "status, statusText and headers");

promise_test(async () => {
  const bytes = new Uint8Array([0xe2, 0x82, 0xac]);
  assert_equals(await new Response(bytes).text(), "€");
  assert_equals(await new Response(bytes.buffer).text(), "€");
  assert_equals(await new Response(new DataView(bytes.buffer, 1, 2)).text(), "\ufffd\ufffd");
  assert_equals(await new Response("\ud800x").text(), "\ufffdx");
  assert_equals(await new Response("\ufeffx").text(), "x");
  assert_equals(await new Response().text(), "");
  assert_equals((await new Response(bytes).arrayBuffer()).byteLength, 3);
  assert_equals(await new Response(17).text(), "17");
}, "bodies of every kind");

promise_test(async (t) => {
  assert_object_equals(await new Response('{"a": [1, 2]}').json(), { a: [1, 2] });
  await promise_rejects_js(t, SyntaxError, new Response("{").json());
  await promise_rejects_js(t, SyntaxError, new Response("").json());
  assert_equals(await new Response("\ufeff1").json(), 1);
}, "json");

promise_test(async (t) => {
  const response = new Response("x");
  const promise = response.text();
  assert_true(response.bodyUsed);
  assert_equals(await promise, "x");
  for (const method of ["text", "json", "arrayBuffer"]) {
    await promise_rejects_js(t, TypeError, response[method](), method);
  }
  assert_throws_js(TypeError, () => response.clone());
}, "a body is used once");

promise_test(async () => {
  const response = new Response("x", { status: 201, headers: { a: "b" } });
  const clone = response.clone();
  assert_not_equals(clone, response);
  assert_equals(clone.status, 201);
  assert_equals(clone.headers.get("a"), "b");
  clone.headers.set("a", "c");
  assert_equals(response.headers.get("a"), "b");
  assert_equals(await response.text(), "x");
  assert_false(clone.bodyUsed);
  assert_equals(await clone.text(), "x");
}, "clone");

test(() => {
  const response = Response.error();
  assert_equals(response.type, "error");
  assert_equals(response.status, 0);
  assert_false(response.ok);
  assert_throws_js(TypeError, () => response.headers.append("a", "b"));
}, "Response.error");

promise_test(async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const response = new Response(bytes);
  bytes[0] = 9;
  assert_array_equals(new Uint8Array(await response.arrayBuffer()), [1, 2, 3]);
}, "a body is a copy");

promise_test(async () => {
  const bytes = await new Response("abc").bytes();
  assert_equals(Object.getPrototypeOf(bytes), Uint8Array.prototype);
  assert_array_equals(bytes, [97, 98, 99]);
}, "bytes");
