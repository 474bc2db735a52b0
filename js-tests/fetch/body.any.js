// What requests and responses have in common.

const POST = { method: "POST", duplex: "half" };
const makers = {
  Request: (body, headers = {}) => new Request("http://127.0.0.1:1/", { ...POST, body, headers }),
  Response: (body, headers = {}) => new Response(body, { headers }),
};
const utf8 = (text) => new TextEncoder().encode(text);
const streamOf = (...chunks) => new ReadableStream({
  start(controller) {
    for (const chunk of chunks) controller.enqueue(chunk);
    controller.close();
  },
});

for (const [name, make] of Object.entries(makers)) {
  for (const [what, body, type] of [
    ["a string", "é", "text/plain;charset=UTF-8"],
    ["a number", 12, "text/plain;charset=UTF-8"],
    ["an object", { toString: () => "object" }, "text/plain;charset=UTF-8"],
    ["parameters", new URLSearchParams("a=1&b=%20"), "application/x-www-form-urlencoded;charset=UTF-8"],
    ["a blob", new Blob(["blob"], { type: "x/y" }), "x/y"],
    ["a blob without a type", new Blob(["blob"]), null],
    ["a buffer", utf8("buffer").buffer, null],
    ["a view", utf8("view").subarray(1, 3), null],
    ["a data view", new DataView(utf8("view").buffer, 1), null],
    ["a stream", streamOf(utf8("a"), utf8("b")), null],
  ]) {
    promise_test(async () => {
      const expected = { "parameters": "a=1&b=+", "a blob": "blob", "a blob without a type": "blob", "a buffer": "buffer", "a view": "ie", "a data view": "iew", "a stream": "ab" }[what] ?? String(body);
      const message = make(body);
      assert_equals(message.headers.get("content-type"), type);
      assert_equals(await message.text(), expected);
      assert_true(message.bodyUsed);
    }, `${name}: ${what}`);
  }

  promise_test(async () => {
    const form = new FormData();
    form.append("field", "välue\n");
    form.append("file", new File(["content"], "name.txt", { type: "text/x" }));
    const message = make(form);
    assert_regexp_match(message.headers.get("content-type"), /^multipart\/form-data; boundary=\S+$/);
    const copy = await message.clone().formData();
    assert_equals(copy.get("field"), "välue\r\n");
    const file = copy.get("file");
    assert_equals(`${file.name} ${file.type} ${await file.text()}`, "name.txt text/x content");
    assert_regexp_match(await message.text(), /form-data; name="file"; filename="name.txt"/);
  }, `${name}: a form, there and back`);

  promise_test(async (t) => {
    const parameters = new URLSearchParams("a=1&a=2");
    assert_array_equals((await make(parameters).formData()).getAll("a"), ["1", "2"]);
    await promise_rejects_js(t, TypeError, make("text").formData());
    await promise_rejects_js(t, TypeError, make(utf8("a=1")).formData());
    await promise_rejects_js(t, TypeError, make("x", { "content-type": "multipart/form-data" }).formData());
    await promise_rejects_js(t, TypeError, make("x", { "content-type": "multipart/form-data; boundary=b" }).formData());
  }, `${name}: forms of the other kind, and what is no form`);

  promise_test(async (t) => {
    assert_equals((await make('{"a":[1]}').json()).a[0], 1);
    await promise_rejects_js(t, SyntaxError, make("{").json());
    assert_equals((await make("\ufeffx").text()), "x");
    assert_equals((await make(new Uint8Array([0x61, 0xff])).text()), "a\ufffd");
    const bytes = await make("ab").bytes();
    assert_true(bytes instanceof Uint8Array);
    assert_array_equals(bytes, [97, 98]);
    const buffer = await make("ab").arrayBuffer();
    assert_equals(buffer.byteLength, 2);
    const blob = await make("ab", { "content-type": "Text/X;a=b" }).blob();
    assert_equals(`${blob.size} ${blob.type}`, "2 text/x;a=b");
  }, `${name}: read in every way`);

  promise_test(async () => {
    const empty = make(null);
    assert_equals(empty.body, null);
    assert_equals(await empty.text(), "");
    assert_false(empty.bodyUsed);
    assert_equals((await empty.blob()).size, 0);
  }, `${name}: no body is never used`);

  promise_test(async (t) => {
    const message = make("text");
    const { body } = message;
    assert_true(body instanceof ReadableStream);
    assert_equals(message.body, body);
    assert_false(body.locked);
    const reader = body.getReader({ mode: "byob" });
    assert_false(message.bodyUsed, "it is only locked");
    await promise_rejects_js(t, TypeError, message.text());
    assert_throws_js(TypeError, () => message.clone());
    const { value } = await reader.read(new Uint8Array(2));
    assert_array_equals(value, utf8("te"));
    assert_true(message.bodyUsed);
    reader.releaseLock();
    await promise_rejects_js(t, TypeError, message.text());
  }, `${name}: its stream`);

  promise_test(async () => {
    const message = make("text");
    await message.text();
    assert_true(message.body.locked);
    const other = make("text");
    other.body;
    await other.text();
    assert_true(other.bodyUsed);
    assert_true(other.body.locked);
  }, `${name}: the stream of a body that was read`);

  promise_test(async () => {
    const message = make("text");
    message.body;
    const copy = message.clone();
    assert_equals(await copy.text(), "text");
    assert_equals(await message.text(), "text");
  }, `${name}: cloned after its stream was looked at`);

  promise_test(async (t) => {
    const stream = streamOf(utf8("a"));
    const message = make(stream);
    assert_equals(message.body, stream);
    const copy = message.clone();
    assert_not_equals(message.body, stream);
    assert_equals(await copy.text() + await message.text(), "aa");
    assert_throws_js(TypeError, () => make(stream));
    await promise_rejects_js(t, TypeError, make(streamOf("a string")).text());
    const boom = new Error("boom");
    const broken = new ReadableStream({ pull(controller) { controller.error(boom); } });
    await promise_rejects_exactly(t, boom, make(broken).arrayBuffer());
  }, `${name}: streams of scripts`);
}

