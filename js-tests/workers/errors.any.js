// META: title=Errors of workers
// META: script=resources/helpers.js

promise_test(async t => {
  const worker = new Worker("resources/fails-later.js");
  t.add_cleanup(() => worker.terminate());
  await message(worker);
  worker.onerror = event => event.preventDefault();
  worker.postMessage("go");
  const error = await event(worker, "error");
  assert_true(error instanceof ErrorEvent);
  assert_equals(error.message, "Uncaught RangeError: too far");
  assert_regexp_match(error.filename, /\/workers\/resources\/fails-later\.js$/);
  assert_equals(error.lineno, 3);
  assert_true(error.colno > 0);
  assert_equals(error.error, null);
  assert_true(error.cancelable);
  assert_true(error.defaultPrevented);
  worker.onerror = () => false;
  worker.postMessage("again");
  await event(worker, "error");
}, "an uncaught error is an ErrorEvent at the Worker, which lives on");

promise_test(async t => {
  const worker = start("onerror = (message, file, line) => { postMessage([message, line]); return true; };\nsetTimeout(() => { throw new Error('own business'); });");
  t.add_cleanup(() => worker.terminate());
  let told = 0;
  worker.onerror = () => told++;
  assert_array_equals(await message(worker), ["Uncaught Error: own business", 2]);
  await turn();
  assert_equals(told, 0);
}, "what the worker deals with itself is not told to its parent");

promise_test(async t => {
  const worker = start(`
    const inner = new Worker("data:text/javascript,setTimeout(() => { throw new TypeError('deep down'); })");
  `);
  t.add_cleanup(() => worker.terminate());
  worker.onerror = event => event.preventDefault();
  const error = await event(worker, "error");
  assert_equals(error.message, "Uncaught TypeError: deep down");
  assert_regexp_match(error.filename, /^data:/);
}, "an error of a worker's worker goes up");

promise_test(async t => {
  const worker = start("throw new Error('unheard')");
  t.add_cleanup(() => worker.terminate());
  const handler = event => {
    event.preventDefault();
    resolve(event);
  };
  let resolve;
  const told = new Promise(it => { resolve = it; });
  addEventListener("error", handler);
  const error = await told;
  removeEventListener("error", handler);
  assert_equals(error.message, "Uncaught Error: unheard");
  assert_equals(error.error, null);
}, "what nobody cancels at the Worker goes to the global object");

for (const [what, url] of [
  ["a file that is not there", "resources/no-such-worker.js"],
  ["a script with a syntax error", "resources/syntax-error.js"],
  ["a blob that is not there", "blob:null/00000000-0000-4000-8000-000000000000"],
  ["a scheme that is unknown", "nothing:x"],
  ["what is no script by its type", "resources/text.txt"],
  ["a local file", "file:///etc/hostname"],
]) {
  promise_test(async t => {
    const worker = new Worker(url);
    t.add_cleanup(() => worker.terminate());
    let messages = 0;
    worker.onmessage = () => messages++;
    const error = await event(worker, "error");
    assert_equals(error.type, "error");
    assert_equals(error.target, worker);
    await turn();
    assert_equals(messages, 0);
  }, `error in place of a worker: ${what}`);
}
