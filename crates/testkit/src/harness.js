// The testing vocabulary that web-platform-style suites are written in, for a
// shell without a document. One copy of this file runs before the scripts of a
// test file; the host calls `__harness.loaded()` after the last of them.
//
// Everything it says goes, one JSON text at a time, to `__report(text)`:
//   {"type": "test", "name", "status": "PASS"|"FAIL"|"TIMEOUT"|"NOTRUN", "message"}
//   {"type": "skip", "name"}                      a precondition did not hold
//   {"type": "harness", "status": "OK"|"ERROR", "message"}     the last line
(function (global) {
  "use strict";

  // A test may replace or break what it likes; the harness keeps its own.
  const send = global.__report;
  delete global.__report;
  const { stringify } = JSON;
  const { isArray } = Array;
  const sameValue = Object.is;
  const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
  const hasOwn = Function.prototype.call.bind(Object.prototype.hasOwnProperty);
  const objectToString = Function.prototype.call.bind(Object.prototype.toString);
  const functionToString = Function.prototype.call.bind(Function.prototype.toString);
  const NativeError = Error;
  const NativePromise = Promise;
  const later = typeof global.setTimeout === "function" ? global.setTimeout : null;
  const clearLater = typeof global.clearTimeout === "function" ? global.clearTimeout : null;

  // ---- Values in messages and names -----------------------------------------

  const ESCAPES = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\v": "\\v", "\b": "\\b", "\0": "\\0" };

  function quote(text) {
    let out = '"';
    for (let i = 0; i < text.length; i++) {
      const unit = text[i];
      const code = text.charCodeAt(i);
      if (unit === '"' || unit === "\\") {
        out += "\\" + unit;
      } else if (hasOwn(ESCAPES, unit)) {
        out += ESCAPES[unit];
      } else if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff && !isPaired(text, i)) || code === 0xfffe || code === 0xffff) {
        out += "\\u" + code.toString(16).padStart(4, "0");
      } else {
        out += unit;
      }
    }
    return out + '"';
  }

  function isPaired(text, i) {
    const code = text.charCodeAt(i);
    if (code < 0xdc00) {
      const next = text.charCodeAt(i + 1);
      return next >= 0xdc00 && next <= 0xdfff;
    }
    const previous = text.charCodeAt(i - 1);
    return previous >= 0xd800 && previous <= 0xdbff;
  }

  function shorten(text) {
    return text.length > 80 ? text.slice(0, 79) + "…" : text;
  }

  function format_value(value, seen = []) {
    switch (typeof value) {
      case "string":
        return quote(value);
      case "number":
        return sameValue(value, -0) ? "-0" : String(value);
      case "bigint":
        return `${value}n`;
      case "symbol":
        return `symbol "${String(value)}"`;
      case "undefined":
      case "boolean":
        return String(value);
      case "function":
        return `function "${shorten(functionToString(value))}"`;
      default:
    }
    if (value === null) {
      return "null";
    }
    if (isArray(value)) {
      if (seen.includes(value)) {
        return "[...]";
      }
      const inner = [...seen, value];
      return `[${Array.from(value, (item) => format_value(item, inner)).join(", ")}]`;
    }
    let text;
    try {
      text = String(value);
    } catch {
      text = objectToString(value);
    }
    return `object "${shorten(text)}"`;
  }

  // ---- Tests ----------------------------------------------------------------

  class AssertionError extends NativeError {
    constructor(message) {
      super(message);
      this.name = "AssertionError";
    }
  }

  class PreconditionNotMet extends NativeError {}

  const harness = {
    tests: [],
    pending: 0,
    loaded: false,
    finished: false,
    explicitDone: false,
    allowUncaught: false,
    singleTest: null,
    error: null,
    names: new Map(),
    onCompletion: [],
    onResult: [],
  };

  function describe(error) {
    if (error instanceof AssertionError) {
      return error.message;
    }
    if (typeof error === "object" && error !== null) {
      let text;
      try {
        text = `${error.name}: ${error.message}`;
        if (typeof error.stack === "string" && error.stack !== "") {
          text += `\n${error.stack}`;
        }
      } catch {
        text = format_value(error);
      }
      return `threw ${text}`;
    }
    return `threw ${format_value(error)}`;
  }

  class Test {
    constructor(name, properties) {
      const text = String(name);
      const earlier = harness.names.get(text) ?? 0;
      harness.names.set(text, earlier + 1);
      this.name = earlier === 0 ? text : `${text} (${earlier + 1})`;
      this.properties = properties ?? {};
      this.status = null;
      this.message = null;
      this.done_called = false;
      this.cleanups = [];
      this.onDone = [];
      this.timer = null;
      harness.tests.push(this);
      harness.pending++;
    }

    // Runs `body` as a part of this test: what it throws fails the test.
    step(body, self, ...args) {
      if (this.done_called) {
        return undefined;
      }
      try {
        return body.apply(self === undefined ? this : self, args);
      } catch (error) {
        this.fail(error);
        return undefined;
      }
    }

    step_func(body, self) {
      const test = this;
      return function (...args) {
        return test.step(body, self === undefined ? test : self, ...args);
      };
    }

    step_func_done(body, self) {
      const test = this;
      return function (...args) {
        if (body) {
          test.step(body, self === undefined ? test : self, ...args);
        }
        test.done();
      };
    }

    unreached_func(description) {
      return this.step_func(() => assert_unreached(description));
    }

    step_timeout(body, milliseconds, ...args) {
      return later(this.step_func(() => body.apply(this, args)), milliseconds);
    }

    step_wait(condition, description, timeout = 3000, interval = 100) {
      return new NativePromise((resolve) => this.step_wait_func(condition, resolve, description, timeout, interval));
    }

    step_wait_func(condition, body, description, timeout = 3000, interval = 100) {
      let left = timeout;
      const look = this.step_func(() => {
        if (condition()) {
          body();
        } else if (left <= 0) {
          throw new AssertionError(`step_wait: ${description ?? "the condition"} did not become true`);
        } else {
          left -= interval;
          later(look, interval);
        }
      });
      look();
    }

    step_wait_func_done(condition, body, description, timeout, interval) {
      this.step_wait_func(
        condition,
        () => {
          if (body) {
            body();
          }
          this.done();
        },
        description,
        timeout,
        interval,
      );
    }

    add_cleanup(body) {
      this.cleanups.push(body);
    }

    fail(error) {
      if (this.status === null) {
        if (error instanceof PreconditionNotMet) {
          this.status = "PRECONDITION_FAILED";
          this.message = error.message;
        } else {
          this.status = "FAIL";
          this.message = describe(error);
        }
      }
      this.done();
    }

    force_timeout() {
      this.status ??= "TIMEOUT";
      this.message ??= "the test timed out";
      this.done();
    }

    done() {
      if (this.done_called) {
        return;
      }
      this.done_called = true;
      if (this.timer !== null && clearLater) {
        clearLater(this.timer);
      }
      this.status ??= "PASS";
      const waits = [];
      for (const cleanup of this.cleanups) {
        try {
          const result = cleanup();
          if (result && typeof result.then === "function") {
            waits.push(result);
          }
        } catch (error) {
          harness.error ??= `cleanup of ${quote(this.name)} ${describe(error)}`;
        }
      }
      if (waits.length === 0) {
        this.settle();
      } else {
        NativePromise.all(waits).then(
          () => this.settle(),
          (error) => {
            harness.error ??= `cleanup of ${quote(this.name)} ${describe(error)}`;
            this.settle();
          },
        );
      }
    }

    settle() {
      report(this);
      harness.pending--;
      for (const callback of this.onDone) {
        callback();
      }
      checkComplete();
    }
  }

  function report(test) {
    for (const callback of harness.onResult) {
      callback(test);
    }
    if (test.status === "PRECONDITION_FAILED") {
      send(stringify({ type: "skip", name: test.name, message: test.message }));
    } else {
      send(stringify({ type: "test", name: test.name, status: test.status, message: test.message }));
    }
  }

  function checkComplete() {
    if (harness.finished || harness.pending > 0 || !harness.loaded) {
      return;
    }
    finish();
  }

  function finish() {
    if (harness.finished) {
      return;
    }
    harness.finished = true;
    for (const test of harness.tests) {
      if (!test.done_called) {
        test.done_called = true;
        test.status = "NOTRUN";
        test.message = "the test did not finish";
        report(test);
      }
    }
    for (const callback of harness.onCompletion) {
      try {
        callback(harness.tests, { status: harness.error === null ? 0 : 1, message: harness.error });
      } catch (error) {
        harness.error ??= `completion callback ${describe(error)}`;
      }
    }
    const status = harness.error === null ? "OK" : "ERROR";
    send(stringify({ type: "harness", status, message: harness.error }));
  }

  let unnamed = 0;
  function nameOf(name, body) {
    if (name !== undefined && name !== null && name !== "") {
      return name;
    }
    if (typeof body === "function" && body.name) {
      return body.name;
    }
    unnamed++;
    return `unnamed test ${unnamed}`;
  }

  function test(body, name, properties) {
    const current = new Test(nameOf(name, body), properties);
    const value = current.step(body, current, current);
    if (value !== undefined && value !== null && typeof value.then === "function") {
      harness.error ??= `test ${quote(current.name)} returned a promise: it should be a promise_test`;
    }
    current.done();
  }

  function async_test(body, name, properties) {
    if (typeof body !== "function") {
      return new Test(nameOf(body, null), name);
    }
    const current = new Test(nameOf(name, body), properties);
    current.step(body, current, current);
    return current;
  }

  // One promise_test begins when the one before it has ended.
  let chain = NativePromise.resolve();

  function promise_test(body, name, properties) {
    const current = new Test(nameOf(name, body), properties);
    chain = chain.then(
      () =>
        new NativePromise((ended) => {
          if (current.done_called) {
            ended();
            return;
          }
          current.onDone.push(ended);
          let promise;
          try {
            promise = body.call(current, current);
            if (promise === null || promise === undefined || typeof promise.then !== "function") {
              throw new AssertionError("promise_test: the body did not return a promise");
            }
          } catch (error) {
            current.fail(error);
            return;
          }
          NativePromise.resolve(promise).then(
            () => current.done(),
            (error) => current.fail(error),
          );
        }),
    );
  }

  function generate_tests(body, args, properties) {
    for (const [name, ...rest] of args) {
      test(() => body(...rest), name, properties);
    }
  }

  function setup(bodyOrProperties, maybeProperties) {
    let body = null;
    let properties = {};
    if (typeof bodyOrProperties === "function") {
      body = bodyOrProperties;
      properties = maybeProperties ?? {};
    } else {
      properties = bodyOrProperties ?? {};
    }
    if (properties.explicit_done) {
      harness.explicitDone = true;
    }
    if (properties.allow_uncaught_exception) {
      harness.allowUncaught = true;
    }
    if (properties.single_test) {
      harness.singleTest = new Test(global.META_TITLE ?? "single test", {});
    }
    if (body) {
      try {
        body();
      } catch (error) {
        harness.error ??= `setup ${describe(error)}`;
        throw error;
      }
    }
  }

  function promise_setup(body, properties) {
    setup(properties);
    chain = chain.then(body).catch((error) => {
      harness.error ??= `promise_setup ${describe(error)}`;
    });
  }

  function done() {
    if (harness.singleTest) {
      harness.singleTest.done();
    } else if (harness.explicitDone) {
      harness.explicitDone = false;
      harness.loaded = true;
      checkComplete();
    }
  }

  // Called when the last test has ended.
  function add_completion_callback(callback) {
    harness.onCompletion.push(callback);
  }

  // Called with each test that has ended.
  function add_result_callback(callback) {
    harness.onResult.push(callback);
  }

  function add_start_callback() {}
  function add_test_state_callback() {}

  // Tests in another agent: there is none, so these do not apply.
  function fetch_tests_from_worker() {
    send(stringify({ type: "skip", name: "tests in a worker", message: "there are no workers" }));
  }

  function fetch_tests_from_window() {
    send(stringify({ type: "skip", name: "tests in a window", message: "there are no windows" }));
  }

  // The tests did not end in time.
  function timeout() {
    host.timeout();
  }

  // What the resource of a test is, as JSON.
  async function fetch_json(url) {
    return (await fetch(url)).json();
  }

  function on_event(object, kind, callback) {
    object.addEventListener(kind, callback, false);
  }

  // Events of an object in the order a test expects them; any other fails the test.
  class EventWatcher {
    #test;
    #target;
    #kinds;
    #listener;
    #wait = null;

    constructor(test, target, kinds, timeoutPromise = null) {
      this.#test = test;
      this.#target = target;
      this.#kinds = typeof kinds === "string" ? [kinds] : kinds;
      this.#listener = test.step_func((event) => this.#hear(event));
      this.timeoutPromise = timeoutPromise;
      for (const kind of this.#kinds) {
        target.addEventListener(kind, this.#listener, false);
      }
      test.add_cleanup(() => this.stop_watching());
    }

    #hear(event) {
      assert(this.#wait !== null, "EventWatcher", "", () => `${quote(event.type)} was fired, and nothing was expected`);
      const wait = this.#wait;
      const next = wait.kinds[wait.heard];
      assert(event.type === next, "EventWatcher", "", () => `${quote(event.type)} was fired where ${quote(next)} was expected`);
      wait.heard++;
      wait.record?.push(event);
      if (wait.heard === wait.kinds.length) {
        this.#wait = null;
        wait.resolve(wait.record ?? event);
      }
    }

    // A promise of the last event of those `kinds`, or of all of them.
    wait_for(kinds, options) {
      if (this.#wait !== null) {
        return NativePromise.reject(new NativeError("EventWatcher: it waits already"));
      }
      return new NativePromise((resolve, reject) => {
        this.#wait = {
          kinds: typeof kinds === "string" ? [kinds] : kinds,
          heard: 0,
          record: options?.record === "all" ? [] : null,
          resolve,
        };
        this.timeoutPromise?.().then(() => {
          this.#wait = null;
          reject(new NativeError("EventWatcher: out of time"));
        });
      });
    }

    stop_watching() {
      for (const kind of this.#kinds) {
        this.#target.removeEventListener(kind, this.#listener, false);
      }
    }
  }

  function step_timeout(body, milliseconds, ...args) {
    return later(() => body(...args), milliseconds);
  }

  // A file with `?1-10` style variants runs the subtests of that range alone.
  const range = /^\?(\d+)-(\d+|last)$/.exec(global.META_VARIANT ?? "");
  let rangeIndex = 0;

  function subsetTest(testFunction, ...args) {
    rangeIndex++;
    if (range && (rangeIndex < Number(range[1]) || (range[2] !== "last" && rangeIndex > Number(range[2])))) {
      return undefined;
    }
    return testFunction(...args);
  }

  const variantParameters = new Map();
  for (const pair of (global.META_VARIANT ?? "").replace(/^\?/, "").split("&")) {
    const cut = pair.indexOf("=");
    if (cut > 0) {
      const key = pair.slice(0, cut);
      variantParameters.set(key, [...(variantParameters.get(key) ?? []), decodeURIComponent(pair.slice(cut + 1))]);
    }
  }

  function shouldRunSubTest(key) {
    if (variantParameters.has("include")) {
      return variantParameters.get("include").includes(key);
    }
    if (variantParameters.has("exclude")) {
      return !variantParameters.get("exclude").includes(key);
    }
    return true;
  }

  function subsetTestByKey(key, testFunction, ...args) {
    return shouldRunSubTest(key) ? testFunction(...args) : undefined;
  }

  // ---- Assertions -----------------------------------------------------------

  function assert(condition, name, description, explain) {
    if (!condition) {
      const what = description === undefined || description === "" ? "" : `${description}: `;
      throw new AssertionError(`${name}: ${what}${typeof explain === "function" ? explain() : explain}`);
    }
  }

  function assert_true(actual, description) {
    assert(actual === true, "assert_true", description, () => `${format_value(actual)} is not true`);
  }

  function assert_false(actual, description) {
    assert(actual === false, "assert_false", description, () => `${format_value(actual)} is not false`);
  }

  function assert_equals(actual, expected, description) {
    assert(sameValue(actual, expected), "assert_equals", description, () =>
      typeof actual === typeof expected
        ? `${format_value(actual)} where ${format_value(expected)} should be`
        : `${typeof actual} ${format_value(actual)} where ${typeof expected} ${format_value(expected)} should be`,
    );
  }

  function assert_not_equals(actual, expected, description) {
    assert(!sameValue(actual, expected), "assert_not_equals", description, () => `${format_value(actual)} should be something else`);
  }

  function assert_in_array(actual, expected, description) {
    assert(
      Array.from(expected).some((item) => sameValue(item, actual)),
      "assert_in_array",
      description,
      () => `${format_value(actual)} is none of ${format_value(expected)}`,
    );
  }

  function assert_array_equals(actual, expected, description) {
    const name = "assert_array_equals";
    assert(typeof actual === "object" && actual !== null && "length" in actual, name, description, () => `${format_value(actual)} is not like an array`);
    assert(actual.length === expected.length, name, description, () => `${actual.length} elements, ${format_value(Array.from(actual))}, where ${expected.length} should be, ${format_value(Array.from(expected))}`);
    for (let i = 0; i < actual.length; i++) {
      assert(hasOwn(actual, i) === hasOwn(expected, i), name, description, () => `element ${i} ${hasOwn(actual, i) ? "exists and should not" : "does not exist and should"}`);
      assert(sameValue(expected[i], actual[i]), name, description, () => `element ${i} is ${format_value(actual[i])} where ${format_value(expected[i])} should be (${format_value(Array.from(actual))} against ${format_value(Array.from(expected))})`);
    }
  }

  function assert_array_approx_equals(actual, expected, epsilon, description) {
    assert_equals(actual.length, expected.length, description);
    for (let i = 0; i < actual.length; i++) {
      assert_approx_equals(actual[i], expected[i], epsilon, description);
    }
  }

  function assert_object_equals(actual, expected, description) {
    const name = "assert_object_equals";
    assert(typeof actual === "object" && actual !== null, name, description, () => `${format_value(actual)} is no object`);
    const walk = (left, right, seen) => {
      if (seen.includes(left)) {
        return;
      }
      const inner = [...seen, left];
      for (const key in left) {
        assert(right !== null && right !== undefined && hasOwn(right, key), name, description, () => `${quote(key)} should not be there`);
        if (typeof left[key] === "object" && left[key] !== null) {
          walk(left[key], right[key], inner);
        } else {
          assert(sameValue(left[key], right[key]), name, description, () => `${quote(key)} is ${format_value(left[key])} where ${format_value(right[key])} should be`);
        }
      }
      for (const key in right) {
        assert(hasOwn(left, key), name, description, () => `${quote(key)} is not there`);
      }
    };
    walk(actual, expected, []);
  }

  function comparison(name, words, holds) {
    return function (actual, expected, description) {
      assert(typeof actual === "number" || typeof actual === "bigint", name, description, () => `a ${typeof actual} is no number`);
      assert(holds(actual, expected), name, description, () => `${format_value(actual)} is not ${words} ${format_value(expected)}`);
    };
  }

  const assert_less_than = comparison("assert_less_than", "less than", (a, b) => a < b);
  const assert_greater_than = comparison("assert_greater_than", "greater than", (a, b) => a > b);
  const assert_less_than_equal = comparison("assert_less_than_equal", "less than or equal to", (a, b) => a <= b);
  const assert_greater_than_equal = comparison("assert_greater_than_equal", "greater than or equal to", (a, b) => a >= b);

  function assert_between_inclusive(actual, lower, upper, description) {
    assert(actual >= lower && actual <= upper, "assert_between_inclusive", description, () => `${format_value(actual)} is not from ${format_value(lower)} to ${format_value(upper)}`);
  }

  function assert_between_exclusive(actual, lower, upper, description) {
    assert(actual > lower && actual < upper, "assert_between_exclusive", description, () => `${format_value(actual)} is not inside of ${format_value(lower)} and ${format_value(upper)}`);
  }

  function assert_approx_equals(actual, expected, epsilon, description) {
    assert(typeof actual === "number", "assert_approx_equals", description, () => `a ${typeof actual} is no number`);
    if (Number.isFinite(actual) && Number.isFinite(expected)) {
      assert(Math.abs(actual - expected) <= epsilon, "assert_approx_equals", description, () => `${actual} is not within ${epsilon} of ${expected}`);
    } else {
      assert_equals(actual, expected, description);
    }
  }

  function assert_regexp_not_match(actual, expected, description) {
    assert(!expected.test(actual), "assert_regexp_not_match", description, () => `${format_value(actual)} matches ${expected}`);
  }

  function assert_regexp_match(actual, expected, description) {
    assert(expected.test(actual), "assert_regexp_match", description, () => `${format_value(actual)} does not match ${expected}`);
  }

  function assert_class_string(object, expected, description) {
    const actual = objectToString(object);
    assert(actual === `[object ${expected}]`, "assert_class_string", description, () => `the class string is ${quote(actual)}, not of ${expected}`);
  }

  function assert_own_property(object, property, description) {
    assert(hasOwn(object, property), "assert_own_property", description, () => `it has no ${format_value(property)} of its own`);
  }

  function assert_not_own_property(object, property, description) {
    assert(!hasOwn(object, property), "assert_not_own_property", description, () => `it has a ${format_value(property)} of its own`);
  }

  function inheritance(name) {
    return function (object, property, description) {
      assert((typeof object === "object" && object !== null) || typeof object === "function", name, description, () => "only objects inherit");
      assert(!hasOwn(object, property), name, description, () => `${format_value(property)} is its own, not inherited`);
      assert(property in object, name, description, () => `${format_value(property)} is not inherited`);
    };
  }

  const assert_inherits = inheritance("assert_inherits");
  const assert_idl_attribute = inheritance("assert_idl_attribute");

  function assert_readonly(object, property, description) {
    const before = object[property];
    const other = before === 0 ? 1 : 0;
    try {
      object[property] = other;
    } catch {
      // Strict code throws where sloppy code is silent.
    }
    assert(sameValue(object[property], before), "assert_readonly", description, () => `${format_value(property)} could be changed`);
  }

  function assert_implements(condition, description) {
    assert(!!condition, "assert_implements", description, "this is not implemented");
  }

  function assert_implements_optional(condition, description) {
    if (!condition) {
      throw new PreconditionNotMet(description ?? "an optional feature is missing");
    }
  }

  function assert_unreached(description) {
    assert(false, "assert_unreached", description, "this point should not be reached");
  }

  function assert_any(assertion, actual, expectedArray, ...args) {
    const messages = [];
    for (const expected of expectedArray) {
      try {
        assertion(actual, expected, ...args);
        return;
      } catch (error) {
        messages.push(error.message);
      }
    }
    throw new AssertionError(messages.join("; "));
  }

  // Is `error` what `new constructor` makes, by prototype chain and by name?
  function checkJsError(name, constructor, error, description) {
    assert(typeof error === "object" && error !== null, name, description, () => `${format_value(error)} is no object`);
    let chainIsRight = false;
    for (let link = getPrototypeOf(error); link !== null; link = getPrototypeOf(link)) {
      if (link === constructor.prototype) {
        chainIsRight = true;
        break;
      }
    }
    assert(chainIsRight, name, description, () => `${format_value(error)}, called ${quote(String(error.name))}, is no ${constructor.name}`);
    assert(error.constructor === constructor, name, description, () => `${format_value(error)} was made by ${format_value(error.constructor?.name)}, not by ${constructor.name}`);
    assert(error.name === constructor.name, name, description, () => `the error's name is ${format_value(error.name)}, not ${quote(constructor.name)}`);
  }

  function assert_throws_js(constructor, body, description) {
    const error = thrownBy("assert_throws_js", body, description);
    checkJsError("assert_throws_js", constructor, error.value, description);
  }

  function assert_throws_exactly(expected, body, description) {
    const error = thrownBy("assert_throws_exactly", body, description);
    assert(sameValue(error.value, expected), "assert_throws_exactly", description, () => `it threw ${format_value(error.value)} where ${format_value(expected)} should be thrown`);
  }

  function thrownBy(name, body, description) {
    try {
      body.call(this);
    } catch (error) {
      return { value: error };
    }
    assert(false, name, description, () => `nothing was thrown by ${format_value(body)}`);
    return undefined;
  }

  // Names of exceptions that have a code of their own.
  const DOM_CODES = {
    IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
    NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10,
    InvalidStateError: 11, SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14,
    InvalidAccessError: 15, TypeMismatchError: 17, SecurityError: 18, NetworkError: 19, AbortError: 20,
    URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23, InvalidNodeTypeError: 24, DataCloneError: 25,
  };

  // The constants by which exceptions used to be named.
  function modernName(name) {
    if (typeof name !== "string" || !name.endsWith("_ERR")) {
      return name;
    }
    const wanted = name.slice(0, -4).replaceAll("_", "").toLowerCase();
    return Object.keys(DOM_CODES).find((key) => key.slice(0, -5).toLowerCase() === wanted) ?? name;
  }

  function checkDomError(name, type, error, constructor, description) {
    const expected = modernName(type);
    assert(typeof error === "object" && error !== null, name, description, () => `${format_value(error)} is no object`);
    assert(typeof constructor === "function" && error.constructor === constructor, name, description, () => `${format_value(error)} is no DOMException`);
    if (typeof expected === "number") {
      assert(error.code === expected, name, description, () => `the exception's code is ${format_value(error.code)}, not ${expected}`);
      return;
    }
    assert(error.name === expected, name, description, () => `the exception's name is ${format_value(error.name)}, not ${quote(expected)}`);
    const code = hasOwn(DOM_CODES, expected) ? DOM_CODES[expected] : 0;
    assert(error.code === code, name, description, () => `the exception's code is ${format_value(error.code)}, not ${code}`);
  }

  // assert_throws_dom(type, [constructor,] body, description)
  function assert_throws_dom(type, second, third, fourth) {
    const given = typeof third === "function";
    const constructor = given ? second : global.DOMException;
    const body = given ? third : second;
    const description = given ? fourth : third;
    const error = thrownBy("assert_throws_dom", body, description);
    checkDomError("assert_throws_dom", type, error.value, constructor, description);
  }

  function assert_throws_quotaexceedederror(body, requested, quota, description) {
    const error = thrownBy("assert_throws_quotaexceedederror", body, description).value;
    assert(error?.name === "QuotaExceededError", "assert_throws_quotaexceedederror", description, () => `threw ${format_value(error)}`);
  }

  // How a promise ends. What a promise is resolved with is asked for a `then`, which a test
  // may have put on every object: hence no prototype.
  function rejectionOf(promise) {
    return NativePromise.resolve(promise).then(
      (value) => ({ __proto__: null, rejected: false, value }),
      (value) => ({ __proto__: null, rejected: true, value }),
    );
  }

  async function promise_rejects_js(current, constructor, promise, description) {
    const outcome = await rejectionOf(promise);
    assert(outcome.rejected, "promise_rejects_js", description, () => `it was fulfilled, with ${format_value(outcome.value)}`);
    checkJsError("promise_rejects_js", constructor, outcome.value, description);
  }

  async function promise_rejects_exactly(current, expected, promise, description) {
    const outcome = await rejectionOf(promise);
    assert(outcome.rejected, "promise_rejects_exactly", description, () => `it was fulfilled, with ${format_value(outcome.value)}`);
    assert(sameValue(outcome.value, expected), "promise_rejects_exactly", description, () => `the reason is ${format_value(outcome.value)}, not ${format_value(expected)}`);
  }

  // promise_rejects_dom(test, type, [constructor,] promise, description)
  async function promise_rejects_dom(current, type, second, third, fourth) {
    const given = typeof second === "function";
    const constructor = given ? second : global.DOMException;
    const promise = given ? third : second;
    const description = given ? fourth : third;
    const outcome = await rejectionOf(promise);
    assert(outcome.rejected, "promise_rejects_dom", description, () => `it was fulfilled, with ${format_value(outcome.value)}`);
    checkDomError("promise_rejects_dom", type, outcome.value, constructor, description);
  }

  // ---- What the tests and the host see --------------------------------------

  const vocabulary = {
    test, async_test, promise_test, promise_setup, generate_tests, setup, done, step_timeout,
    add_completion_callback, add_result_callback, add_start_callback, add_test_state_callback,
    format_value, subsetTest, subsetTestByKey, shouldRunSubTest,
    assert_true, assert_false, assert_equals, assert_not_equals, assert_in_array, assert_array_equals,
    assert_array_approx_equals, assert_object_equals, assert_less_than, assert_greater_than,
    assert_less_than_equal, assert_greater_than_equal, assert_between_inclusive, assert_between_exclusive,
    assert_approx_equals, assert_regexp_match, assert_regexp_not_match, assert_class_string, assert_own_property,
    assert_not_own_property, assert_inherits, assert_idl_attribute, assert_readonly, assert_implements,
    assert_implements_optional, assert_unreached, assert_any, assert_throws_js, assert_throws_dom,
    assert_throws_exactly, assert_throws_quotaexceedederror, promise_rejects_js, promise_rejects_dom,
    promise_rejects_exactly, AssertionError, OptionalFeatureUnsupportedError: PreconditionNotMet, EventWatcher, fetch_tests_from_worker, fetch_tests_from_window,
    timeout, on_event, fetch_json,
    GLOBAL: {
      isWindow: () => false,
      isWorker: () => false,
      isShadowRealm: () => false,
    },
  };
  for (const [name, value] of Object.entries(vocabulary)) {
    Object.defineProperty(global, name, { value, writable: true, enumerable: false, configurable: true });
  }
  if (!("self" in global)) {
    Object.defineProperty(global, "self", { value: global, writable: true, enumerable: false, configurable: true });
  }

  // Where a file of a checkout is. The platform has no such object.
  if (global.__location) {
    const { href } = global.__location;
    const place = { ...global.__location, toString: () => href };
    Object.defineProperty(global, "location", { value: place, writable: true, enumerable: false, configurable: true });
  }
  delete global.__location;

  // The checkout's files collect garbage by this function, if there is one.
  if (global.location && global.__collect) {
    Object.defineProperty(global, "gc", { value: global.__collect, writable: true, enumerable: false, configurable: true });
  }
  delete global.__collect;

  // The checkout's tests of interfaces ask which kind of global this is by the constructors it
  // has, and give up when they know none: for them, and no other file, it is a window.
  if (global.__asWindow) {
    const { constructor } = getPrototypeOf(global);
    Object.defineProperty(global, "Window", { value: constructor, writable: true, enumerable: false, configurable: true });
  }
  delete global.__asWindow;

  // WebAssembly text in a test file is translated before the file runs: the tag
  // looks the bytes up by the text. Bytes are fresh at each use.
  const translated = new Map(Object.entries(global.__wat ?? {}));
  delete global.__wat;

  function fromHex(text) {
    const bytes = new Uint8Array(text.length / 2);
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] = parseInt(text.slice(i * 2, i * 2 + 2), 16);
    }
    return bytes;
  }

  Object.defineProperty(global, "wat", {
    value: function wat(strings) {
      const hex = translated.get(strings.raw.join("${}"));
      if (hex === undefined) {
        throw new NativeError("this text was not translated: wat`` takes literal text without substitutions");
      }
      return fromHex(hex);
    },
    writable: true,
    enumerable: false,
    configurable: true,
  });

  const host = {
    // Every script of the file has run.
    loaded() {
      if (!harness.explicitDone) {
        harness.loaded = true;
      }
      chain.then(checkComplete);
      checkComplete();
    },
    // A script of the file could not be run, or an exception reached nobody.
    error(message) {
      if (harness.singleTest && !harness.singleTest.done_called) {
        harness.singleTest.fail(new AssertionError(message));
      } else if (!harness.allowUncaught) {
        harness.error ??= message;
        if (harness.finished) {
          // Too late to be part of the result, but not to spoil it.
          send(stringify({ type: "harness", status: "ERROR", message }));
        }
      }
    },
    // The file has had its time.
    timeout() {
      for (const test of harness.tests) {
        if (!test.done_called) {
          test.done_called = true;
          test.status = "TIMEOUT";
          test.message = "the test did not end in time";
          report(test);
        }
      }
      harness.error ??= "the file ran out of time";
      finish();
    },
    // Nothing can happen any more.
    idle() {
      if (!harness.finished) {
        harness.error ??= "the event loop ran out of work before the tests were done";
        finish();
      }
    },
  };
  Object.defineProperty(global, "__harness", { value: host, writable: false, enumerable: false, configurable: true });
})(globalThis);
