// Operations of the global object work on that object alone, and on nothing.

const notGlobal = Object.create(globalThis);

for (const name of ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "queueMicrotask"]) {
  test(() => {
    for (const receiver of [notGlobal, {}, 1, "", Symbol()]) {
      assert_throws_js(TypeError, () => globalThis[name].call(receiver, () => {}));
    }
    assert_throws_js(TypeError, () => notGlobal[name](() => {}));
  }, `${name} refuses another receiver`);

  test(() => {
    const call = (callee) => {
      const id = callee(name.startsWith("clear") ? 0 : () => {});
      clearTimeout(id);
    };
    for (const receiver of [undefined, null, globalThis]) {
      call((argument) => globalThis[name].call(receiver, argument));
    }
    call(globalThis[name]);
  }, `${name} works without a receiver`);
}
