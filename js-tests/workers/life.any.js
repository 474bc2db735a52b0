// META: title=The life of a worker
// META: script=resources/helpers.js

promise_test(async () => {
  const worker = start("let n = 0; setInterval(() => postMessage(n++), 1);");
  await message(worker);
  worker.terminate();
  let seen = 0;
  worker.onmessage = () => seen++;
  await turn(50);
  assert_equals(seen, 0);
  worker.postMessage("to nobody");
  worker.terminate();
}, "terminate ends it, with all it has sent");

promise_test(async () => {
  const worker = start(`
    postMessage("first");
    setTimeout(() => postMessage("never"), 0);
    close();
    postMessage("second");
    Promise.resolve().then(() => postMessage("third"));
  `);
  const seen = [];
  worker.onmessage = event => seen.push(event.data);
  await turn(500);
  assert_array_equals(seen, ["first", "second", "third"]);
}, "close ends it after the task that runs");

promise_test(async () => {
  const worker = start("onmessage = ({ data }) => { postMessage(data); close(); };");
  const seen = [];
  worker.onmessage = event => seen.push(event.data);
  for (const value of [1, 2, 3]) worker.postMessage(value);
  await turn(500);
  assert_array_equals(seen, [1]);
}, "close drops the messages that wait");

promise_test(async t => {
  const worker = start(`
    const inner = new Worker(URL.createObjectURL(new Blob(["onmessage = ({ data }) => postMessage(data + ' inner')"])));
    onmessage = ({ data }) => inner.postMessage(data + " outer");
    inner.onmessage = ({ data }) => postMessage(data);
  `);
  t.add_cleanup(() => worker.terminate());
  assert_equals(await ask(worker, "through"), "through outer inner");
}, "workers have workers");

promise_test(async t => {
  const worker = start(`
    const channel = new BroadcastChannel("alive");
    const inner = new Worker(URL.createObjectURL(new Blob([
      "const channel = new BroadcastChannel('alive'); setInterval(() => channel.postMessage('inner is alive'), 2);"
    ])));
    postMessage("started");
  `);
  const channel = new BroadcastChannel("alive");
  await message(channel);
  worker.terminate();
  await turn(500);
  let seen = 0;
  channel.onmessage = () => seen++;
  await turn(50);
  channel.close();
  assert_equals(seen, 0);
}, "a worker's workers end with it");

promise_test(async t => {
  const workers = Array.from({ length: 20 }, (_, i) => answering(`data * ${i}`));
  const answers = await Promise.all(workers.map(worker => ask(worker, 2)));
  for (const worker of workers) worker.terminate();
  assert_array_equals(answers, workers.map((_, i) => 2 * i));
}, "many at once");

test(() => {
  for (let i = 0; i < 20; i++) start("for (;;) postMessage('x'.repeat(1000));").terminate();
}, "ended before it has begun");
