// Digests of /resources/text.txt.
const DIGESTS = {
  sha256: "zTLkuKaoyk1qoCkGB4iBv+5q7cCCJTCQ+WXKcBrx+d8=",
  sha384: "bAJdyLjygtFKRfI7ZDH89vkSaFt+SaCT3AA5BITfStlo11g/tA177JX0jzyXePAO",
  sha512: "cCJa1WM6Nh9IIDNOIaXpjx8nCHrJ8V9b4t12To9ainsAH2KcRzowjRxDXM+pBoSao9A6+Pen8oSlzIEl0HFHhw==",
};
const load = (integrity, query = "") => fetch(`/resources/text.txt${query}`, { integrity });

promise_test(async (t) => {
  for (const [algorithm, right] of Object.entries(DIGESTS)) {
    const wrong = btoa("x".repeat(32));
    assert_regexp_match(await (await load(`${algorithm}-${right}`)).text(), /^plain/);
    const url = right.replaceAll("+", "-").replaceAll("/", "_");
    assert_regexp_match(await (await load(`${algorithm}-${url}`)).text(), /^plain/);
    assert_true((await load(`${algorithm}-${wrong} ${algorithm}-${right}`)).ok);
    await promise_rejects_js(t, TypeError, load(`${algorithm}-${wrong}`));
  }
}, "every algorithm");

promise_test(async (t) => {
  await promise_rejects_js(t, TypeError, load(`sha256-${DIGESTS.sha256} sha512-AAAA`));
  assert_true((await load("md5-AAAA")).ok);
  assert_true((await load("whatever")).ok);
}, "the strongest counts; what is unknown does not");

promise_test(async (t) => {
  const right = `sha256-${DIGESTS.sha256}`;
  assert_regexp_match(await (await load(right, "?encoding=gzip&piece=4")).text(), /^plain/);
  await promise_rejects_js(t, TypeError, load(right, "?truncate=5"));
  assert_true((await load(right)).body instanceof ReadableStream);
}, "of the decoded body");
