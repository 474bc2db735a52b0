const ANSWER = "/resources/answer.wasm";
const METHODS = ["compileStreaming", "instantiateStreaming"];

for (const method of METHODS) {
  for (const query of ["notype", "type=", "type=text/plain", "type=application/octet-stream", "type=application/javascript", "type=application/wasm;charset=utf-8", "type=application/wasm;", "type=application/wasm,text/plain", "type=wasm", "type=application/wasm%20x"]) {
    promise_test(
      (t) => promise_rejects_js(t, TypeError, WebAssembly[method](fetch(`${ANSWER}?${query}`))),
      `${method}: wrong type, ${query}`,
    );
  }

  for (const status of [300, 304, 400, 404, 418, 500, 503]) {
    promise_test(
      (t) => promise_rejects_js(t, TypeError, WebAssembly[method](fetch(`${ANSWER}?status=${status}`))),
      `${method}: status ${status}`,
    );
  }

  promise_test(async (t) => {
    const values = [undefined, null, true, 1, "", Symbol(), 1n, {}, [], new ArrayBuffer(8), wat`(module)`, new WebAssembly.Module(wat`(module)`), Response, Response.prototype, Object.create(Response.prototype)];
    for (const value of values) {
      await promise_rejects_js(t, TypeError, WebAssembly[method](value), "value");
      await promise_rejects_js(t, TypeError, WebAssembly[method](Promise.resolve(value)), "promise");
    }
    await promise_rejects_js(t, TypeError, WebAssembly[method]());
  }, `${method}: what is not a response`);

  promise_test(async (t) => {
    const reason = { some: "reason" };
    await promise_rejects_exactly(t, reason, WebAssembly[method](Promise.reject(reason)));
    await promise_rejects_exactly(t, reason, WebAssembly[method]({ then(resolve, reject) { reject(reason); } }));
    await promise_rejects_exactly(t, reason, WebAssembly[method]({ get then() { throw reason; } }));
  }, `${method}: a promise that is rejected`);

  promise_test(async (t) => {
    const used = await fetch(ANSWER);
    await used.arrayBuffer();
    await promise_rejects_js(t, TypeError, WebAssembly[method](used), "used");
    const inUse = await fetch(ANSWER);
    const reading = inUse.arrayBuffer();
    await promise_rejects_js(t, TypeError, WebAssembly[method](inUse), "being used");
    await reading;
    const twice = await fetch(ANSWER);
    const first = WebAssembly[method](twice);
    await promise_rejects_js(t, TypeError, WebAssembly[method](twice), "twice");
    await first;
  }, `${method}: a response whose body is used`);

  promise_test(async (t) => {
    const headers = { "Content-Type": "application/wasm" };
    await promise_rejects_js(t, WebAssembly.CompileError, WebAssembly[method](new Response(null, { headers })));
    await promise_rejects_js(t, WebAssembly.CompileError, WebAssembly[method](new Response("", { headers })));
    await promise_rejects_js(t, WebAssembly.CompileError, WebAssembly[method](new Response("(module)", { headers })));
    await promise_rejects_js(t, TypeError, WebAssembly[method](new Response(wat`(module)`)), "no type");
    await promise_rejects_js(t, TypeError, WebAssembly[method](Response.error()), "an error");
    await promise_rejects_js(t, TypeError, WebAssembly[method](new Response(null, { status: 204, headers })).then(() => {}, (error) => {
      // 204 is ok as a status; a body that is not there is no module.
      assert_true(error instanceof WebAssembly.CompileError || error instanceof TypeError);
      throw new TypeError();
    }));
  }, `${method}: responses that scripts made`);

  for (const query of ["patch=0:1", "patch=8:77", "patch=9:200", "truncate=0&claim=0", "patch=60:254"]) {
    promise_test(
      (t) => promise_rejects_js(t, WebAssembly.CompileError, WebAssembly[method](fetch(`${ANSWER}?${query}`))),
      `${method}: bad bytes, ${query}`,
    );
  }

  for (const query of ["truncate=20", "truncate=8", "chunked&truncate=20", "claim=100000", "broken", "claim=0&encoding=gzip"]) {
    promise_test(async (t) => {
      let error;
      try {
        await WebAssembly[method](fetch(`${ANSWER}?${query}`));
      } catch (thrown) {
        error = thrown;
      }
      assert_not_equals(error, undefined, "rejected");
      assert_true(error instanceof TypeError || error instanceof WebAssembly.CompileError, String(error));
    }, `${method}: a body that does not arrive, ${query}`);
  }

  for (const url of ["http://127.0.0.1:1/x.wasm", "http://nowhere.invalid/x.wasm", "bogus-scheme:x", "http://[bad"]) {
    promise_test(
      (t) => promise_rejects_js(t, TypeError, WebAssembly[method](fetch(url))),
      `${method}: nothing is at ${url}`,
    );
  }
}

for (const query of ["truncate=20", "truncate=8", "chunked&truncate=20", "claim=100000", "broken"]) {
  promise_test(
    (t) => promise_rejects_js(t, TypeError, WebAssembly.compileStreaming(fetch(`${ANSWER}?${query}`))),
    `a network error is a TypeError: ${query}`,
  );
}

promise_test(async (t) => {
  await promise_rejects_js(t, TypeError, WebAssembly.instantiateStreaming(fetch("/resources/simple.wasm")));
  await promise_rejects_js(t, TypeError, WebAssembly.instantiateStreaming(fetch("/resources/simple.wasm"), {}));
  await promise_rejects_js(t, WebAssembly.LinkError, WebAssembly.instantiateStreaming(fetch("/resources/simple.wasm"), { my_namespace: {} }));
  for (const imports of [null, 1, "x", true, Symbol()]) {
    await promise_rejects_js(t, TypeError, WebAssembly.instantiateStreaming(fetch(ANSWER), imports), format_value(imports));
  }
}, "imports that don't fit");

promise_test(async (t) => {
  const response = await fetch(`${ANSWER}?type=text/plain`);
  await promise_rejects_js(t, TypeError, WebAssembly.instantiateStreaming(response));
  assert_false(response.bodyUsed);
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer());
  assert_equals(instance.exports.answer(), 42);
}, "a response of the wrong type can still be read");

promise_test(async () => {
  try {
    await WebAssembly.compileStreaming(fetch(`${ANSWER}?type=text/plain`));
    assert_unreached();
  } catch (error) {
    assert_regexp_match(error.message, /text\/plain/, "the message says the type that came");
  }
  try {
    await WebAssembly.compileStreaming(fetch(`${ANSWER}?status=404`));
    assert_unreached();
  } catch (error) {
    assert_regexp_match(error.message, /404|ok/i, "the message says the status that came");
  }
}, "messages say what was wrong");
