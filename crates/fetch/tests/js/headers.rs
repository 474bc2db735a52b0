//! `Headers`.

use crate::run;

#[test]
fn the_interface() {
    run(r#"
        equal(typeof Headers, 'function');
        equal(Headers.name, 'Headers');
        equal(Headers.length, 0);
        equal(Object.prototype.toString.call(new Headers), '[object Headers]');
        equal(Object.keys(Headers.prototype).sort(), ['append', 'delete', 'entries', 'forEach', 'get',
            'getSetCookie', 'has', 'keys', 'set', 'values']);
        equal(Headers.prototype[Symbol.iterator] === Headers.prototype.entries, true);
        const lengths = { append: 2, delete: 1, get: 1, getSetCookie: 0, has: 1, set: 2, forEach: 1 };
        for (const [name, length] of Object.entries(lengths)) equal(Headers.prototype[name].length, length, name);
        const global = Object.getOwnPropertyDescriptor(globalThis, 'Headers');
        equal([global.writable, global.enumerable, global.configurable], [true, false, true]);
        throws(TypeError, 'new', () => Headers());
        throws(TypeError, 'Headers', () => Headers.prototype.get.call({}, 'a'));
        throws(TypeError, '1 argument', () => new Headers().get());
        throws(TypeError, '2 arguments', () => new Headers().set('a'));
    "#);
}

#[test]
fn constructed_from_everything() {
    run(r#"
        const entries = headers => [...headers];
        equal(entries(new Headers()), []);
        equal(entries(new Headers(undefined)), []);
        equal(entries(new Headers({ B: 1, a: null })), [['a', 'null'], ['b', '1']]);
        equal(entries(new Headers([['b', 2], new Set(['a', 3])])), [['a', '3'], ['b', '2']]);
        equal(entries(new Headers(new Headers({ x: 'y' }))), [['x', 'y']]);
        equal(entries(new Headers(new Map([['x', 'y']]))), [['x', 'y']]);
        const custom = new Headers({ a: 'not this' });
        custom[Symbol.iterator] = function* () { yield ['test', 'this'] };
        equal(entries(new Headers(custom)), [['test', 'this']]);
        // Names that differ in case only are different keys of the record, and the same header.
        equal(entries(new Headers({ foo: 1, FOO: 2 })), [['foo', '1, 2']]);
        class Sub extends Headers { extra() { return this.get('a') } }
        equal(new Sub({ a: 1 }).extra(), '1');
        for (const bad of [null, 1, 'text', true]) throws(TypeError, 'Headers', () => new Headers(bad));
        throws(TypeError, '3 items', () => new Headers([['a', 'b', 'c']]));
        throws(TypeError, '1 items', () => new Headers([['a']]));
        throws(TypeError, 'iterable', () => new Headers([1]));
    "#);
}

#[test]
fn the_order_of_a_record_is_that_of_its_keys() {
    run(r#"
        const log = [];
        const record = new Proxy({ b: 1, a: 2 }, {
            ownKeys(target) { log.push('ownKeys'); return Reflect.ownKeys(target) },
            getOwnPropertyDescriptor(target, key) {
                log.push('descriptor ' + key);
                return Reflect.getOwnPropertyDescriptor(target, key);
            },
            get(target, key) { log.push('get ' + String(key)); return target[key] },
        });
        new Headers(record);
        equal(log, ['get Symbol(Symbol.iterator)', 'ownKeys', 'descriptor b', 'get b', 'descriptor a', 'get a']);
        throws(TypeError, '', () => new Headers({ [Symbol()]: 1 }));
        const hidden = Object.defineProperty({ a: 1 }, 'b', { value: 2 });
        equal([...new Headers(hidden)], [['a', '1']]);
    "#);
}

#[test]
fn changed_and_asked() {
    run(r#"
        const headers = new Headers();
        headers.append('Accept', 'a');
        headers.append('aCCEPT', 'b');
        equal(headers.get('ACCEPT'), 'a, b');
        equal(headers.has('accept'), true);
        headers.set('accept', 'c');
        equal(headers.get('Accept'), 'c');
        headers.delete('ACCEPT');
        equal(headers.has('accept'), false);
        equal(headers.get('accept'), null);
        equal(headers.delete('never there'.replaceAll(' ', '-')), undefined);
        headers.append('Set-Cookie', 'a=1');
        headers.append('b', '2');
        headers.append('set-cookie', 'c=3, d');
        equal(headers.getSetCookie(), ['a=1', 'c=3, d']);
        equal(headers.get('set-cookie'), 'a=1, c=3, d');
        equal([...headers], [['b', '2'], ['set-cookie', 'a=1'], ['set-cookie', 'c=3, d']]);
    "#);
}

#[test]
fn values_are_normalised_bytes() {
    run(r#"
        const headers = new Headers({ a: ' \t\r\n x  y \n', empty: ' ', high: '\xff\x80' });
        equal(headers.get('a'), 'x  y');
        equal(headers.get('empty'), '');
        equal(headers.get('high'), '\xff\x80');
        headers.append('control', '\x01\x7f');
        equal(headers.get('control'), '\x01\x7f');
        for (const bad of ['a\0b', 'a\nb', 'a\rb']) {
            throws(TypeError, '"x"', () => new Headers({ x: bad }));
            throws(TypeError, '"x"', () => headers.append('x', bad));
            throws(TypeError, '"x"', () => headers.set('x', bad));
        }
        throws(TypeError, 'U+0100', () => headers.set('x', '\u0100'));
        for (const bad of ['', 'a b', 'a:', 'a\n', '\xe9', '(x)', '\u0100']) {
            throws(TypeError, '', () => headers.append(bad, 'x'));
            throws(TypeError, '', () => headers.set(bad, 'x'));
            throws(TypeError, '', () => headers.get(bad));
            throws(TypeError, '', () => headers.has(bad));
            throws(TypeError, '', () => headers.delete(bad));
        }
    "#);
}

#[test]
fn iterated() {
    run(r#"
        const headers = new Headers({ name1: 'v1', Name2: 'v2', name: 'v3', 'content-Type': 'v4' });
        const keys = ['content-type', 'name', 'name1', 'name2'];
        const values = ['v4', 'v3', 'v1', 'v2'];
        equal([...headers.keys()], keys);
        equal([...headers.values()], values);
        equal([...headers.entries()], keys.map((key, index) => [key, values[index]]));
        const seen = [];
        headers.forEach(function (value, key, object) { seen.push([this.x, key, value, object === headers]) },
            { x: 1 });
        equal(seen, keys.map((key, index) => [1, key, values[index], true]));
        throws(TypeError, 'function', () => headers.forEach(1));
        const iterator = headers.keys();
        equal(Object.getPrototypeOf(iterator)[Symbol.toStringTag], 'Headers Iterator');
        throws(TypeError, '', () => iterator.next.call({}));
    "#);
}

#[test]
fn changed_while_iterated() {
    run(r#"
        const walk = change => {
            const headers = new Headers({ foo: '2', baz: '1', BAR: '0', quux: '3' });
            const seen = [];
            for (const [name] of headers) { seen.push(name); change(headers, name) }
            return seen;
        };
        equal(walk(headers => headers.delete('foo')), ['bar', 'baz', 'quux']);
        equal(walk((headers, name) => name === 'baz' && headers.delete('bar')), ['bar', 'baz', 'quux']);
        equal(walk((headers, name) => name === 'baz' && headers.append('x', '')), ['bar', 'baz', 'foo', 'quux', 'x']);
        equal(walk((headers, name) => name === 'baz' && headers.set('abc', '')), ['bar', 'baz', 'baz', 'foo', 'quux']);
    "#);
}
