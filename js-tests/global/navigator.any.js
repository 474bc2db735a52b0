// META: script=/resources/interface-checks.js

test(() => {
  check_attribute(globalThis, "navigator", { readonly: true });
  check_interface(globalThis, "Navigator", 0, { tag: "Navigator" });
  assert_true(navigator instanceof Navigator);
  assert_equals(navigator, navigator);
  assert_throws_js(TypeError, () => new Navigator());
  for (const name of ["hardwareConcurrency", "language", "languages", "platform", "userAgent"]) {
    check_attribute(Navigator.prototype, name, { readonly: true });
    assert_throws_js(TypeError, () => Navigator.prototype[name]);
  }
}, "the interface");

test(() => {
  assert_regexp_match(navigator.userAgent, /^Taipan\/\d+\.\d+\.\d+/);
  assert_true(Number.isInteger(navigator.hardwareConcurrency) && navigator.hardwareConcurrency > 0);
  assert_regexp_match(navigator.language, /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/);
  assert_array_equals(navigator.languages, [navigator.language]);
  assert_equals(navigator.languages, navigator.languages);
  assert_true(Object.isFrozen(navigator.languages));
  assert_equals(typeof navigator.platform, "string");
}, "what it says");
