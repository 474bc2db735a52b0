// META: title=FileReader

const read = (method, blob, ...args) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = () => reject(reader.error);
  reader[method](blob, ...args);
});

promise_test(async () => {
  const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0xe9, 0x61]);
  const blob = new Blob([bytes], { type: "text/plain;charset=windows-1252" });
  assert_array_equals(new Uint8Array(await read("readAsArrayBuffer", blob)), bytes);
  assert_equals(await read("readAsBinaryString", blob), "\u00ef\u00bb\u00bf\u00e9a");
  assert_equals(await read("readAsText", blob), "\ufffda");
  assert_equals(await read("readAsText", blob.slice(3)), "\ufffda");
  assert_equals(await read("readAsText", blob.slice(3, 5, blob.type)), "\u00e9a");
  assert_equals(await read("readAsText", blob.slice(3), "latin1"), "\u00e9a");
  assert_equals(await read("readAsText", blob.slice(3, 5, blob.type), "no such label"), "\u00e9a");
  assert_equals(await read("readAsText", new Blob([new Uint8Array([0xff, 0xfe, 0x41, 0x26])]), "latin1"), "\u2641");
  assert_equals(await read("readAsDataURL", blob.slice(3)), "data:application/octet-stream;base64,6WE=");
  assert_equals(await read("readAsDataURL", blob.slice(3, 4, "a/b;c=d")), "data:a/b;c=d;base64,6Q==");
}, "what a blob is read as");

promise_test(async () => {
  const log = [];
  const reader = new FileReader();
  await new Promise(resolve => {
    for (const kind of ["loadstart", "progress", "load", "loadend", "abort", "error"]) {
      reader.addEventListener(kind, event => {
        assert_true(event instanceof ProgressEvent);
        assert_true(event.isTrusted);
        assert_equals(event.target, reader);
        log.push(`${kind} ${event.loaded}/${event.total} ${reader.readyState} ${reader.result}`);
        if (kind === "loadend") resolve();
      });
    }
    reader.readAsText(new Blob(["abc"]));
    log.push(`called ${reader.readyState}`);
    setTimeout(() => log.push("timer"), 0);
    Promise.resolve().then(() => log.push("microtask"));
  });
  assert_array_equals(log.filter(line => line !== "timer"), [
    "called 1", "microtask", "loadstart 0/3 1 null", "progress 3/3 1 null", "load 3/3 2 abc", "loadend 3/3 2 abc",
  ]);
}, "events come in order, as tasks");

promise_test(async () => {
  const log = [];
  const reader = new FileReader();
  await new Promise(resolve => {
    reader.onload = () => {
      log.push(reader.result);
      if (log.length === 1) reader.readAsText(new Blob(["second"]));
    };
    reader.onloadend = () => { log.push("end"); resolve(); };
    reader.readAsText(new Blob(["first"]));
  });
  assert_array_equals(log, ["first", "second", "end"]);
}, "no loadend if a listener reads again");

promise_test(async () => {
  const log = [];
  const reader = new FileReader();
  reader.onabort = () => { log.push("abort"); reader.readAsText(new Blob(["again"])); };
  reader.onloadend = () => log.push("end");
  reader.onloadstart = () => log.push("start");
  reader.readAsText(new Blob(["never"]));
  reader.abort();
  log.push("called");
  await new Promise(resolve => { reader.onload = () => { log.push(reader.result); setTimeout(resolve); }; });
  assert_array_equals(log, ["abort", "called", "start", "again", "end"]);
}, "what is aborted has no more events");

test(() => {
  const reader = new FileReader();
  for (const value of [null, {}, "text", new Uint8Array(1)]) {
    assert_throws_js(TypeError, () => reader.readAsText(value));
  }
  assert_equals(reader.readyState, 0);
  assert_throws_js(TypeError, () => FileReader());
}, "what is no blob");
