//! `XMLHttpRequest`.

use crate::support::{run, run_with};

#[test]
fn events_and_answers() {
    let shown = run_with(
        "<script>
        const request = new XMLHttpRequest();
        request.onreadystatechange = () => { if (request.readyState !== 3) console.log('state', request.readyState, request.status) };
        for (const kind of ['loadstart', 'load', 'loadend', 'error'])
            request.addEventListener(kind, (event) => console.log(kind, event.loaded, event.constructor.name));
        request.open('get', 'data.txt');
        request.onloadend = () => {
            console.log(request.responseText, request.response === request.responseText, request.statusText, request.responseURL);
            console.log(request.getResponseHeader('X-Own'), request.getResponseHeader('none'), request.getAllResponseHeaders().split('\\r\\n').length);
            console.log(request.responseXML, request.responseType === '');
        };
        request.send();
        console.log('sent');
        </script>",
        &[("data.txt", "text/plain; charset=iso-8859-2", "\u{13d}")],
    );
    assert_eq!(
        shown.lines(),
        [
            "state 1 0",
            "loadstart 0 ProgressEvent",
            "sent",
            "state 2 200",
            "state 4 200",
            "load 2 ProgressEvent",
            "loadend 2 ProgressEvent",
            "Ä˝ true OK http://page.test/dir/data.txt",
            "value null 3",
            "null true",
        ]
    );
}

#[test]
fn kinds_of_responses() {
    let shown = run_with(
        "<script type=module>
        const get = (url, type, setup = () => {}) => new Promise((resolve) => {
            const request = new XMLHttpRequest();
            request.open('GET', url); request.responseType = type; setup(request);
            request.onloadend = () => resolve(request);
            request.send();
        });
        const buffer = await get('data.json', 'arraybuffer');
        console.log(buffer.response.byteLength, buffer.response === buffer.response);
        try { buffer.responseText } catch (error) { console.log(error.name) }
        const blob = (await get('data.json', 'blob')).response;
        console.log(blob.type, await blob.text());
        console.log((await get('data.json', 'json')).response.a, (await get('page2.html', 'json')).response);
        const page = await get('page2.html', 'document');
        console.log(page.response.querySelector('b').textContent, page.responseXML === page.response, page.response.defaultView);
        console.log((await get('data.json', 'document')).response, (await get('data.json', 'text')).response);
        console.log((await get('missing', 'text')).status, (await get('/broken', 'arraybuffer')).response);
        console.log((await get('data.json', '', (it) => it.overrideMimeType('text/plain; charset=utf-16le'))).responseText.length);
        console.log((await get(URL.createObjectURL(new Blob(['of a blob'])), 'text')).response, (await get('data:,x%20y', '')).response);
        </script>",
        &[
            ("data.json", "application/json", "{\"a\":1}"),
            ("page2.html", "text/html", "<b>bold</b><script>throw 1</script>"),
        ],
    );
    assert_eq!(
        shown.lines(),
        [
            "7 true",
            "InvalidStateError",
            "application/json {\"a\":1}",
            "1 null",
            "bold true null",
            "null {\"a\":1}",
            "404 null",
            "4",
            "of a blob x y",
        ]
    );
}

#[test]
fn sending() {
    let shown = run("<script type=module>
        const post = (body, headers = {}) => new Promise((resolve) => {
            const request = new XMLHttpRequest();
            request.open('POST', 'echo');
            for (const name in headers) request.setRequestHeader(name, headers[name]);
            request.upload.onprogress = (event) => console.log('upload', event.loaded, event.total);
            request.onload = () => resolve(`${request.responseText} (${request.getResponseHeader('content-type')})`);
            request.send(body);
        });
        console.log(await post('text'));
        console.log(await post(new URLSearchParams({ a: 'b c' })));
        console.log(await post(new Uint8Array([104, 105])));
        console.log(await post('{}', { 'Content-Type': 'application/json' }));
        console.log(await post(null));
    </script>");
    assert_eq!(
        shown.lines(),
        [
            "upload 4 4",
            "text (text/plain;charset=UTF-8)",
            "upload 5 5",
            "a=b+c (application/x-www-form-urlencoded;charset=UTF-8)",
            "upload 2 2",
            "hi (none/none)",
            "upload 2 2",
            "{} (application/json)",
            " (none/none)",
        ]
    );
}

#[test]
fn ends_without_an_answer() {
    let shown = run("<script>
        const request = new XMLHttpRequest();
        const watch = (it, name) => { for (const kind of ['error', 'abort', 'timeout', 'load', 'loadend']) it.addEventListener(kind, () => console.log(name, kind, it.readyState, it.status)) };
        watch(request, 'broken'); request.open('GET', '/broken'); request.send();
        const late = new XMLHttpRequest(); watch(late, 'late'); late.open('GET', '/never'); late.timeout = 5; late.send();
        const stopped = new XMLHttpRequest(); watch(stopped, 'stopped'); stopped.open('GET', '/never'); stopped.send(); stopped.abort();
        console.log(stopped.readyState);
        stopped.abort();
    </script>");
    assert_eq!(shown.uncaught, 0, "{shown:?}");
    let mut lines = shown.console;
    assert_eq!(
        lines[..3],
        ["stopped abort 4 0", "stopped loadend 4 0", "0"]
    );
    lines.drain(..3);
    lines.sort();
    assert_eq!(
        lines,
        [
            "broken error 4 0",
            "broken loadend 4 0",
            "late loadend 4 0",
            "late timeout 4 0"
        ]
    );
}

#[test]
fn wrong_uses() {
    let shown = run("<script>
        const request = new XMLHttpRequest();
        const name = (f) => { try { f(); return 'none' } catch (error) { return error.name } };
        console.log(name(() => request.send()), name(() => request.setRequestHeader('a', 'b')), name(() => XMLHttpRequest()));
        console.log(name(() => request.open('GET', '/', false)), name(() => request.open('TRACE', '/')), name(() => request.open('G T', '/')), name(() => request.open('GET', 'http://[')));
        request.open('GET', 'x');
        console.log(name(() => request.setRequestHeader('a b', 'c')), name(() => request.open('GET')), request.readyState);
        request.responseType = 'nonsense'; console.log(request.responseType === '', request.timeout, request.withCredentials);
        console.log(XMLHttpRequest.DONE, request.LOADING, request.upload instanceof XMLHttpRequestUpload, request instanceof XMLHttpRequestEventTarget, request.upload === request.upload);
        request.send(); console.log(name(() => request.send()), name(() => { request.withCredentials = true }));
    </script>");
    assert_eq!(
        shown.lines(),
        [
            "InvalidStateError InvalidStateError TypeError",
            "InvalidAccessError SecurityError SyntaxError SyntaxError",
            "SyntaxError TypeError 1",
            "true 0 false",
            "4 3 true true true",
            "InvalidStateError InvalidStateError",
        ]
    );
}
