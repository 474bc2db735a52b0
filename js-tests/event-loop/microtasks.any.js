promise_test(async () => {
  const order = [];
  setTimeout(() => order.push("timer"), 0);
  queueMicrotask(() => order.push("microtask 1"));
  Promise.resolve().then(() => order.push("reaction 1")).then(() => order.push("reaction 2"));
  queueMicrotask(() => order.push("microtask 2"));
  order.push("script");
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert_array_equals(order, ["script", "microtask 1", "reaction 1", "microtask 2", "reaction 2", "timer"]);
}, "microtasks come before timers, in order");

promise_test(async () => {
  const order = [];
  await new Promise((resolve) => {
    setTimeout(() => {
      order.push("timer 1");
      Promise.resolve().then(() => order.push("reaction of 1"));
    }, 0);
    setTimeout(() => {
      order.push("timer 2");
      resolve();
    }, 0);
  });
  assert_array_equals(order, ["timer 1", "reaction of 1", "timer 2"]);
}, "between two timers all microtasks run");

promise_test(async () => {
  const order = [];
  await new Promise((resolve) => {
    queueMicrotask(() => {
      order.push(1);
      queueMicrotask(() => {
        order.push(3);
        queueMicrotask(() => {
          order.push(4);
          resolve();
        });
      });
    });
    queueMicrotask(() => order.push(2));
  });
  assert_array_equals(order, [1, 2, 3, 4]);
}, "microtasks that make microtasks");

promise_test(async () => {
  const order = [];
  const log = (what) => () => order.push(what);
  const thenable = { then(resolve) { order.push("then called"); resolve(); } };
  const one = Promise.resolve().then(() => thenable).then(log("thenable"));
  const other = Promise.resolve().then(log(1)).then(log(2)).then(log(3)).then(log(4));
  await Promise.all([one, other]);
  assert_array_equals(order, [1, "then called", 2, "thenable", 3, 4]);
}, "how long a thenable takes");

promise_test(async () => {
  const order = [];
  async function f() {
    order.push("f 1");
    await null;
    order.push("f 2");
    await null;
    order.push("f 3");
  }
  const running = f();
  order.push("script");
  Promise.resolve().then(() => order.push("a")).then(() => order.push("b"));
  await running;
  assert_array_equals(order, ["f 1", "script", "f 2", "a", "f 3", "b"]);
}, "await takes one turn");

test(() => {
  assert_throws_js(TypeError, () => queueMicrotask());
  for (const value of [undefined, null, 1, "code", {}]) {
    assert_throws_js(TypeError, () => queueMicrotask(value), format_value(value));
  }
}, "queueMicrotask takes a function");

promise_test(async () => {
  let argumentsSeen;
  await new Promise((resolve) => queueMicrotask(function () {
    argumentsSeen = arguments.length;
    resolve();
  }, 1, 2));
  assert_equals(argumentsSeen, 0);
}, "a microtask gets no arguments");

promise_test(async () => {
  let count = 0;
  await new Promise((resolve) => {
    const more = () => (++count < 10000 ? queueMicrotask(more) : resolve());
    more();
  });
  assert_equals(count, 10000);
}, "ten thousand in a row");
