// META: title=XMLHttpRequest in workers
// META: script=resources/helpers.js

const TEXT = new URL("resources/text.txt", (() => { try { throw new Error(); } catch (error) { return /(https?:[^ )]*\/xml-http-request\.any\.js)/.exec(error.stack)[1]; } })()).href;

const answer = async (t, source) => {
  const worker = start(source);
  t.add_cleanup(() => worker.terminate());
  return message(worker);
};

test(() => assert_false("XMLHttpRequest" in globalThis), "there is none outside of workers and pages");

promise_test(async t => {
  const expected = await (await fetch(TEXT)).text();
  assert_array_equals(await answer(t, `
    const request = new XMLHttpRequest(), events = [];
    for (const kind of ["readystatechange", "loadstart", "progress", "load", "loadend"]) request.addEventListener(kind, () => events.push(kind + request.readyState));
    request.open("GET", ${JSON.stringify(TEXT)}, false);
    request.responseType = "arraybuffer";
    request.send();
    postMessage([request.status, new TextDecoder().decode(request.response), request.getResponseHeader("content-type").startsWith("text/plain"), ...events]);
  `), [200, expected, true, "readystatechange1", "readystatechange4", "load4", "loadend4"]);
}, "a synchronous request");

promise_test(async t => {
  assert_equals(await answer(t, `
    const request = new XMLHttpRequest();
    request.onload = () => postMessage(request.responseText);
    request.open("GET", "data:,hello");
    request.send();
  `), "hello");
}, "an asynchronous request");

promise_test(async t => {
  assert_array_equals(await answer(t, `
    const request = new XMLHttpRequest(), results = [];
    for (const url of ["no-such-scheme:x", "http://127.0.0.1:1/"]) {
      request.open("GET", url, false);
      try { request.send(); } catch (error) { results.push(error.name, request.readyState, request.status); }
    }
    request.open("GET", "data:,again", false);
    request.send();
    postMessage([...results, request.responseText]);
  `), ["NetworkError", 4, 0, "NetworkError", 4, 0, "again"]);
}, "a synchronous request that fails throws, and the object can be used again");

promise_test(async t => {
  assert_equals(await answer(t, `
    const request = new XMLHttpRequest();
    request.open("POST", URL.createObjectURL(new Blob(["of a blob"])), false);
    try { request.send("body"); } catch (error) { request.open("GET", URL.createObjectURL(new Blob(["of a blob"])), false); request.send(); }
    postMessage(request.responseText);
  `), "of a blob");
}, "a synchronous request for a blob");

promise_test(async t => {
  assert_equals(await answer(t, `
    const request = new XMLHttpRequest(), results = [];
    request.open("POST", "http://127.0.0.1:1/");
    try { request.send({ toString() { request.send("inner"); return "outer"; } }); } catch (error) { results.push(error.name); }
    request.onloadend = () => { results.push("loadend" + request.readyState); postMessage(results.join()); };
  `), "InvalidStateError,loadend4");
}, "a body whose conversion sends the request");

promise_test(async t => {
  assert_equals(await answer(t, `
    const request = new XMLHttpRequest(), events = [];
    for (const kind of ["loadstart", "abort", "load", "loadend"]) {
      request.upload.addEventListener(kind, () => events.push("upload " + kind));
      request.addEventListener(kind, () => events.push(kind));
    }
    request.open("POST", "http://127.0.0.1:1/");
    request.send("body");
    request.abort();
    postMessage(events.join());
  `), "loadstart,upload loadstart,upload abort,upload loadend,abort,loadend");
}, "what is broken off is told to upload, too");

promise_test(async t => {
  assert_equals(await answer(t, `
    const text = "x".repeat(5e6), url = URL.createObjectURL(new Blob([text]));
    const request = new XMLHttpRequest();
    request.open("GET", url, false);
    request.send();
    postMessage(String(request.responseText === text));
  `), "true");
}, "a synchronous request for much");