promise_test(async () => {
  const response = await fetch("/resources/text.txt?piece=3");
  const chunks = [];
  for await (const chunk of response.body) chunks.push(chunk);
  const text = await new Blob(chunks).text();
  assert_equals(text, "plain text, with an é and a 😀\n");
  assert_true(response.bodyUsed);
}, "a body that arrives, chunk by chunk");

promise_test(async () => {
  const response = await fetch("/resources/text.txt?piece=3");
  const [first, second] = response.body.tee();
  const texts = await Promise.all([new Response(first).text(), new Response(second).text()]);
  assert_equals(texts[0], texts[1]);
}, "a body that arrives, split");

promise_test(async () => {
  const response = await fetch("/resources/text.txt?encoding=gzip&piece=5");
  const upper = response.body.pipeThrough(new TransformStream({
    transform(chunk, controller) { controller.enqueue(chunk.map((byte) => byte === 0x70 ? 0x50 : byte)); },
  }));
  assert_regexp_match(await new Response(upper).text(), /^Plain text/);
}, "a body that arrives, through a transform");

promise_test(async (t) => {
  const response = await fetch("/resources/text.txt?truncate=5");
  const reader = response.body.getReader();
  await promise_rejects_js(t, TypeError, (async () => { while (!(await reader.read()).done); })());
  await promise_rejects_js(t, TypeError, reader.closed);
}, "a body that breaks off, chunk by chunk");

promise_test(async () => {
  const response = await fetch("/resources/text.txt?stall=5");
  const reader = response.body.getReader();
  assert_false((await reader.read()).done);
  await reader.cancel("enough");
  assert_true((await reader.read()).done);
}, "a body that stalls, cancelled");

for (const touched of [false, true]) {
  promise_test(async () => {
    const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const response = new Response(touched ? streamOf(bytes.subarray(0, 3), bytes.subarray(3)) : bytes, { headers: { "content-type": "application/wasm" } });
    const module = await WebAssembly.compileStreaming(response);
    assert_true(module instanceof WebAssembly.Module);
    assert_true(response.bodyUsed);
  }, `a module out of ${touched ? "a stream" : "bytes"}`);
}

promise_test(async (t) => {
  const boom = new Error("boom");
  const broken = new ReadableStream({ pull(controller) { controller.error(boom); } });
  const response = new Response(broken, { headers: { "content-type": "application/wasm" } });
  await promise_rejects_exactly(t, boom, WebAssembly.compileStreaming(response));
}, "a module out of a stream that fails");
