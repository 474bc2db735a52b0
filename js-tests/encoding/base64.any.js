test(() => {
  assert_equals(btoa("\u00ff\0a"), "/wBh");
  assert_equals(atob("/wBh"), "\u00ff\0a");
  assert_equals(atob(" / w\tB\nh\f\r "), "\u00ff\0a");
  assert_equals(atob("YQ"), "a");
  assert_equals(atob("YR=="), "a");
  assert_equals(btoa(undefined), "dW5kZWZpbmVk");
  const every = String.fromCharCode(...Array(256).keys()).repeat(10);
  assert_equals(atob(btoa(every)), every);
}, "there and back");

test(() => {
  for (const text of ["a", "YQ=", "=", "YQ-_", "YQ\u00a0=", "\u20ac"]) {
    assert_throws_dom("InvalidCharacterError", () => atob(text), text);
  }
  assert_throws_dom("InvalidCharacterError", () => btoa("\u0100"));
  assert_throws_js(TypeError, () => atob());
  assert_throws_js(TypeError, () => btoa());
}, "what is refused");
