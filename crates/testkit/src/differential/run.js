// What is done with a module, and a record of what came of it. It runs in Taipan and in another host: nothing in here may
// depend on which. `hashBytes` is the host's.
(() => {
  'use strict';
  const view = new DataView(new ArrayBuffer(8));

  /** A generator of numbers, the same everywhere (xorshift). */
  const generator = (seed) => {
    let state = seed | 0 || 1;
    const next = () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state >>> 0;
    };
    return { next, below: (n) => next() % n, pick: (list) => list[next() % list.length] };
  };

  const I32 = [0, 1, -1, 2, 7, 31, 32, 255, 256, 65535, 65536, 0x7fffffff, -0x80000000, 0x80000000, 4294967295, 1.5, -0.5];
  const I64 = [0n, 1n, -1n, 31n, 63n, 64n, 255n, 1n << 31n, 1n << 32n, (1n << 63n) - 1n, -(1n << 63n), 1n << 64n];
  // A negative fraction is an index of zero to Web IDL, and none to V8.
  const INDICES = I32.filter((index) => index >= 0 || Number.isInteger(index));
  const F32 = [0, -0, 1, -1, 0.5, 1.1, 3.4028234663852886e38, -3.5e38, 1e-45, 1.1754943508222875e-38, Infinity, -Infinity, NaN];
  const F64 = [0, -0, 1, -1, 0.1, 5e-324, 1.7976931348623157e308, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 63, -(2 ** 63), Infinity, -Infinity, NaN];
  const ODD = [undefined, null, true, '7', '', 'x', {}, [], [3], 5, 5n, Symbol.iterator, { valueOf: () => 3 }, { valueOf: () => 3n }];
  const OBJECTS = [null, undefined, 0, 'text', true, 7n, { a: 1 }, [1], () => 1];

  /** Messages of traps, whatever words a host has for them. */
  const TRAPS = [
    [/unreachable/, 'unreachable'],
    [/memory access out of bounds|out of bounds memory access|data segment out of bounds|data segment .* out of bounds|memory fault/i, 'memory'],
    [/divide by zero|integer divide by zero|remainder by zero/, 'zero'],
    [/integer overflow|divide result unrepresentable|float unrepresentable|invalid conversion to integer/, 'number'],
    [/table index is out of bounds|undefined element|out of bounds table access|table access out of bounds|element segment out of bounds|table.* out of bounds/i, 'table'],
    [/null function or function signature|indirect call type mismatch|uninitialized element|signature mismatch/, 'signature'],
    [/dereferencing a null|null reference/, 'null'],
  ];

  const trap = (message) => {
    // A call through an empty element and one of another type are one error in some hosts, and a place that is none is
    // an access to the table in all.
    const found = TRAPS.find(([pattern]) => pattern.test(message));
    return found ? found[1] : `? ${message}`;
  };

  globalThis.differential = (bytes, info, seed) => {
    const random = generator(seed);
    const log = [];
    const labels = new Map();
    let calls = 0;

    const label = (value) => {
      if (!labels.has(value)) labels.set(value, labels.size);
      return labels.get(value);
    };
    const show = (value) => {
      switch (typeof value) {
        case 'number':
          if (Number.isNaN(value)) return 'nan';
          view.setFloat64(0, value);
          return `${view.getUint32(0).toString(16)}.${view.getUint32(4).toString(16)}`;
        case 'bigint': return `${value}n`;
        case 'string': return JSON.stringify(value);
        case 'symbol': return 'symbol';
        case 'undefined': case 'boolean': return String(value);
        case 'function': return `function ${value.name} ${value.length} #${label(value)}`;
        default:
          if (value === null) return 'null';
          if (Array.isArray(value) && !labels.has(value) && !OBJECTS.includes(value)) return `[${value.map(show).join()}]`;
          return `${Object.prototype.toString.call(value)} #${label(value)}`;
      }
    };
    const showError = (error) => {
      if (!(error instanceof Error)) return `thrown ${show(error)}`;
      const name = error.constructor.name;
      return name === 'RuntimeError' ? `${name} ${trap(error.message)}` : name;
    };
    const attempt = (what, f) => {
      let result;
      try {
        result = show(f());
      } catch (error) {
        result = showError(error);
      }
      log.push(`${what} = ${result}`);
    };

    const functions = [];
    const value = (type, odd) => {
      if (odd && random.below(12) === 0) return random.pick(ODD);
      switch (type) {
        case 'i32': return random.below(3) ? random.pick(I32) : random.next() | 0;
        case 'i64': return random.below(3) ? random.pick(I64) : BigInt(random.next()) * 0x1234567n - 0x7ffffffn;
        case 'f32': return random.below(3) ? random.pick(F32) : (random.next() - 2 ** 31) / 1024;
        case 'f64': return random.below(3) ? random.pick(F64) : (random.next() - 2 ** 31) / 3;
        case 'externref': return random.pick(OBJECTS);
        case 'funcref': return functions.length && random.below(3) ? random.pick(functions) : null;
        default: return 0;
      }
    };
    const values = (types, odd) => types.map((type) => value(type, odd));

    const makeImport = (entry, index) => {
      const type = entry.type;
      switch (entry.kind) {
        case 'function':
          return (...args) => {
            if (calls++ > 40) throw new RangeError('too many calls');
            log.push(`  import ${index} (${args.map(show).join()})`);
            if (random.below(20) === 0) throw new EvalError('thrown by an import');
            const results = values(type.results, true);
            if (type.results.length === 1) return results[0];
            return type.results.length ? results : undefined;
          };
        case 'global': {
          const initial = value(type.value, false);
          if (type.value === 'v128') return new WebAssembly.Global({ value: 'v128', mutable: type.mutable });
          const name = type.value === 'funcref' ? 'anyfunc' : type.value;
          return new WebAssembly.Global({ value: name, mutable: type.mutable }, initial);
        }
        case 'memory': return new WebAssembly.Memory({ initial: type.initial, maximum: type.maximum });
        case 'table': {
          const element = type.element === 'funcref' ? 'anyfunc' : type.element;
          return new WebAssembly.Table({ element, initial: type.initial, maximum: type.maximum }, ...(element === 'externref' ? [null] : []));
        }
      }
    };

    const showMemory = (memory) => {
      const bytes = new Uint8Array(memory.buffer);
      return `${bytes.length} bytes ${hashBytes(bytes)}`;
    };

    const run = () => {
      log.push(`valid ${WebAssembly.validate(bytes)}`);
      let module;
      attempt('module', () => { module = new WebAssembly.Module(bytes) });
      if (!module) return;
      log.push(JSON.stringify(WebAssembly.Module.imports(module)));
      log.push(JSON.stringify(WebAssembly.Module.exports(module)));
      const imports = {};
      const shared = [];
      info.imports.forEach((entry, index) => {
        imports[entry.module] ??= {};
        // Something is missing or wrong now and then.
        const odd = random.below(60);
        if (odd === 0) return;
        if (odd === 1) { imports[entry.module][entry.name] = random.pick(ODD); return }
        attempt(`import ${index}`, () => {
          const thing = makeImport(entry, index);
          imports[entry.module][entry.name] = thing;
          if (typeof thing !== 'function') shared.push([index, entry, thing]);
          else label(thing);
        });
      });
      let instance;
      attempt('instance', () => { instance = new WebAssembly.Instance(module, imports) });
      if (!instance) { shared.forEach((entry) => dump(...entry)); return }
      const exports = instance.exports;
      log.push(Object.keys(exports).join());
      for (const entry of info.exports) {
        if (entry.kind === 'function') functions.push(exports[entry.name]);
        // V8 makes several objects of a global that is exported by several names.
        if (entry.kind !== 'global') label(exports[entry.name]);
      }
      const things = info.exports.map((entry, index) => [index, entry, exports[entry.name]]).concat(shared);
      for (let step = 0; step < info.steps && things.length; step++) act(step, ...random.pick(things));
      things.forEach((entry) => dump(...entry));
    };

    const act = (step, index, { kind, type }, thing) => {
      const what = `${step} ${kind} ${index}`;
      switch (kind) {
        case 'function': {
          const args = values(type.parameters, true);
          if (random.below(15) === 0) args.pop();
          if (random.below(15) === 0) args.push(1);
          return attempt(`${what} (${args.map(show).join()})`, () => thing(...args));
        }
        case 'global':
          if (random.below(2)) return attempt(`${what} get`, () => thing.value);
          { const next = value(type.value, true); return attempt(`${what} set ${show(next)}`, () => { thing.value = next }) }
        case 'memory': {
          const buffer = thing.buffer;
          if (random.below(4) === 0) {
            const pages = random.below(3);
            attempt(`${what} grow ${pages}`, () => thing.grow(pages));
            return attempt(`${what} buffers`, () => `${buffer === thing.buffer} ${buffer.byteLength} ${thing.buffer.byteLength}`);
          }
          if (!buffer.byteLength) return attempt(`${what} empty`, () => buffer.byteLength);
          const at = random.below(buffer.byteLength);
          const byte = random.below(256);
          return attempt(`${what} ${at}`, () => { const bytes = new Uint8Array(buffer); const old = bytes[at]; bytes[at] = byte; return old });
        }
        case 'table': {
          const at = random.below(6) ? random.below(Math.max(1, thing.length)) : random.pick(INDICES);
          switch (random.below(4)) {
            case 0: return attempt(`${what} get ${show(at)}`, () => thing.get(at));
            case 1: { const next = value(type.element, true); return attempt(`${what} set ${show(at)} ${show(next)}`, () => thing.set(at, next)) }
            case 2: { const more = random.below(4); return attempt(`${what} grow ${more}`, () => thing.grow(more)) }
            default: return attempt(`${what} length`, () => thing.length);
          }
        }
      }
    };

    const dump = (index, { kind }, thing) => {
      switch (kind) {
        case 'global': return attempt(`global ${index}`, () => thing.value);
        case 'memory': return attempt(`memory ${index}`, () => showMemory(thing));
        case 'table': return attempt(`table ${index}`, () => {
          const elements = [];
          for (let at = 0; at < Math.min(thing.length, 20); at++) elements.push(show(thing.get(at)));
          return `${thing.length} ${elements.join()}`;
        });
      }
    };

    run();
    return log.join('\n');
  };
})();
