const ANSWER = "/resources/answer.wasm";

// The server falls silent after 40 bytes and never says another word: an answer can only
// come from what has arrived.
for (const method of ["compileStreaming", "instantiateStreaming"]) {
  for (const [what, query] of [
    ["the magic number", "patch=0:1"],
    ["the version", "patch=4:2"],
    ["the first section's id", "patch=8:77"],
    ["the first section's length", "patch=9:255&patch=10:255&patch=11:255&patch=12:255&patch=13:15"],
    ["the form of a type", "patch=11:1"],
  ]) {
    promise_test(
      (t) => promise_rejects_js(t, WebAssembly.CompileError, WebAssembly[method](fetch(`${ANSWER}?${query}&stall=40`))),
      `${method}: a mistake in ${what} rejects before the body has ended`,
    );
  }
}
