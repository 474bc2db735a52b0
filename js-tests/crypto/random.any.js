// META: script=/resources/interface-checks.js
// crypto.getRandomValues and crypto.randomUUID

test(() => {
  check_interface(globalThis, "Crypto", 0, { tag: "Crypto" });
  check_interface(globalThis, "SubtleCrypto", 0, { tag: "SubtleCrypto" });
  check_interface(globalThis, "CryptoKey", 0, { tag: "CryptoKey" });
  check_attribute(Crypto.prototype, "subtle", { readonly: true });
  check_operation(Crypto.prototype, "getRandomValues", 1);
  check_operation(Crypto.prototype, "randomUUID", 0);
  check_brand(Crypto.prototype, ["subtle", "getRandomValues", "randomUUID"], [new Uint8Array(1)]);
  for (const constructor of [Crypto, SubtleCrypto, CryptoKey]) {
    assert_throws_js(TypeError, () => new constructor());
  }
}, "The interfaces");

test(() => {
  const property = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  assert_equals(typeof property.get, "function");
  assert_equals(property.set, undefined);
  assert_true(property.enumerable && property.configurable);
  assert_equals(crypto, property.get.call(undefined));
  assert_equals(crypto.subtle, crypto.subtle);
  assert_throws_js(TypeError, () => property.get.call({}));
}, "The attribute of the global object");

test(() => {
  const bytes = new Uint8Array(4096);
  assert_equals(crypto.getRandomValues(bytes), bytes);
  assert_greater_than(new Set(bytes).size, 200);
  const middle = new Uint8Array(8);
  crypto.getRandomValues(middle.subarray(2, 4));
  assert_array_equals([...middle.subarray(0, 2), ...middle.subarray(4)], [0, 0, 0, 0, 0, 0]);
}, "Random bytes fill the view, and only that");

test(() => {
  for (const value of [undefined, {}, [], new ArrayBuffer(4), "x"]) {
    assert_throws_js(TypeError, () => crypto.getRandomValues(value));
  }
  assert_throws_js(TypeError, () => crypto.getRandomValues());
  assert_throws_dom("TypeMismatchError", () => crypto.getRandomValues(new Float32Array(1)));
  assert_throws_dom("TypeMismatchError", () => crypto.getRandomValues(new DataView(new ArrayBuffer(1))));
  assert_throws_dom("QuotaExceededError", () => crypto.getRandomValues(new Uint8Array(65537)));
  crypto.getRandomValues(new Uint8Array(65536));
}, "What getRandomValues refuses");

test(() => {
  const seen = new Set();
  for (let i = 0; i < 100; i++) {
    const uuid = crypto.randomUUID();
    assert_true(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid), uuid);
    seen.add(uuid);
  }
  assert_equals(seen.size, 100);
}, "randomUUID");
