// META: script=/resources/interface-checks.js

test(() => {
  check_interface(globalThis, "Performance", 0, { tag: "Performance", superclass: EventTarget });
  check_attribute(globalThis, "performance", { readonly: false });
  for (const [name, length] of [["now", 0], ["toJSON", 0], ["mark", 1], ["measure", 1], ["clearMarks", 0], ["clearMeasures", 0], ["getEntries", 0], ["getEntriesByType", 1], ["getEntriesByName", 1]]) {
    check_operation(Performance.prototype, name, length);
  }
  assert_throws_js(TypeError, () => new Performance());
  assert_equals(performance, performance);
  assert_throws_js(TypeError, () => Performance.prototype.now.call({}));
}, "the interface");

test(() => {
  const { performance: original } = globalThis;
  globalThis.performance = 1;
  assert_equals(globalThis.performance, 1);
  Object.defineProperty(globalThis, "performance", { value: original, writable: true, configurable: true });
}, "the attribute is replaceable");

test(() => {
  let last = performance.now();
  assert_true(last > 0);
  for (let i = 0; i < 1000; i++) {
    const now = performance.now();
    assert_true(now >= last);
    last = now;
  }
  const difference = performance.timeOrigin + performance.now() - Date.now();
  assert_true(Math.abs(difference) < 1000, String(difference));
  assert_equals(JSON.stringify(performance), JSON.stringify({ timeOrigin: performance.timeOrigin }));
}, "the clock");

test(() => {
  performance.clearMarks();
  performance.clearMeasures();
  const mark = performance.mark("a", { startTime: 10, detail: { x: [1] } });
  assert_true(mark instanceof PerformanceMark && mark instanceof PerformanceEntry);
  assert_array_equals([mark.name, mark.entryType, mark.startTime, mark.duration], ["a", "mark", 10, 0]);
  assert_array_equals(mark.detail.x, [1]);
  assert_equals(mark.detail, mark.detail);
  assert_equals(performance.mark("b").detail, null);
  const measure = performance.measure("m", { start: "a", end: 30, detail: 5 });
  assert_true(measure instanceof PerformanceMeasure);
  assert_array_equals([measure.name, measure.entryType, measure.startTime, measure.duration, measure.detail], ["m", "measure", 10, 20, 5]);
  performance.mark("a", { startTime: 20 });
  assert_equals(performance.measure("m", "a").startTime, 20, "the latest mark");
  assert_equals(performance.measure("m", undefined, "a").duration, 20);
  assert_equals(performance.measure("m", { duration: 5, end: "a" }).startTime, 15);
  assert_equals(performance.measure("m", { start: 1, duration: 5 }).duration, 5);
  assert_equals(performance.measure("m").startTime, 0);
  assert_equals(performance.getEntriesByName("m").length, 6);
  assert_equals(performance.getEntriesByName("m", "mark").length, 0);
  assert_array_equals(performance.getEntriesByType("mark").map((entry) => entry.startTime).slice(0, 2), [10, 20]);
  performance.clearMarks("a");
  assert_array_equals(performance.getEntriesByType("mark").map((entry) => entry.name), ["b"]);
  performance.clearMarks();
  performance.clearMeasures();
  assert_array_equals(performance.getEntries(), []);
}, "marks and measures");

test(() => {
  assert_throws_js(TypeError, () => performance.mark());
  assert_throws_js(TypeError, () => performance.mark("a", { startTime: -1 }));
  assert_throws_js(TypeError, () => performance.mark("a", { startTime: NaN }));
  assert_throws_dom("DataCloneError", () => performance.mark("a", { detail: () => {} }));
  assert_throws_dom("SyntaxError", () => performance.measure("m", "there is no such mark"));
  assert_throws_js(TypeError, () => performance.measure("m", { detail: 1 }));
  assert_throws_js(TypeError, () => performance.measure("m", { start: 1, duration: 1, end: 1 }));
  assert_throws_js(TypeError, () => performance.measure("m", { start: 1 }, "a"));
  assert_throws_js(TypeError, () => performance.measure("m", { start: -1 }));
  assert_array_equals(performance.getEntries(), [], "nothing of that is an entry");
}, "what is refused");

promise_test(async () => {
  performance.mark("before");
  const calls = [];
  let observer;
  await new Promise((resolve) => {
    observer = new PerformanceObserver(function (list, argument, options) {
      calls.push([this, argument, list, options]);
      resolve();
    });
    observer.observe({ type: "mark", buffered: true });
    performance.mark("after", { startTime: 0 });
    performance.measure("not observed");
    assert_equals(calls.length, 0, "not at once");
  });
  assert_equals(calls.length, 1);
  const [[self, argument, list, options]] = calls;
  assert_equals(self, observer);
  assert_equals(argument, observer);
  assert_true(list instanceof PerformanceObserverEntryList);
  assert_array_equals(list.getEntries().map((entry) => entry.name), ["after", "before"], "in the order of time");
  assert_equals(list.getEntriesByName("after", "mark").length, 1);
  assert_equals(options.droppedEntriesCount, 0);
  performance.mark("taken");
  assert_array_equals(observer.takeRecords().map((entry) => entry.name), ["taken"]);
  observer.disconnect();
  performance.mark("unseen");
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert_equals(calls.length, 1);
  performance.clearMarks();
  performance.clearMeasures();
}, "observers");

test(() => {
  assert_array_equals(PerformanceObserver.supportedEntryTypes, ["mark", "measure"]);
  assert_equals(PerformanceObserver.supportedEntryTypes, PerformanceObserver.supportedEntryTypes);
  assert_true(Object.isFrozen(PerformanceObserver.supportedEntryTypes));
  assert_throws_js(TypeError, () => new PerformanceObserver());
  const observer = new PerformanceObserver(() => {});
  assert_throws_js(TypeError, () => observer.observe());
  assert_throws_js(TypeError, () => observer.observe({ type: "mark", entryTypes: ["mark"] }));
  observer.observe({ entryTypes: ["mark", "unknown"] });
  assert_throws_dom("InvalidModificationError", () => observer.observe({ type: "mark" }));
  observer.disconnect();
}, "what observers refuse");
