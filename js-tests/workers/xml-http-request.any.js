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
