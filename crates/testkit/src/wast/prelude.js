// What scripts of the core specification do, by the JavaScript API. Each function is given the
// place in the script first.
globalThis.wast = (() => {
  const hosts = new Map();
  const registry = { __proto__: null };
  const instances = new Map();
  const definitions = new Map();
  const batches = new Map();
  let current = null;
  let definition = null;

  const print = () => {};
  registry.spectest = {
    print,
    print_i32: print,
    print_i64: print,
    print_f32: print,
    print_f64: print,
    print_i32_f32: print,
    print_f64_f64: print,
    global_i32: 666,
    global_i64: 666n,
    global_f32: Math.fround(666.6),
    global_f64: 666.6,
    table: new WebAssembly.Table({ initial: 10, maximum: 20, element: "anyfunc" }),
    table64: optional(() => new WebAssembly.Table({ address: "i64", initial: 10n, maximum: 20n, element: "anyfunc" })),
    memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }),
  };

  function optional(make) {
    try {
      return make();
    } catch {
      return undefined;
    }
  }

  const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const compile = (text) => new WebAssembly.Module(bytesOf(text));
  const instantiate = (module) => new WebAssembly.Instance(module, registry);

  function instanceOf(name) {
    const instance = name === null ? current : instances.get(name);
    if (!instance) {
      throw new Error(`there is no instance ${name ?? "yet"}`);
    }
    return instance;
  }

  function exportOf(name, key) {
    const { exports } = instanceOf(name);
    if (!(key in exports)) {
      throw new Error(`there is no export ${key}`);
    }
    return exports[key];
  }

  const call = (name, key, args) => exportOf(name, key)(...args);

  function fits(value, expected) {
    return typeof expected === "function" && expected.judges ? expected(value) : Object.is(value, expected);
  }

  function judge(judges) {
    judges.judges = true;
    return judges;
  }

  function show(value) {
    return typeof value === "bigint" ? `${value}n` : Object.is(value, -0) ? "-0" : String(value);
  }

  function throws(body, check, what) {
    let error;
    try {
      body();
    } catch (thrown) {
      error = thrown;
      if (check(thrown)) {
        return;
      }
      throw new Error(`${what} expected, not ${thrown}`);
    }
    throw new Error(`${what} expected, but nothing was thrown`);
  }

  function within(number, index, args) {
    const batch = batches.get(number);
    if (batch instanceof Error) {
      throw batch;
    }
    return batch.exports[index](...args);
  }

  const isA = (constructor) => (error) => error instanceof constructor;

  function become(name, make) {
    current = null;
    const instance = make();
    current = instance;
    if (name !== null) {
      instances.set(name, instance);
    }
  }

  return {
    host(number) {
      if (!hosts.has(number)) {
        hosts.set(number, { number });
      }
      return hosts.get(number);
    },
    never: judge(() => false),
    some: judge((value) => value !== null && value !== undefined),
    isFunction: judge((value) => typeof value === "function"),
    isNumber: judge((value) => typeof value === "number"),
    isObject: judge((value) => typeof value === "object" && value !== null),
    isEq: judge((value) => typeof value === "number" || (typeof value === "object" && value !== null)),
    either: (...choices) => judge((value) => choices.some((choice) => fits(value, choice))),

    module(place, name, text) {
      test(() => become(name, () => instantiate(compile(text))), `${place} module`);
    },
    unknown(place, name, message) {
      test(() => become(name, () => { throw new Error(message); }), `${place} module`);
    },
    definition(place, name, text) {
      test(() => {
        definition = null;
        definition = compile(text);
        if (name !== null) {
          definitions.set(name, definition);
        }
      }, `${place} module definition`);
    },
    instance(place, name, of) {
      test(() => become(name, () => instantiate(of === null ? definition : definitions.get(of))), `${place} module instance`);
    },
    register(place, as, name) {
      registry[as] = (name === null ? current : instances.get(name))?.exports;
    },
    invoke(place, name, key, args) {
      test(() => void call(name, key, args), `${place} invoke ${key}`);
    },
    assert_return(place, name, key, args, expected) {
      test(() => {
        const returned = call(name, key, args);
        const values = expected.length === 1 ? [returned] : expected.length === 0 ? [] : returned;
        if (expected.length === 0 && returned !== undefined) {
          throw new Error(`nothing expected, not ${show(returned)}`);
        }
        if (values.length !== expected.length || !expected.every((one, index) => fits(values[index], one))) {
          throw new Error(`${expected.map(show)} expected, not ${[...values].map(show)}`);
        }
      }, `${place} assert_return ${key}`);
    },
    assert_global(place, name, key, expected) {
      test(() => {
        const { value } = exportOf(name, key);
        if (!fits(value, expected)) {
          throw new Error(`${show(expected)} expected, not ${show(value)}`);
        }
      }, `${place} assert_return get ${key}`);
    },
    assert_global_within(place, name, key, constant, variable) {
      test(() => {
        const global = exportOf(name, key);
        const imports = { "": { 0: global } };
        const instance =
          optional(() => new WebAssembly.Instance(compile(constant), imports)) ??
          new WebAssembly.Instance(compile(variable), imports);
        assert_equals(instance.exports[0](), 1, "compared within WebAssembly");
      }, `${place} assert_return get ${key}`);
    },
    batch(number, functions, text, error) {
      try {
        if (text === null) {
          throw new Error(error);
        }
        const imports = {};
        functions.forEach(([name, key], index) => {
          imports[index] = exportOf(name, key);
        });
        batches.set(number, new WebAssembly.Instance(compile(text), { "": imports }));
      } catch (error) {
        batches.set(number, error);
      }
    },
    assert_within(place, key, number, index, args) {
      test(() => assert_equals(within(number, index, args), 1, "compared within WebAssembly"), `${place} assert_return ${key}`);
    },
    assert_trap_within(place, key, number, index, args) {
      test(() => throws(() => within(number, index, args), isA(WebAssembly.RuntimeError), "a RuntimeError"), `${place} assert_trap ${key}`);
    },
    assert_exception_within(place, key, number, index, args) {
      test(() => throws(() => within(number, index, args), isA(WebAssembly.Exception), "an Exception"), `${place} assert_exception ${key}`);
    },
    assert_trap(place, name, key, args) {
      test(() => throws(() => call(name, key, args), isA(WebAssembly.RuntimeError), "a RuntimeError"), `${place} assert_trap ${key}`);
    },
    assert_exception(place, name, key, args) {
      test(() => throws(() => call(name, key, args), isA(WebAssembly.Exception), "an Exception"), `${place} assert_exception ${key}`);
    },
    assert_exhaustion(place, name, key, args) {
      test(() => throws(() => call(name, key, args), isA(RangeError), "a RangeError"), `${place} assert_exhaustion ${key}`);
    },
    assert_invalid(place, text) {
      test(() => {
        const bytes = bytesOf(text);
        assert_equals(WebAssembly.validate(bytes), false, "validate");
        throws(() => new WebAssembly.Module(bytes), isA(WebAssembly.CompileError), "a CompileError");
      }, `${place} assert_invalid`);
    },
    assert_unlinkable(place, text) {
      test(() => {
        const module = compile(text);
        const isRefusal = (error) => error instanceof WebAssembly.LinkError || error instanceof TypeError;
        throws(() => instantiate(module), isRefusal, "a LinkError");
      }, `${place} assert_unlinkable`);
    },
    assert_uninstantiable(place, text) {
      test(() => {
        const module = compile(text);
        throws(() => instantiate(module), isA(WebAssembly.RuntimeError), "a RuntimeError");
      }, `${place} assert_trap of a module`);
    },
    assert_instantiable(place, text) {
      test(() => void instantiate(compile(text)), `${place} assert_return of a module`);
    },
  };
})();
