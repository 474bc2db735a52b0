// The bytes of /resources/text.txt, and of nothing.

const bytes = () => fetch("/resources/text.txt").then((response) => response.arrayBuffer());
const digest = async (name) => {
  const hash = new Uint8Array(await crypto.subtle.digest(name, await bytes()));
  return btoa(String.fromCharCode(...hash));
};
const load = (integrity, query = "") => fetch(`/resources/text.txt${query}`, { integrity });

promise_test(async (t) => {
  for (const [algorithm, name] of [["sha256", "SHA-256"], ["sha384", "SHA-384"], ["sha512", "SHA-512"]]) {
    const right = await digest(name);
    const wrong = btoa("x".repeat(32));
    assert_regexp_match(await (await load(`${algorithm}-${right}`)).text(), /^plain/);
    const url = right.replaceAll("+", "-").replaceAll("/", "_");
    assert_regexp_match(await (await load(`${algorithm}-${url}`)).text(), /^plain/);
    assert_true((await load(`${algorithm}-${wrong} ${algorithm}-${right}`)).ok);
    await promise_rejects_js(t, TypeError, load(`${algorithm}-${wrong}`));
  }
}, "every algorithm");

promise_test(async (t) => {
  const weak = await digest("SHA-256");
  await promise_rejects_js(t, TypeError, load(`sha256-${weak} sha512-AAAA`));
  assert_true((await load("md5-AAAA")).ok);
  assert_true((await load("whatever")).ok);
}, "the strongest counts; what is unknown does not");

promise_test(async (t) => {
  const right = `sha256-${await digest("SHA-256")}`;
  assert_regexp_match(await (await load(right, "?encoding=gzip&piece=4")).text(), /^plain/);
  await promise_rejects_js(t, TypeError, load(right, "?truncate=5"));
  assert_true((await load(right)).body instanceof ReadableStream);
}, "of the decoded body");
