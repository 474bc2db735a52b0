// What scripts take for the marks of other hosts must not be there.

test(() => {
  for (const name of ["window", "document", "location", "process", "Buffer", "global", "require", "module", "Deno", "Bun", "importScripts", "WorkerGlobalScope", "DedicatedWorkerGlobalScope", "Window", "GlobalScope", "GlobalEventHandlers", "event"]) {
    assert_false(name in globalThis, name);
    assert_equals(eval(`typeof ${name}`), "undefined", name);
  }
}, "the names of other hosts are not defined");

test(() => {
  for (const name of ["self", "globalThis"]) {
    assert_equals(globalThis[name], globalThis, name);
  }
  const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(globalThis, "globalThis");
  assert_array_equals([writable, enumerable, configurable], [true, false, true]);
}, "the global object knows itself");

test(() => {
  for (const name of ["AbortController", "AbortSignal", "CloseEvent", "CustomEvent", "DOMException", "ErrorEvent", "Event", "EventTarget", "MessageEvent", "Navigator", "Performance", "PerformanceEntry", "PerformanceMark", "PerformanceMeasure", "PerformanceObserver", "PerformanceObserverEntryList", "ProgressEvent", "PromiseRejectionEvent"]) {
    const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(globalThis, name);
    assert_equals(value.name, name);
    assert_array_equals([writable, enumerable, configurable], [true, false, true], name);
  }
}, "interface objects are hidden properties");
