// META: title=Readable byte streams

const bytes = (source, strategy) => new ReadableStream({ type: "bytes", ...source }, strategy);

promise_test(async () => {
  const stream = bytes({
    pull(controller) {
      const { view } = controller.byobRequest;
      view.set([1, 2, 3]);
      controller.byobRequest.respond(3);
    },
  });
  const reader = stream.getReader({ mode: "byob" });
  const buffer = new ArrayBuffer(8);
  const { value, done } = await reader.read(new Uint8Array(buffer, 2, 5));
  assert_false(done);
  assert_array_equals(value, [1, 2, 3]);
  assert_equals(value.byteOffset, 2);
  assert_equals(buffer.byteLength, 0, "the buffer was transferred");
  assert_equals(value.buffer.byteLength, 8);
}, "views are filled in place");

promise_test(async () => {
  let calls = 0;
  const stream = bytes({
    pull(controller) { calls++; controller.enqueue(new Uint8Array([calls])); },
  });
  const reader = stream.getReader({ mode: "byob" });
  const { value } = await reader.read(new Uint16Array(4), { min: 2 });
  assert_equals(value.length, 2);
  assert_equals(calls, 4);
  await promise_rejects_js(this, TypeError, reader.read(new Uint8Array(1), { min: 0 }));
  await promise_rejects_js(this, RangeError, reader.read(new Uint8Array(1), { min: 2 }));
  await promise_rejects_js(this, TypeError, reader.read(new Uint8Array(0)));
}, "min");

promise_test(async () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const stream = bytes({ start(controller) { controller.enqueue(new Uint8Array([1])); } });
  const reader = stream.getReader({ mode: "byob" });
  await promise_rejects_js(this, TypeError, reader.read(new Uint8Array(memory.buffer)));
  assert_equals(memory.buffer.byteLength, 65536, "a memory is never detached");
  assert_array_equals((await reader.read(new Uint8Array(1))).value, [1]);
  let controller;
  bytes({ start(c) { controller = c; } });
  assert_throws_js(TypeError, () => controller.enqueue(new Uint8Array(memory.buffer)));
  assert_equals(memory.buffer.byteLength, 65536);
  const resizable = new ArrayBuffer(1, { maxByteLength: 2 });
  assert_throws_js(TypeError, () => controller.enqueue(new Uint8Array(resizable)));
}, "buffers that cannot be transferred");

promise_test(async () => {
  const stream = bytes({
    autoAllocateChunkSize: 16,
    pull(controller) {
      const { view } = controller.byobRequest;
      assert_equals(view.byteLength, 16);
      view[0] = 7;
      controller.byobRequest.respond(1);
    },
  });
  assert_array_equals((await stream.getReader().read()).value, [7]);
  assert_throws_js(TypeError, () => bytes({ autoAllocateChunkSize: 0 }));
  assert_throws_js(RangeError, () => bytes({}, { size() {} }));
}, "buffers that are allocated for default readers");

promise_test(async () => {
  const stream = bytes({
    start(controller) { controller.enqueue(new Uint8Array([1, 2])); controller.close(); },
  });
  const [first, second] = stream.tee();
  const a = first.getReader({ mode: "byob" });
  const b = second.getReader();
  const one = (await a.read(new Uint8Array(4))).value;
  const two = (await b.read()).value;
  assert_array_equals(one, [1, 2]);
  assert_array_equals(two, [1, 2]);
  assert_not_equals(one.buffer, two.buffer);
  const end = await a.read(new Uint8Array(4));
  assert_true(end.done);
  assert_equals(end.value.byteLength, 0);
  assert_true((await b.read()).done);
}, "tee");
