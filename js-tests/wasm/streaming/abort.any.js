for (const method of ["compileStreaming", "instantiateStreaming"]) {
  promise_test(async (t) => {
    assert_implements_optional(typeof AbortController === "function", "AbortController");
    const controller = new AbortController();
    controller.abort();
    await promise_rejects_dom(t, "AbortError", WebAssembly[method](fetch("/resources/answer.wasm", { signal: controller.signal })));
  }, `${method}: aborted before`);

  promise_test(async (t) => {
    assert_implements_optional(typeof AbortController === "function", "AbortController");
    const controller = new AbortController();
    const promise = WebAssembly[method](fetch("/resources/answer.wasm", { signal: controller.signal }));
    controller.abort();
    await promise_rejects_dom(t, "AbortError", promise);
  }, `${method}: aborted right after`);

  promise_test(async (t) => {
    assert_implements_optional(typeof AbortController === "function", "AbortController");
    const controller = new AbortController();
    const response = await fetch("/resources/answer.wasm?stall=30", { signal: controller.signal });
    const promise = WebAssembly[method](response);
    controller.abort();
    await promise_rejects_dom(t, "AbortError", promise);
  }, `${method}: aborted in the middle of the body`);
}
