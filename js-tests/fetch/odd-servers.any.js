// What servers do that is odd, or plainly wrong, on the way of a response.

const text = async (query, init) => (await fetch(`/resources/text.txt?${query}`, init)).text();
const WHOLE = "plain text, with an é and a 😀\n";

for (const offset of [0, 1, 10]) {
  for (const framing of ["", "&chunked"]) {
    promise_test(async (t) => {
      await promise_rejects_js(t, TypeError, text(`reset=${offset}${framing}`));
    }, `a connection that is reset after ${offset} bytes${framing}`);
  }
}

promise_test(async (t) => {
  await promise_rejects_js(t, TypeError, text("reset=10"));
  assert_equals(await text(""), WHOLE);
}, "after a connection that was reset there is a new one");

promise_test(async () => {
  const response = await fetch("/resources/text.txt?trailer=X-After:1&trailer=Content-Type:text/html&piece=4");
  assert_equals(response.headers.get("x-after"), null);
  assert_equals(await response.text(), WHOLE);
  assert_equals(response.headers.get("x-after"), null);
  assert_equals(response.headers.get("content-type"), "text/plain;charset=utf-8");
}, "headers after the body are no headers");

for (const early of ["early=103", "early=102", "early=100", "early=103&early=103&early=102"]) {
  promise_test(async () => {
    const response = await fetch(`/resources/text.txt?${early}`);
    assert_equals(response.status, 200);
    assert_equals(response.headers.get("x-early"), null);
    assert_equals(await response.text(), WHOLE);
  }, `statuses before the answer: ${early}`);
}

promise_test(async (t) => {
  assert_equals(await text("hops=20"), WHOLE);
  await promise_rejects_js(t, TypeError, text("hops=21"));
}, "20 redirects, and no more");

promise_test(async (t) => {
  await promise_rejects_js(t, TypeError, text("loop"));
}, "a redirect to itself");

promise_test(async (t) => {
  await promise_rejects_js(t, TypeError, text("claim=1000"));
}, "a Content-Length that is too long");

promise_test(async () => {
  assert_equals(await text("claim=5"), "plain");
  assert_equals(await text(""), WHOLE);
}, "a Content-Length that is too short");

promise_test(async () => {
  assert_equals(await text("close"), WHOLE);
  assert_equals(await text("close&piece=1"), WHOLE);
}, "a body that ends with the connection");

promise_test(async () => {
  const response = await fetch("/resources/text.txt", { method: "HEAD" });
  assert_equals(response.headers.get("content-length"), String(new TextEncoder().encode(WHOLE).length));
  assert_equals(await response.text(), "");
}, "HEAD has the headers of the body that it has not");

for (const status of [204, 205, 304]) {
  promise_test(async () => {
    const response = await fetch(`/resources/text.txt?status=${status}`);
    assert_equals(response.status, status);
    assert_equals(await response.text(), "");
  }, `status ${status}`);
}

promise_test(async () => {
  const body = "x".repeat(300_000);
  const sent = await (await fetch("/echo?readrate=1000000", { method: "POST", body })).json();
  assert_equals(sent.method, "POST");
  assert_equals(sent.body.length, body.length);
}, "a request's body that is read slowly");

promise_test(async () => {
  const response = await fetch("/resources/text.txt?unread", { method: "POST", body: "not read" });
  assert_equals(await response.text(), WHOLE);
  assert_equals(await text(""), WHOLE);
}, "an answer that does not wait for the request's body");

promise_test(async () => {
  const queries = Array.from({ length: 200 }, (_, index) => `piece=${1 + (index % 7)}&n=${index}`);
  const texts = await Promise.all(queries.map((query) => text(query)));
  assert_true(texts.every((one) => one === WHOLE));
}, "two hundred at once");
