//! `Response`.

use crate::run;

#[test]
fn the_interface() {
    run(r#"
        equal(Response.name, 'Response');
        equal(Response.length, 0);
        equal(Object.keys(Response).sort(), ['error', 'json', 'redirect']);
        equal([Response.error.length, Response.json.length, Response.redirect.length], [0, 1, 1]);
        equal(Object.keys(Response.prototype).sort(), ['arrayBuffer', 'blob', 'body', 'bodyUsed', 'bytes',
            'clone', 'formData', 'headers', 'json', 'ok', 'redirected', 'status', 'statusText', 'text', 'type', 'url']);
        equal(Object.prototype.toString.call(new Response), '[object Response]');
        throws(TypeError, 'new', () => Response());
        const status = Object.getOwnPropertyDescriptor(Response.prototype, 'status');
        equal([typeof status.get, status.set, status.enumerable, status.configurable],
            ['function', undefined, true, true]);
        throws(TypeError, 'Response', () => status.get.call({}));
        const text = Response.prototype.text.call({});
        equal(text instanceof Promise, true);
        await rejects(TypeError, 'Response', text);
    "#);
}

#[test]
fn defaults_and_init() {
    run(r#"
        const plain = new Response();
        equal([plain.type, plain.url, plain.redirected, plain.status, plain.ok, plain.statusText, plain.bodyUsed],
            ['default', '', false, 200, true, '', false]);
        equal([...plain.headers], []);
        equal(plain.headers === plain.headers, true);
        equal(await plain.text(), '');
        // A null body is never used up.
        equal(plain.bodyUsed, false);
        equal((await plain.arrayBuffer()).byteLength, 0);

        const made = new Response('x', { status: 418, statusText: "I'm a teapot", headers: { a: 'b' } });
        equal([made.status, made.ok, made.statusText], [418, false, "I'm a teapot"]);
        equal([...made.headers], [['a', 'b'], ['content-type', 'text/plain;charset=UTF-8']]);
        equal(new Response('x', { headers: { 'Content-Type': 'mine' } }).headers.get('content-type'), 'mine');
        made.headers.set('content-type', 'changed');
        equal(made.headers.get('content-type'), 'changed');
        equal(new Response('', { status: '299' }).ok, true);
        equal(new Response('', undefined).status, 200);
        equal(new Response('', null).status, 200);

        for (const status of [0, 100, 199, 600, 1000, 65536 + 100]) {
            throws(RangeError, 'status', () => new Response('', { status }));
        }
        equal(new Response('', { status: 65536 + 200 }).status, 200);
        for (const statusText of ['\n', '\0', 'a\x7f']) {
            throws(TypeError, 'statusText', () => new Response('', { statusText }));
        }
        throws(TypeError, 'U+0100', () => new Response('', { statusText: '\u0100' }));
        throws(TypeError, 'ResponseInit', () => new Response('', 1));
        for (const status of [204, 205, 304]) {
            throws(TypeError, `${status}`, () => new Response('', { status }));
            equal(new Response(null, { status }).status, status);
            equal(new Response(undefined, { status }).status, status);
        }
        throws(TypeError, 'header name', () => new Response('', { headers: { 'a b': '' } }));
    "#);
}

#[test]
fn bodies_of_every_kind() {
    run(r#"
        const bytes = new Uint8Array([0, 1, 2, 3, 4, 255]);
        const read = async body => [...await new Response(body).bytes()];
        equal(await read(bytes), [0, 1, 2, 3, 4, 255]);
        equal(await read(bytes.buffer), [0, 1, 2, 3, 4, 255]);
        equal(await read(bytes.subarray(1, 3)), [1, 2]);
        equal(await read(new DataView(bytes.buffer, 4)), [4, 255]);
        equal(new Response(bytes).headers.has('content-type'), false);
        equal(await new Response('h\u00e9\ud800\u{1f600}').text(), 'h\u00e9\ufffd\u{1f600}');
        equal(await new Response(12).text(), '12');
        equal(await new Response({ toString: () => 'object' }).text(), 'object');
        equal(await new Response('').text(), '');
        const response = new Response(bytes);
        bytes.fill(9);
        equal([...await response.bytes()], [0, 1, 2, 3, 4, 255], 'the body is a copy');
    "#);
}

#[test]
fn consumed_in_every_way() {
    run(r#"
        const buffer = await new Response('ab').arrayBuffer();
        equal([buffer instanceof ArrayBuffer, buffer.byteLength], [true, 2]);
        const bytes = await new Response('ab').bytes();
        equal([bytes instanceof Uint8Array, [...bytes]], [true, [97, 98]]);
        equal(await new Response('{"a":[1]}').json(), { a: [1] });
        equal(await new Response('\ufefftext').text(), 'text');
        equal(await new Response('\ufeff{"a":1}').json(), { a: 1 });
        equal(await new Response(new Uint8Array([0x61, 0xff, 0x62])).text(), 'a\ufffdb');
        await rejects(SyntaxError, '', new Response('{').json());
        await rejects(SyntaxError, '', new Response().json());
        await rejects(SyntaxError, '', new Response('').json());
        // The originals are used, whatever the script does to them.
        JSON.parse = JSON.stringify = () => { throw new Error('must not be called') };
        const value = await Response.json([1]).json();
        if (value.length !== 1 || value[0] !== 1) throw new Error(`got ${value}`);
    "#);
}

#[test]
fn consumed_once() {
    run(r#"
        for (const method of ['arrayBuffer', 'blob', 'bytes', 'json', 'text']) {
            const response = new Response('1');
            equal(response.bodyUsed, false);
            const first = response.text();
            equal(response.bodyUsed, true);
            const second = response[method]();
            equal(second instanceof Promise, true);
            await rejects(TypeError, 'already been used', second);
            equal(await first, '1');
            throws(TypeError, 'already been used', () => response.clone());
        }
        const failed = new Response('{');
        await rejects(SyntaxError, '', failed.json());
        equal(failed.bodyUsed, true);
    "#);
}

#[test]
fn blobs() {
    run(r#"
        const response = new Response('ab', { headers: { 'content-type': 'Text/X; a=b' } });
        const blob = await response.blob();
        equal([blob instanceof Blob, blob.type, await blob.text()], [true, 'text/x;a=b', 'ab']);
        equal((await new Response(new Uint8Array(3)).blob()).type, '');
        equal(await new Response(blob).text(), 'ab');
        equal(new Response(blob).headers.get('content-type'), 'text/x;a=b');
    "#);
}

#[test]
fn cloned() {
    run(r#"
        const response = new Response('text', { status: 201, statusText: 'Yes', headers: { a: 'b' } });
        const copy = response.clone();
        equal([copy.status, copy.statusText, copy.type, copy.headers.get('a')], [201, 'Yes', 'default', 'b']);
        copy.headers.set('a', 'c');
        equal(response.headers.get('a'), 'b');
        equal(await response.text(), 'text');
        equal([response.bodyUsed, copy.bodyUsed], [true, false]);
        equal(await copy.text(), 'text');
        const none = new Response(null).clone();
        equal([await none.text(), none.bodyUsed], ['', false]);
        throws(TypeError, 'immutable', () => Response.error().clone().headers.set('a', 'b'));
    "#);
}

#[test]
fn made_by_static_methods() {
    run(r#"
        const error = Response.error();
        equal([error.type, error.status, error.ok, error.statusText, [...error.headers]],
            ['error', 0, false, '', []]);
        throws(TypeError, 'immutable', () => error.headers.append('a', 'b'));

        const redirect = Response.redirect('https://example.com/x?y#z');
        equal([redirect.type, redirect.status, redirect.headers.get('location')],
            ['default', 302, 'https://example.com/x?y#z']);
        throws(TypeError, 'immutable', () => redirect.headers.delete('location'));
        equal(Response.redirect('data:,', 308).status, 308);
        for (const status of [200, 300, 304, 400]) {
            throws(RangeError, `${status}`, () => Response.redirect('data:,', status));
        }
        throws(TypeError, 'http://:', () => Response.redirect('http://:'));
        throws(TypeError, 'relative', () => Response.redirect('relative'));
        throws(TypeError, '1 argument', () => Response.redirect());

        const json = Response.json({ a: 1 }, { status: 400, headers: { b: 'c' } });
        equal([json.status, json.headers.get('content-type'), json.headers.get('b'), await json.text()],
            [400, 'application/json', 'c', '{"a":1}']);
        equal(Response.json(1, { headers: { 'content-type': 'x/y' } }).headers.get('content-type'), 'x/y');
        equal(await Response.json('\ud800').text(), '"\\ud800"');
        throws(TypeError, 'JSON', () => Response.json(Symbol()));
        throws(TypeError, 'JSON', () => Response.json(undefined));
        throws(TypeError, '204', () => Response.json(1, { status: 204 }));
        const cycle = {}; cycle.cycle = cycle;
        throws(TypeError, '', () => Response.json(cycle));
        class Custom extends Error {}
        throws(Custom, 'mine', () => Response.json({ get a() { throw new Custom('mine') } }));
    "#);
}
