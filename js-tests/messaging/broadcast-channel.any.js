// META: title=BroadcastChannel

const turn = () => new Promise(resolve => setTimeout(resolve, 50));

promise_test(async () => {
  const [a, b, c, other] = ["name", "name", "name", "other"].map(name => new BroadcastChannel(name));
  const log = [];
  for (const [key, channel] of Object.entries({ a, b, c, other })) {
    channel.onmessage = event => log.push(key + event.data.x);
  }
  a.postMessage({ x: 1 });
  c.postMessage({ x: 2 });
  log.push("posted");
  await turn();
  assert_array_equals(log, ["posted", "b1", "c1", "a2", "b2"]);
  b.close();
  a.postMessage({ x: 3 });
  c.close();
  await turn();
  assert_array_equals(log.slice(5), []);
  for (const channel of [a, other]) channel.close();
}, "all others of the name receive, in the order of their creation");

promise_test(async () => {
  const [a, b, c] = [1, 2, 3].map(() => new BroadcastChannel("clones"));
  const seen = [];
  b.onmessage = c.onmessage = event => seen.push(event.data);
  let gets = 0;
  a.postMessage({ get value() { gets++; return new Map(); }, blob: new Blob(["x"]) });
  await turn();
  assert_equals(gets, 1);
  assert_not_equals(seen[0], seen[1]);
  assert_true(seen[1].value instanceof Map);
  assert_equals(await seen[1].blob.text(), "x");
  const { port1 } = new MessageChannel();
  assert_throws_dom("DataCloneError", () => a.postMessage(port1));
  for (const channel of [a, b, c]) channel.close();
  assert_throws_dom("InvalidStateError", () => a.postMessage(1));
}, "each has a clone of its own");
