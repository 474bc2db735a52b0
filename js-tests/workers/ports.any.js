// META: title=Ports and channels between agents
// META: script=resources/helpers.js

promise_test(async t => {
  const worker = start(`
    onmessage = ({ ports: [port] }) => {
      port.onmessage = ({ data }) => port.postMessage(data * 2);
    };
  `);
  t.add_cleanup(() => worker.terminate());
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(1);
  port1.postMessage(2);
  worker.postMessage(null, [port2]);
  assert_throws_dom("DataCloneError", () => worker.postMessage(null, [port2]));
  port1.postMessage(3);
  const seen = [];
  port1.onmessage = event => seen.push(event.data);
  while (seen.length < 3) await turn(5);
  assert_array_equals(seen, [2, 4, 6]);
  port1.close();
}, "a port goes to a worker with the messages that wait for it");

promise_test(async t => {
  const [first, second] = [1, 2].map(number => start(`
    onmessage = ({ ports: [port] }) => {
      port.onmessage = ({ data }) => { postMessage("${number} got " + data); if (${number} === 2) port.postMessage("answer"); };
      if (${number} === 1) port.postMessage("question");
    };
  `));
  t.add_cleanup(() => { first.terminate(); second.terminate(); });
  const { port1, port2 } = new MessageChannel();
  const answers = Promise.all([message(first), message(second)]);
  first.postMessage(null, [port1]);
  second.postMessage(null, [port2]);
  assert_array_equals(await answers, ["1 got answer", "2 got question"]);
}, "a channel between two workers");

promise_test(async t => {
  const worker = new Worker("resources/echo.js");
  t.add_cleanup(() => worker.terminate());
  const { port1, port2 } = new MessageChannel();
  port1.postMessage("before");
  worker.postMessage("port", [port2]);
  port1.postMessage("on the way");
  const { ports: [back] } = await event(worker);
  port1.postMessage("after");
  const seen = [];
  back.onmessage = event => { seen.push(event.data); back.postMessage(event.data.length); };
  const lengths = [];
  port1.onmessage = event => lengths.push(event.data);
  while (lengths.length < 3) await turn(5);
  assert_array_equals(seen, ["before", "on the way", "after"]);
  assert_array_equals(lengths, [6, 10, 5]);
  back.close();
}, "a port goes there and back again");

promise_test(async t => {
  const worker = new Worker("resources/echo.js");
  t.add_cleanup(() => worker.terminate());
  const { port1, port2 } = new MessageChannel();
  worker.postMessage("both", [port1, port2]);
  const { ports: [a, b] } = await event(worker);
  const received = event(b);
  b.start();
  a.postMessage("from one to the other");
  assert_equals((await received).data, "from one to the other");
  a.close();
}, "both ports of a channel");

promise_test(async t => {
  const worker = start("onmessage = ({ ports: [port] }) => { port.onmessage = () => port.close(); };");
  t.add_cleanup(() => worker.terminate());
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(null, [port2]);
  const closed = event(port1, "close");
  port1.start();
  port1.postMessage("go");
  await closed;
}, "closing a port is told to the other, in another agent");

promise_test(async () => {
  const worker = start("onmessage = ({ ports: [port] }) => { self.kept = port; port.start(); postMessage('kept'); };");
  const { port1, port2 } = new MessageChannel();
  await ask(worker, null, [port2]);
  const closed = event(port1, "close");
  port1.start();
  worker.terminate();
  await closed;
}, "a port is closed when its worker is gone");

promise_test(async t => {
  const worker = start("onmessage = ({ ports: [port] }) => { port.postMessage('last words'); port.close(); postMessage('done'); };");
  t.add_cleanup(() => worker.terminate());
  const { port1, port2 } = new MessageChannel();
  await ask(worker, null, [port2]);
  await turn();
  assert_equals((await (port1.start(), event(port1))).data, "last words");
}, "what was sent before the end is still read");

promise_test(async t => {
  const worker = start(`
    onmessage = ({ ports: [outer] }) => {
      outer.onmessage = ({ ports: [inner] }) => { inner.onmessage = ({ data }) => inner.postMessage(data + " echoed"); };
    };
  `);
  t.add_cleanup(() => worker.terminate());
  const outer = new MessageChannel();
  const inner = new MessageChannel();
  inner.port1.postMessage("innermost");
  outer.port1.postMessage(null, [inner.port2]);
  worker.postMessage(null, [outer.port2]);
  const answer = message(inner.port1);
  inner.port1.start();
  assert_equals(await answer, "innermost echoed");
  inner.port1.close();
  outer.port1.close();
}, "a port in a message that waits at a port");

promise_test(async t => {
  let head = new MessageChannel();
  const last = head.port1;
  for (let i = 0; i < 20000; i++) {
    const next = new MessageChannel();
    next.port1.postMessage(null, [head.port2]);
    head = next;
  }
  const worker = start("onmessage = ({ ports }) => postMessage(ports.length)");
  t.add_cleanup(() => worker.terminate());
  assert_equals(await ask(worker, null, [head.port2]), 1);
  last.close();
}, "a long chain of ports in each other's messages");

promise_test(async t => {
  const worker = start(`
    const channel = new BroadcastChannel("news");
    channel.onmessage = ({ data }) => channel.postMessage([data, "from the worker"]);
    new BroadcastChannel("other").onmessage = () => postMessage("wrong");
    postMessage("listening");
  `);
  const other = start(`
    const channel = new BroadcastChannel("news");
    channel.onmessage = ({ data }) => { if (Array.isArray(data)) postMessage(data); };
    postMessage("listening");
  `);
  t.add_cleanup(() => { worker.terminate(); other.terminate(); });
  await Promise.all([message(worker), message(other)]);
  const channel = new BroadcastChannel("news");
  const answers = Promise.all([message(channel), message(other)]);
  channel.postMessage({ map: new Map([[1, 2]]) });
  const [mine, others] = await answers;
  assert_equals(mine[1], "from the worker");
  assert_equals(mine[0].map.get(1), 2);
  assert_equals(others[0].map.get(1), 2);
  channel.close();
}, "a BroadcastChannel reaches all agents of the program");
