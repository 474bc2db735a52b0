promise_test(async () => {
  const log = [];
  globalThis.log = log;
  setTimeout("log.push(1); var defined = 1");
  setTimeout({ toString() { log.push("converted"); return "log.push(2)"; } });
  log.push(0);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert_array_equals(log, ["converted", 0, 1, 2]);
  assert_equals(globalThis.defined, 1);
  delete globalThis.log;
}, "source text as a handler");

test(() => {
  assert_throws_js(TypeError, () => setTimeout());
  assert_throws_js(TypeError, () => setInterval());
  assert_throws_js(TypeError, () => setTimeout(Symbol()));
}, "a handler is needed");

promise_test(async () => {
  const errors = [];
  onerror = (message, filename, line, column, error) => { errors.push(error); return true; };
  let count = 0;
  await new Promise((resolve) => {
    const id = setInterval(() => {
      if (++count === 2) {
        clearInterval(id);
        resolve();
      }
      throw count;
    });
  });
  setTimeout("syntax error");
  queueMicrotask(() => { throw "microtask"; });
  await new Promise((resolve) => setTimeout(resolve, 5));
  onerror = null;
  assert_array_equals(errors.slice(0, 3), [1, 2, "microtask"]);
  assert_true(errors[3] instanceof SyntaxError);
  assert_equals(errors.length, 4);
}, "what handlers throw is reported");

promise_test(async () => {
  const order = [];
  setTimeout(() => order.push(2), 1);
  setTimeout(() => order.push(1), 0);
  setTimeout(() => order.push(0), -5);
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert_equals(order.at(-1), 2);
  assert_equals(order.length, 3);
}, "delays below zero are zero");

promise_test(async () => {
  let timer;
  const cleared = await new Promise((resolve) => {
    timer = setTimeout(() => resolve(false), 1);
    clearInterval(timer);
    setTimeout(resolve, 5, true);
  });
  assert_true(cleared);
  clearTimeout();
  clearTimeout("x");
  clearTimeout(timer);
  assert_true(Number.isInteger(timer) && timer > 0);
}, "either function clears either kind");
