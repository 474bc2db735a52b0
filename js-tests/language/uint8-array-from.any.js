// META: title=Uint8Array.from of strings

const codes = text => Uint8Array.from(text, character => character.codePointAt(0));

test(() => {
  assert_array_equals(codes("aé\u{ff}"), [97, 233, 255]);
  assert_array_equals(codes("€😀\ud800!"), [0x20ac & 255, 0x1f600 & 255, 0, 33], "code points, and what is left of them");
  assert_array_equals(codes(""), []);
  const array = codes("abc");
  assert_equals(Object.getPrototypeOf(array), Uint8Array.prototype);
  assert_equals(array.buffer.byteLength, 3);
}, "bytes of characters");

test(() => {
  const seen = [];
  const that = {};
  const array = Uint8Array.from("ab", function (...args) { seen.push(this === that, ...args); return { valueOf: () => seen.push("converted") + 250 }; }, that);
  assert_array_equals(seen, [true, "a", 0, "converted", true, "b", 1, "converted"]);
  assert_array_equals(array, [254, 2]);
}, "the mapping function gets the character and the index, and what it returns is converted at once");

test(() => {
  assert_throws_exactly("thrown", () => Uint8Array.from("ab", () => { throw "thrown"; }));
  assert_throws_js(TypeError, () => Uint8Array.from("ab", 1));
  assert_throws_js(TypeError, () => Uint8Array.from.call(undefined, "ab", Number));
  assert_throws_js(TypeError, () => Uint8Array.from("ab", () => 1n));
}, "errors");

test(() => {
  assert_array_equals(Uint8Array.from("123"), [1, 2, 3]);
  assert_array_equals(Uint16Array.from("€", c => c.charCodeAt(0)), [0x20ac]);
  assert_array_equals(Uint8Array.from(new String("12"), Number), [1, 2]);
  class Bytes extends Uint8Array {}
  assert_true(Bytes.from("12", Number) instanceof Bytes);
  assert_equals(Uint8Array.from, Object.getPrototypeOf(Uint8Array).from);
  assert_equals(Uint8Array.from.name, "from");
  assert_equals(Uint8Array.from.length, 1);
}, "everything else is as ever");

test(() => {
  const iterator = String.prototype[Symbol.iterator];
  const prototype = Object.getPrototypeOf(""[Symbol.iterator]());
  const next = prototype.next;
  try {
    String.prototype[Symbol.iterator] = function* () { yield "7"; };
    assert_array_equals(Uint8Array.from("123", Number), [7]);
    String.prototype[Symbol.iterator] = iterator;
    prototype.next = () => ({ done: true });
    assert_array_equals(Uint8Array.from("123", Number), []);
  } finally {
    String.prototype[Symbol.iterator] = iterator;
    prototype.next = next;
  }
  assert_array_equals(Uint8Array.from("123", Number), [1, 2, 3]);
}, "iteration that was changed is respected");
