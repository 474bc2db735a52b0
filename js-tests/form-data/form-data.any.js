// META: title=FormData

test(() => {
  const data = new FormData();
  data.append("a", 1);
  data.append("b", "\ud800");
  data.append("a", null);
  assert_array_equals(data.getAll("a"), ["1", "null"]);
  assert_equals(data.get("a"), "1");
  assert_equals(data.get("b"), "\ufffd");
  assert_equals(data.get("c"), null);
  assert_array_equals(data.getAll("c"), []);
  data.append("c", "");
  data.set("a", "first");
  assert_array_equals([...data.keys()], ["a", "b", "c"]);
  data.set("d", "new");
  assert_array_equals([...data.values()], ["first", "\ufffd", "", "new"]);
  data.delete("b");
  assert_false(data.has("b"));
  assert_true(data.has("c"));
  assert_equals(data[Symbol.iterator], data.entries);
}, "entries");

test(() => {
  const data = new FormData();
  const before = Date.now();
  data.append("blob", new Blob(["x"], { type: "a/b" }));
  const blob = data.get("blob");
  assert_true(blob instanceof File);
  assert_equals(blob.name, "blob");
  assert_equals(blob.type, "a/b");
  assert_equals(data.get("blob"), blob);
  assert_true(blob.lastModified >= before);
  const file = new File(["y"], "name", { lastModified: 5 });
  data.set("file", file);
  assert_equals(data.get("file"), file);
  data.set("file", file, undefined);
  assert_equals(data.get("file"), file);
  data.set("file", file, "other");
  assert_not_equals(data.get("file"), file);
  assert_equals(data.get("file").name, "other");
  assert_equals(data.get("file").lastModified, 5);
  data.set("file", file, null);
  assert_equals(data.get("file").name, "null");
}, "blobs become files");

test(() => {
  const data = new FormData();
  assert_throws_js(TypeError, () => data.append("a"));
  assert_throws_js(TypeError, () => data.append("a", "b", "c"));
  assert_throws_js(TypeError, () => data.set("a", "b", "c"));
  assert_throws_js(TypeError, () => data.get());
  assert_throws_js(TypeError, () => FormData());
  assert_throws_js(TypeError, () => new FormData({}));
  assert_throws_js(TypeError, () => new FormData(null));
  assert_array_equals([...new FormData(undefined)], []);
}, "what is refused");

test(() => {
  const data = new FormData();
  data.append("a", "1");
  data.append("b", "2");
  const seen = [];
  for (const [name, value] of data) {
    seen.push(name + value);
    if (name === "a") {
      data.delete("a");
      data.append("c", "3");
    }
  }
  assert_array_equals(seen, ["a1", "c3"]);
  data.forEach(function (value, name, object) {
    assert_equals(this, seen);
    assert_equals(object, data);
    seen.push(name + value);
  }, seen);
  assert_array_equals(seen.slice(2), ["b2", "c3"]);
}, "iteration sees changes");
