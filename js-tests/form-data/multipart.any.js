// META: title=multipart/form-data bodies

const TYPE = "multipart/form-data; boundary=edge";
const NAMED = 'Content-Disposition: form-data; name="field"';
const FILE = `${NAMED}; filename="file"`;

function parse(body, type = TYPE) {
  return new Response(body, { headers: { "Content-Type": type } }).formData();
}

function part(headers, content = "content") {
  return ["--edge", ...headers, "", content, "--edge--", ""].join("\r\n");
}

for (const [name, body] of [
  ["blanks behind boundaries", `--edge \t\r\n${NAMED}\r\n\r\ncontent\r\n--edge--\t `],
  ["text behind the last boundary", `${part([NAMED])}more\r\nand more`],
  ["fields that nothing knows", part(["X-Other: 1", NAMED, "Content-Transfer-Encoding: base64"])],
  ["blanks around a field's name", part([NAMED.replace("Content-Disposition:", " CONTENT-disposition \t:")])],
]) {
  promise_test(async () => {
    assert_array_equals([...(await parse(body))].flat(), ["field", "content"]);
  }, `${name} do not matter`);
}

for (const [name, body, type] of [
  ["text before the first boundary", `text\r\n${part([NAMED])}`],
  ["text right behind the last boundary", part([NAMED]).trimEnd() + "text"],
  ["a field over two lines", part(["Content-Disposition: form-data;", ' name="field"'])],
  ["a null in a name", part([NAMED.replace("field", "\0")])],
  ["a null in another field", part([NAMED, "X: \0"])],
  ["a bare line feed in a name", part([NAMED.replace("field", "\n")])],
  ["a bare carriage return in a type", part([FILE, "Content-Type: text/\rhtml"])],
  ["no boundary in the type", part([NAMED]), "multipart/form-data"],
  ["an empty boundary", part([NAMED]).replaceAll("edge", ""), 'multipart/form-data; boundary=""'],
]) {
  promise_test((t) => promise_rejects_js(t, TypeError, parse(body, type)), `${name} is refused`);
}

for (const [given, expected] of [
  [["Content-Type: text/html", "Content-Type: image/png"], "image/png"],
  [["Content-Type:  TEXT/html;;a=\"b\" "], "text/html;a=b"],
  [["Content-Type: text/html, image/png"], "image/png"],
  [["Content-Type: nonsense"], ""],
  [["Content-Type: text/\u00e9"], ""],
  [["Content-Type:"], ""],
  [[], "text/plain"],
]) {
  promise_test(async () => {
    const file = (await parse(part([FILE, ...given]))).get("field");
    assert_equals(file.type, expected);
    assert_equals(file.lastModified, 0);
  }, `the type of a file with ${JSON.stringify(given)}`);
}

promise_test(async () => {
  const form = new FormData();
  form.append('a\n"', "b\n");
  form.append("%0A", new File(["\xff"], 'c\r"%22'));
  const copy = await new Response(form).formData();
  assert_array_equals([...copy.keys()], ["a%0D%0A%22", "%0A"]);
  assert_equals(copy.get("a%0D%0A%22"), "b\r\n");
  assert_equals(copy.get("%0A").name, "c%0D%22%22");
}, "names stay escaped on the way back");

promise_test(async () => {
  const type = 'multipart/form-data; boundary="\u00e9 (x)"';
  const copy = await parse(part([NAMED]).replaceAll("edge", "\u00e9 (x)"), type);
  assert_equals(copy.get("field"), "content");
}, "a boundary that is no token");
