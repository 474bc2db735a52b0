// META: title=Blob and File

const text = async (parts, options) => new Blob(parts, options).text();

promise_test(async () => {
  const bytes = new Uint8Array([104, 101, 108, 108, 111]);
  const blob = new Blob([bytes.subarray(1, 3), "é", new Blob(["x"]), bytes.buffer, 12, null]);
  assert_equals(await blob.text(), "eléxhello12null");
  assert_equals(blob.size, 16);
  bytes.fill(0);
  assert_equals(await blob.text(), "eléxhello12null");
  assert_array_equals(await new Blob(["é"]).bytes(), [0xc3, 0xa9]);
  assert_true((await blob.arrayBuffer()) instanceof ArrayBuffer);
  assert_not_equals(await blob.arrayBuffer(), await blob.arrayBuffer());
}, "parts of every kind are copied");

promise_test(async () => {
  assert_equals(await text(["\ud800x\udc00"]), "\ufffdx\ufffd");
  assert_equals(await text([new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff])]), "a\ufffd");
}, "text is well-formed");

promise_test(async () => {
  assert_equals(await text(["a\r\nb\rc\nd\n\r", "\n", new Blob(["\r\n"])], { endings: "transparent" }),
    "a\r\nb\rc\nd\n\r\n\r\n");
  const native = await text(["a\r\nb\rc\nd\n\r", new Blob(["\r\n"])], { endings: "native" });
  const [, ending] = /^a(\r?\n)b/.exec(native);
  assert_equals(native, ["a", "b", "c", "d", "", "\r\n"].join(ending));
  assert_throws_js(TypeError, () => new Blob([], { endings: "other" }));
}, "line endings");

test(() => {
  const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
  assert_throws_js(TypeError, () => new Blob([buffer]));
  const log = [];
  const part = name => ({ toString() { log.push(name); return name; } });
  new Blob([part("a"), part("b")], { get type() { log.push("type"); return part("text"); } });
  assert_array_equals(log, ["a", "b", "type", "text"]);
}, "conversion of the arguments");

promise_test(async () => {
  const bytes = new Uint8Array([1]);
  const blob = new Blob([bytes], { get type() { bytes[0] = 2; return ""; } });
  assert_array_equals(await blob.bytes(), [2]);
}, "buffers are read after all arguments were converted");

promise_test(async () => {
  const blob = new Blob(["0123456789"], { type: "A/B" });
  for (const [args, expected] of [
    [[], "0123456789"], [[3], "3456789"], [[-3], "789"], [[-3, -1], "78"], [[5, 3], ""], [[2, 4.7], "234"],
    [[-Infinity, Infinity], "0123456789"], [[NaN, 2], "01"], [["1", "3"], "12"], [[null, undefined], "0123456789"],
    [[9, 2 ** 60], "9"],
  ]) {
    assert_equals(await blob.slice(...args).text(), expected, JSON.stringify(args));
  }
  assert_equals(blob.slice().type, "");
  assert_equals(blob.slice(0, 1, "C/D").type, "c/d");
  assert_equals(await blob.slice(2, 8).slice(1, -1).text(), "3456");
  const file = new File(["abc"], "n");
  assert_equals(Object.getPrototypeOf(file.slice(1)), Blob.prototype);
}, "slice");

test(() => {
  const before = Date.now();
  const file = new File(["abc"], "a/b\ud800", { type: "T/T" });
  assert_equals(file.name, "a/b\ufffd");
  assert_equals(file.type, "t/t");
  assert_equals(file.size, 3);
  assert_true(file.lastModified >= before && file.lastModified <= Date.now());
  assert_equals(new File([], "", { lastModified: -5 }).lastModified, -5);
  assert_equals(new File([], "", { lastModified: 1.9 }).lastModified, 1);
  assert_equals(new File([], "", { lastModified: new Date(7) }).lastModified, 7);
  assert_equals(new File([], "", { lastModified: NaN }).lastModified, 0);
  assert_true(file instanceof Blob);
  assert_equals(Object.prototype.toString.call(file), "[object File]");
  assert_throws_js(TypeError, () => new File([]));
  assert_throws_js(TypeError, () => new File("a", "b"));
  assert_throws_js(TypeError, () => File.prototype.name);
}, "File");

promise_test(async t => {
  for (const method of ["text", "arrayBuffer", "bytes"]) {
    await promise_rejects_js(t, TypeError, Blob.prototype[method].call({}));
  }
  assert_throws_js(TypeError, () => Blob.prototype.slice.call({}));
  assert_throws_js(TypeError, () => Blob.prototype.size);
  class Sub extends Blob { constructor() { super(["sub"]); } }
  assert_equals(await new Sub().text(), "sub");
  assert_true(new Sub() instanceof Sub);
}, "receivers and subclasses");
