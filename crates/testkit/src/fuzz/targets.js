// What is done with inputs. Whatever leaves these functions is an error: a rule that holds for all inputs was broken.
(() => {
  'use strict';
  const assert = (holds, what) => { if (!holds) throw new Error(what) };
  /** What f returns; undefined if it throws an error of one of these classes. */
  const attempt = (f, ...classes) => {
    try {
      return f();
    } catch (error) {
      // What code throws is no error, and what an import throws is its own.
      if (error instanceof WebAssembly.Exception) return;
      assert(classes.some((name) => error?.name === name), `${error?.name} is none of ${classes}: ${error?.message}`);
    }
  };

  /** The bytes of an input, one after the other; zeros when there are no more. */
  class Input {
    constructor(bytes) { this.bytes = bytes; this.at = 0 }
    get isAtEnd() { return this.at >= this.bytes.length }
    byte() { return this.bytes[this.at++] ?? 0 }
    below(n) { return this.byte() % n }
    text() {
      const length = this.byte();
      const part = this.bytes.subarray(this.at, this.at += length);
      return new TextDecoder().decode(part);
    }
  }

  const ERRORS = ['TypeError', 'RangeError', 'LinkError', 'RuntimeError', 'Error'];
  const FUNCTIONS = [() => 0, () => 0n, () => undefined, () => { throw new Error('thrown') }, (...args) => args, () => 'text', Math.abs];

  /** Something to import: mostly of the kind that is asked for. */
  const thing = (input, kind) => {
    switch (input.below(14)) {
      case 0: return undefined;
      case 1: return null;
      case 2: return input.byte();
      case 3: return BigInt(input.byte());
      case 4: return attempt(() => new WebAssembly.Global({ value: ['i32', 'i64', 'f32', 'f64', 'externref', 'anyfunc'][input.below(6)], mutable: input.below(2) === 1 }), 'TypeError');
      case 5: return new WebAssembly.Memory({ initial: input.below(4), maximum: 4 + input.below(4) });
      case 6: return new WebAssembly.Table({ element: ['anyfunc', 'externref'][input.below(2)], initial: input.below(4), maximum: 4 + input.below(20) });
      case 7: return FUNCTIONS[input.below(FUNCTIONS.length)];
      case 8: return { valueOf: () => input.byte() };
      case 9: return new Proxy(() => {}, {});
    }
    switch (kind) {
      case 'function': return FUNCTIONS[input.below(FUNCTIONS.length)];
      case 'memory': return new WebAssembly.Memory({ initial: 1, maximum: 2 });
      case 'table': return new WebAssembly.Table({ element: 'anyfunc', initial: 2, maximum: 10 });
      case 'tag': return new WebAssembly.Tag({ parameters: ['i32'] });
      default: return input.below(2) ? input.byte() : new WebAssembly.Global({ value: 'i32', mutable: true }, input.byte());
    }
  };

  /** Calls, reads and writes everything that an instance has. */
  const use = (exports, input) => {
    for (const value of Object.values(exports)) {
      if (typeof value === 'function') {
        attempt(() => value(input.byte(), BigInt(input.byte()), input.byte()), ...ERRORS, 'EvalError', 'SyntaxError');
      } else if (value instanceof WebAssembly.Memory) {
        attempt(() => value.grow(input.below(3)), 'RangeError');
        assert(value.buffer.byteLength % 65536 === 0 || value.buffer.byteLength > 0, 'a memory has pages');
      } else if (value instanceof WebAssembly.Table) {
        attempt(() => value.set(input.byte(), value.get(input.byte())), 'RangeError', 'TypeError');
        attempt(() => value.grow(input.below(3)), 'RangeError', 'TypeError');
      } else if (value instanceof WebAssembly.Global) {
        attempt(() => { value.value = value.value }, 'TypeError');
      }
    }
  };

  // It imports a thing of each kind: two functions, a table, a memory, three globals.
  const IMPORTED = new WebAssembly.Module(new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 10, 2, 96, 1, 127, 1, 127, 96, 0, 1, 126, 2, 51, 7, 1,
    109, 1, 102, 0, 0, 1, 109, 1, 103, 0, 1, 1, 109, 1, 116, 1, 112, 1, 1, 10, 1, 109, 1, 109,
    2, 1, 1, 2, 1, 109, 1, 97, 3, 127, 0, 1, 109, 1, 98, 3, 127, 1, 1, 110, 1, 99, 3, 111,
    0, 3, 2, 1, 0, 7, 17, 4, 1, 102, 0, 2, 1, 116, 1, 0, 1, 109, 2, 0, 1, 98, 3, 1,
    10, 11, 1, 9, 0, 32, 0, 16, 0, 16, 1, 26, 11,
  ]));

  globalThis.targets = {
    /** A module: both ways to make one agree, and what it has can be used. */
    module(bytes) {
      const valid = WebAssembly.validate(bytes);
      const module = attempt(() => new WebAssembly.Module(bytes), 'CompileError');
      assert(valid === (module !== undefined), 'validate and Module do not agree');
      if (!module) return;
      const input = new Input(bytes);
      const imports = {};
      for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
        imports[from] ??= Object.create(null);
        imports[from][name] = thing(input, kind);
      }
      assert(WebAssembly.Module.exports(module).length >= 0, 'exports');
      const instance = attempt(() => new WebAssembly.Instance(module, imports), ...ERRORS);
      if (instance) use(instance.exports, input);
    },

    /** An object of imports, of any shape. */
    imports(bytes) {
      const input = new Input(bytes);
      const object = {};
      for (const { module: from, name, kind } of WebAssembly.Module.imports(IMPORTED)) {
        const shape = input.below(20);
        if (shape === 0) { attempt(() => { object[from] = thing(input, kind) }, 'TypeError'); continue }
        if (shape === 1) Object.defineProperty(object, from, { get: () => ({ [name]: thing(input, kind) }), configurable: true });
        if (shape === 2) { attempt(() => { object[from] = new Proxy({}, { get: () => thing(input, kind) }) }, 'TypeError'); continue }
        if (object[from] === undefined || object[from] === null) attempt(() => { object[from] = {} }, 'TypeError');
        const holder = object[from];
        if (typeof holder === 'object' && holder !== null) attempt(() => { holder[name] = thing(input, kind) }, 'TypeError');
      }
      const instance = attempt(() => new WebAssembly.Instance(IMPORTED, object), ...ERRORS);
      if (instance) use(instance.exports, input);
    },

    /** URLs, queries, patterns, headers, forms. */
    async text(bytes) {
      const input = new Input(bytes);
      const kind = input.below(6);
      const text = new TextDecoder().decode(bytes.subarray(1));
      const isUtf8 = (text) => { new TextEncoder().encode(text) };
      switch (kind) {
        case 0: {
          const [first, ...rest] = text.split('\n');
          const url = attempt(() => new URL(first, rest.length ? 'http://host/a/b?c#d' : undefined), 'TypeError');
          assert(URL.canParse(first, rest.length ? 'http://host/a/b?c#d' : undefined) === !!url, 'canParse');
          if (!url) return;
          assert(new URL(url.href).href === url.href, `${url.href} is parsed otherwise the second time`);
          for (const [index, part] of rest.entries()) {
            url[['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'][index % 10]] ??= '';
            attempt(() => { url[['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash', 'href'][index % 10]] = part }, 'TypeError');
          }
          assert(new URL(url.href).href === url.href, `${url.href} is parsed otherwise after changes`);
          [...url.searchParams];
          return;
        }
        case 1: {
          const params = new URLSearchParams(text);
          const again = new URLSearchParams(params.toString());
          assert(JSON.stringify([...again]) === JSON.stringify([...params]), 'a query is parsed otherwise the second time');
          params.sort();
          assert(params.size === again.size, 'sorted');
          return;
        }
        case 2: {
          const [pattern, ...urls] = text.slice(0, 200).split('\n');
          const compiled = attempt(() => new URLPattern(pattern, 'http://host/'), 'TypeError');
          for (const url of urls) attempt(() => { compiled?.test(url); compiled?.exec(url) }, 'TypeError');
          return;
        }
        case 3: {
          const headers = new Headers();
          for (const line of text.split('\n')) {
            const at = line.indexOf(':');
            attempt(() => headers.append(line.slice(0, at), line.slice(at + 1)), 'TypeError');
          }
          const all = [...headers];
          const again = new Headers(all.filter(([name]) => name !== 'set-cookie'));
          // An empty value at an end of a combined one leaves a space there.
          const trimmed = (value) => value.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
          assert([...again].every(([name, value]) => trimmed(headers.get(name)) === value), 'headers are others the second time');
          attempt(() => new Request('http://host/', { headers }).headers.get('a'), 'TypeError');
          return;
        }
        case 4: {
          const type = 'multipart/form-data; boundary=x';
          let form;
          try {
            form = await new Response(bytes.subarray(1), { headers: { 'content-type': type } }).formData();
          } catch (error) {
            assert(error.name === 'TypeError', `${error.name}: ${error.message}`);
            return;
          }
          const again = await new Response(form).formData();
          const names = (form) => [...form].map(([name, value]) => [name, typeof value === 'string' ? value.replace(/\r\n|\r|\n/g, '\r\n') : value.size]);
          assert([...again].length === [...form].length, 'a form has other entries the second time');
          assert(JSON.stringify(names(again).map(([, value]) => value)) === JSON.stringify(names(form).map(([, value]) => value)), 'a form has other values the second time');
          return;
        }
        default: {
          for (const label of ['utf-8', 'utf-16le', 'shift_jis', 'gb18030', 'big5', 'euc-kr', 'iso-2022-jp', 'windows-1252']) {
            const whole = new TextDecoder(label).decode(bytes);
            const decoder = new TextDecoder(label);
            const cut = bytes[0] % (bytes.length + 1);
            const parts = decoder.decode(bytes.subarray(0, cut), { stream: true }) + decoder.decode(bytes.subarray(cut));
            assert(whole === parts, `${label} is decoded otherwise in two pieces`);
            attempt(() => new TextDecoder(label, { fatal: true }).decode(bytes), 'TypeError');
          }
          isUtf8(text);
          attempt(() => atob(text), 'InvalidCharacterError');
          attempt(() => JSON.parse(text), 'SyntaxError', 'RangeError');
        }
      }
    },

    /** A value of any shape, cloned. */
    async clone(bytes) {
      const input = new Input(bytes);
      const made = [];
      const value = (depth) => {
        const kind = depth > 40 ? input.below(9) : input.below(28);
        const keep = (object) => { made.push(object); return object };
        const size = input.isAtEnd ? 0 : input.below(6);
        switch (kind) {
          case 0: return undefined;
          case 1: return null;
          case 2: return input.below(2) === 1;
          case 3: return input.byte() - 128;
          case 4: return input.byte() / 7;
          case 5: return BigInt(input.byte()) ** BigInt(input.below(40));
          case 6: return input.text();
          case 7: return [NaN, -0, Infinity, -Infinity][input.below(4)];
          case 8: return made.length ? made[input.below(made.length)] : 0;
          case 9: { const array = keep([]); for (let i = 0; i < size; i++) array.push(value(depth + 1)); return array }
          case 10: { const array = keep([]); array.length = size; array[input.byte()] = value(depth + 1); return array }
          case 11: { const object = keep({}); for (let i = 0; i < size; i++) object[input.text()] = value(depth + 1); return object }
          case 12: { const map = keep(new Map()); for (let i = 0; i < size; i++) map.set(value(depth + 1), value(depth + 1)); return map }
          case 13: { const set = keep(new Set()); for (let i = 0; i < size; i++) set.add(value(depth + 1)); return set }
          case 14: return keep(new Date(input.byte() * 1e10));
          case 15: return keep(new RegExp('a|b', ['', 'g', 'i', 'u'][input.below(4)]));
          case 16: return keep(new Uint8Array(input.byte()).fill(input.byte()));
          case 17: { const buffer = keep(new ArrayBuffer(input.byte() * 8)); return [buffer, new Float64Array(buffer), new DataView(buffer)] }
          case 18: return keep(new [Error, TypeError, RangeError, SyntaxError][input.below(4)](input.text(), { cause: value(depth + 1) }));
          case 19: return keep(Object(value(41)));
          case 20: return keep(new Blob([input.text()]));
          case 21: { const buffer = keep(new ArrayBuffer(8, { maxByteLength: 16 })); return [buffer, new Uint8Array(buffer)] }
          case 22: return keep(new (class Named { constructor() { this.a = value(depth + 1) } })());
          case 23: { const object = keep({}); Object.defineProperty(object, 'a', { enumerable: true, get: () => value(depth + 1) }); return object }
          case 24: return () => {};
          case 25: return Symbol('s');
          case 26: return keep(IMPORTED);
          default: return keep(new DOMException(input.text(), 'DataCloneError'));
        }
      };
      const original = value(0);
      const clone = attempt(() => structuredClone(original), 'DataCloneError', 'TypeError');
      if (clone === undefined) return;
      // A clone of the clone is no other. Getters are values by then, and sharing is kept.
      const again = structuredClone(clone);
      const seen = new Map();
      const same = (a, b) => {
        if (Object.is(a, b)) return typeof a !== 'object' || a === null || a instanceof WebAssembly.Module;
        if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
        if (seen.has(a)) return seen.get(a) === b;
        seen.set(a, b);
        if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
        if (a instanceof Date || a instanceof Number || a instanceof Boolean || a instanceof BigInt || a instanceof String) return Object.is(a.valueOf(), b.valueOf());
        if (a instanceof Error) return a.message === b.message && a.name === b.name && same(a.cause, b.cause);
        if (a instanceof Map) { const [x, y] = [[...a].flat(1), [...b].flat(1)]; return x.length === y.length && x.every((value, i) => same(value, y[i])) }
        if (a instanceof Set) { const [x, y] = [[...a], [...b]]; return x.length === y.length && x.every((value, i) => same(value, y[i])) }
        if (a instanceof Blob) return a.size === b.size && a.type === b.type;
        if (a instanceof ArrayBuffer) return a.byteLength === b.byteLength && a.resizable === b.resizable;
        if (ArrayBuffer.isView(a)) return a.byteLength === b.byteLength && same(a.buffer, b.buffer);
        const [x, y] = [Object.keys(a), Object.keys(b)];
        return x.length === y.length && x.every((key, i) => key === y[i] && same(a[key], b[key])) && a.length === b.length;
      };
      assert(same(clone, again), 'a clone of a clone is another');
      // The same by messages.
      const { port1, port2 } = new MessageChannel();
      const arrived = new Promise((resolve) => { port2.onmessage = ({ data }) => resolve(data) });
      port1.postMessage(clone);
      const message = await arrived;
      port1.close();
      seen.clear();
      assert(same(clone, message), 'a message is another than the clone');
    },
  };
})();
