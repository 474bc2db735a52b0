// URLs of blobs.

const urlOf = (parts, type) => URL.createObjectURL(new Blob(parts, { type }));

promise_test(async () => {
  const url = urlOf(["hello"], "text/x");
  const response = await fetch(url);
  assert_equals(`${response.status} ${response.statusText} ${response.type} ${response.url}`, `200 OK basic ${url}`);
  assert_equals(response.headers.get("content-length"), "5");
  assert_equals(response.headers.get("content-type"), "text/x");
  assert_equals(await response.text(), "hello");
}, "a whole blob");

promise_test(async (t) => {
  const url = urlOf(["0123456789"], "");
  const part = async (range) => {
    const response = await fetch(url, { headers: { range } });
    return [response.status, response.headers.get("content-range"), await response.text()].join();
  };
  assert_equals(await part("bytes=2-4"), "206,bytes 2-4/10,234");
  assert_equals(await part("bytes=-2"), "206,bytes 8-9/10,89");
  assert_equals(await part("bytes=8-"), "206,bytes 8-9/10,89");
  await promise_rejects_js(t, TypeError, part("bytes=10-"));
  await promise_rejects_js(t, TypeError, part("lines=1-2"));
}, "a part");

promise_test(async (t) => {
  const url = urlOf(["x"], "");
  const request = new Request(url);
  await promise_rejects_js(t, TypeError, fetch(url, { method: "POST" }));
  await promise_rejects_js(t, TypeError, fetch(url, { method: "HEAD" }));
  URL.revokeObjectURL(url);
  await promise_rejects_js(t, TypeError, fetch(url));
  assert_equals(await (await fetch(request)).text(), "x", "it was resolved before");
}, "what is refused, and revoked");

promise_test(async () => {
  const wasm = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  const module = await WebAssembly.compileStreaming(fetch(urlOf([wasm], "application/wasm")));
  assert_true(module instanceof WebAssembly.Module);
}, "a module");
