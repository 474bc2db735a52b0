const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

promise_test(async () => {
  const order = [];
  setTimeout(() => order.push("20"), 20);
  setTimeout(() => order.push("0"), 0);
  setTimeout(() => order.push("10"), 10);
  setTimeout(() => order.push("0 again"), 0);
  await sleep(40);
  assert_array_equals(order, ["0", "0 again", "10", "20"]);
}, "by their time, then by their age");

promise_test(async () => {
  const seen = await new Promise((resolve) => setTimeout((...args) => resolve(args), 0, 1, "two", null));
  assert_array_equals(seen, [1, "two", null]);
}, "arguments for the callback");

promise_test(async () => {
  const ran = [];
  const id = setTimeout(() => ran.push("cancelled"), 0);
  clearTimeout(id);
  clearTimeout(id);
  clearTimeout(undefined);
  clearTimeout(987654321);
  const later = setTimeout(() => ran.push("too"), 10);
  setTimeout(() => clearTimeout(later), 1);
  await sleep(25);
  assert_array_equals(ran, []);
}, "clearTimeout");

promise_test(async () => {
  let count = 0;
  await new Promise((resolve) => {
    const id = setInterval(() => {
      if (++count === 4) {
        clearInterval(id);
        resolve();
      }
    }, 1);
  });
  await sleep(15);
  assert_equals(count, 4);
}, "setInterval until it is cleared from inside");

promise_test(async () => {
  const ran = [];
  const id = setInterval(() => ran.push("never"), 1);
  clearTimeout(id);
  await sleep(15);
  assert_array_equals(ran, []);
}, "clearTimeout ends an interval as well");

promise_test(async () => {
  const ran = [];
  const ids = [];
  ids.push(setTimeout(() => { ran.push(1); clearTimeout(ids[1]); }, 0));
  ids.push(setTimeout(() => ran.push(2), 0));
  await sleep(10);
  assert_array_equals(ran, [1]);
}, "a timer that is due can still be cleared");

promise_test(async () => {
  const ran = [];
  for (const delay of [-1, NaN, undefined, "0", null, {}, Infinity, "abc"]) {
    setTimeout(() => ran.push(delay), delay);
  }
  await sleep(30);
  assert_equals(ran.length, 8);
}, "delays that are no numbers, or too large, are none");

promise_test(async () => {
  const before = Date.now();
  await sleep(50);
  assert_greater_than_equal(Date.now() - before, 49);
}, "a timer is not early");

promise_test(async () => {
  let count = 0;
  await new Promise((resolve) => {
    const again = () => (++count < 200 ? setTimeout(again, 0) : resolve());
    again();
  });
  assert_equals(count, 200);
}, "a chain of timers");

promise_test(async () => {
  const ids = new Set();
  for (let i = 0; i < 100; i++) {
    const id = setTimeout(() => {}, 0);
    ids.add(Number(id));
  }
  assert_equals(ids.size, 100);
  assert_false(ids.has(0));
}, "identifiers differ and are not 0");
