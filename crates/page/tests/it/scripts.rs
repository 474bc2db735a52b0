//! Which scripts run, and when.

use crate::support::{run, run_with};

const JS: &str = "text/javascript";

#[test]
fn in_the_order_of_the_standard() {
    let shown = run_with(
        "<!doctype html><head><script defer src=defer.js></script><script type=module src=module.mjs></script>
        <script src=blocking.js></script></head><body><p>1</p>
        <script>console.log('inline', document.querySelectorAll('p').length, document.readyState)
        document.addEventListener('readystatechange', () => console.log(document.readyState));
        document.addEventListener('DOMContentLoaded', () => console.log('DOMContentLoaded'));
        onload = () => console.log('load');
        Promise.resolve().then(() => console.log('microtask'));</script>
        <script type=module>console.log('inline module', import.meta.url)</script><p>2</p>
        <script>console.log('last', document.querySelectorAll('p').length)</script>",
        &[
            ("defer.js", JS, "console.log('defer', document.currentScript.defer)"),
            ("module.mjs", JS, "import './imported.mjs'; console.log('module', document.currentScript)"),
            ("imported.mjs", JS, "console.log('imported')"),
            ("blocking.js", JS, "console.log('blocking', document.querySelector('p'))"),
        ],
    );
    assert_eq!(
        shown.lines(),
        [
            "blocking null",
            "inline 1 loading",
            "microtask",
            "last 2",
            "interactive",
            "defer true",
            "imported",
            "module null",
            "inline module http://page.test/dir/page.html",
            "DOMContentLoaded",
            "complete",
            "load",
        ]
    );
}

#[test]
fn what_is_no_script_does_not_run() {
    let shown = run("<script type=text/plain>throw 1</script><script type='speculationrules'>throw 1</script>
        <script nomodule>throw 1</script><script type=' TEXT/JavaScript '>console.log('runs')</script><script type=''>console.log('too')</script>
        <script language=javascript>console.log('old')</script><script for=x event=y>throw 1</script><template><script>throw 1</script></template>
        <noscript><p>no</p></noscript><svg><script>console.log('svg is not run here')</script></svg>");
    assert_eq!(shown.lines(), ["runs", "too", "old"]);
}

#[test]
fn inserted_scripts() {
    let shown = run_with(
        "<body><script>
        const make = (set) => { const it = Object.assign(document.createElement('script'), set); document.body.append(it); return it };
        make({ text: 'console.log(\"at once\", document.currentScript.text.length)' });
        const empty = make({}); empty.textContent = 'console.log(\"text came later\")'; empty.textContent = 'throw 1';
        make({ src: 'b.js', async: false }); make({ src: 'a.js', async: false, onload() { console.log('loaded', document.readyState) } });
        make({ src: 'none.js', onerror: (event) => console.log('error event', event.type) });
        make({ type: 'module', textContent: 'console.log(\"module\"); globalThis.here = 1' });
        document.body.innerHTML += '<script>throw 1<\\/script>';
        const again = make({ text: 'console.log(\"once\")' }); document.body.prepend(again);
        document.body.append(document.createElement('script').cloneNode());
        console.log('end of script');
        onload = () => console.log('load', here);
        </script>",
        &[("a.js", JS, "console.log('a')"), ("b.js", JS, "console.log('b')")],
    );
    assert_eq!(shown.uncaught, 0, "{shown:?}");
    let lines = &shown.console;
    assert_eq!(
        lines[..4],
        ["at once 58", "text came later", "once", "end of script"]
    );
    let place = |text: &str| lines.iter().position(|line| line == text).unwrap();
    assert!(
        place("b") < place("a") && place("a") < place("loaded interactive"),
        "{lines:?}"
    );
    assert!(place("module") < place("load 1"), "{lines:?}");
    assert!(place("error event error") < place("load 1"), "{lines:?}");
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("error: ") && line.contains("none.js")),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 11, "{lines:?}");
}

#[test]
fn errors_end_one_script_and_no_page() {
    let shown = run_with(
        "<!doctype html>\n<script>\n  nothing.here\n</script><script>let x = ;</script><script src=bad.js></script>
        <script type=module>import './none.mjs'</script><script type=module>throw new Error('module')</script><p>text</p>",
        &[("bad.js", JS, "throw new TypeError('bad')")],
    );
    assert_eq!(shown.text, "text");
    assert_eq!(shown.uncaught, 4, "{shown:?}");
    let errors = &shown.console;
    assert_eq!(errors.len(), 5, "{shown:?}");
    assert!(
        errors[0].contains("ReferenceError") && errors[0].contains("page.html:3:"),
        "{errors:?}"
    );
    assert!(
        errors[1].contains("SyntaxError") && errors[1].contains("line 4"),
        "{errors:?}"
    );
    assert!(
        errors[2].contains("TypeError: bad") && errors[2].contains("bad.js:1"),
        "{errors:?}"
    );
    let rest = errors[3..].concat();
    assert!(
        rest.contains("none.mjs") && rest.contains("Error: module"),
        "{errors:?}"
    );
}

#[test]
fn written_text() {
    let shown = run_with(
        "<body><script>document.write('<p id=w>one'); console.log(w.textContent);
        document.write(' two</p><script>console.log(\"nested\"); document.write(\"<i>deep</i>\")<\\/script><b>x'); console.log(document.body.innerText.replaceAll('\\n', '|'));
        document.write('y</b><script src=w.js><\\/script><u>after</u>'); console.log(document.querySelector('u'));</script><s>rest</s>
        <script>console.log(document.querySelector('u').textContent)</script>",
        &[("w.js", JS, "console.log('external', document.querySelector('u')); document.write('<em>in place</em>')")],
    );
    assert_eq!(
        shown.lines(),
        [
            "one",
            "nested",
            "one two||deepx",
            "null",
            "external null",
            "after"
        ]
    );
    assert!(
        shown
            .html
            .contains("</script><em>in place</em><u>after</u>"),
        "{}",
        shown.html
    );
    assert!(shown.html.ends_with("<s>rest</s>\n        <script>console.log(document.querySelector('u').textContent)</script></body></html>"), "{}", shown.html);
}

#[test]
fn writing_to_a_page_that_is_there_replaces_it() {
    let shown = run(
        "<p>old</p><script>onload = () => { document.write('<h1>new'); document.write('er</h1>'); document.close() }</script>",
    );
    assert_eq!((shown.text.as_str(), shown.uncaught), ("newer", 0));
}

#[test]
fn the_base_of_urls() {
    let shown = run_with(
        "<base href=/dir/sub/><script src=a.js></script><script>console.log(document.baseURI, document.querySelector('script').src)</script>",
        &[("sub/a.js", JS, "console.log('a')")],
    );
    assert_eq!(
        shown.lines(),
        [
            "a",
            "http://page.test/dir/sub/ http://page.test/dir/sub/a.js"
        ]
    );
}

#[test]
fn scripts_ask_for_what_is_relative_to_the_base_of_the_page() {
    let shown = run_with(
        "<base href='/dir/deep/'><script>
            (async () => {
                console.log(await (await fetch('data.txt')).text(), new Request('x').url);
                document.querySelector('base').setAttribute('href', '/dir/');
                console.log(await (await fetch('data.txt')).text(), new Request('x').url);
                document.querySelector('base').remove();
                console.log(new Request('x').url);
            })();
         </script>",
        &[
            ("deep/data.txt", "text/plain", "deep"),
            ("data.txt", "text/plain", "flat"),
        ],
    );
    assert_eq!(
        shown.lines(),
        [
            "deep http://page.test/dir/deep/x",
            "flat http://page.test/dir/x",
            "http://page.test/dir/x"
        ]
    );
}

#[test]
fn import_maps() {
    let shown = run_with(
        "<script type=importmap>{
            \"imports\": { \"a\": \"./a-1.mjs\", \"lib/\": \"./\", \"no\": null, \"n\": 1, \"http://page.test/dir/x.mjs\": \"./b.mjs\" },
            \"scopes\": { \"b.mjs\": { \"a\": \"./c.mjs\" } },
            \"integrity\": { \"./broken.mjs\": \"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\", \"./c.mjs\": \"\" } }</script>
        <script type=module>
            import a from 'a';
            import b from 'lib/b.mjs';
            console.log(a, b, import.meta.resolve('lib/d.mjs'), HTMLScriptElement.supports('importmap'));
            for (const name of ['no', 'n', 'lib/../../x', 'other', './broken.mjs']) await import(name).catch((error) => console.log(error.name, name));
            const map = (text) => document.head.append(Object.assign(document.createElement('script'), { type: 'importmap', text }));
            map('{ \"imports\": { \"a\": \"./b.mjs\", \"later\": \"./c.mjs\" } }');
            console.log((await import('later')).default, (await import('a')).default, (await import('./x.mjs')).default);
            onerror = (event) => { console.log('caught', event); return true };
            map('{'); map('[]'); map('{ \"scopes\": 1 }');
        </script>
        <script type=importmap src=map.json onerror='console.log(`not from a file`)'></script>",
        &[
            ("a-1.mjs", JS, "export default 'a'"),
            ("b.mjs", JS, "export { default } from 'a'"),
            ("c.mjs", JS, "export default 'c'"),
            ("broken.mjs", JS, "throw 1"),
            ("map.json", "application/importmap+json", "{}"),
        ],
    );
    let lines = shown.lines();
    let expected = [
        "warn: import map: what \"n\" stands for is no URL: 1",
        "warn: import map: what \"no\" stands for is no URL: null",
        "error: an import map cannot be in a file of its own",
        "not from a file",
        "a c http://page.test/dir/d.mjs true",
        "TypeError no",
        "TypeError n",
        "TypeError lib/../../x",
        "TypeError other",
        "TypeError ./broken.mjs",
        "warn: import map: \"a\" was imported before",
        "c a c",
    ];
    assert_eq!(lines[..expected.len()], expected, "{lines:#?}");
    let caught = &lines[expected.len()..];
    assert_eq!(caught.len(), 3, "{caught:?}");
    for (line, part) in
        caught
            .iter()
            .zip(["SyntaxError", "TypeError", "\"scopes\" must be an object"])
    {
        assert!(line.starts_with("caught ") && line.contains(part), "{line}");
    }
}

#[test]
fn integrity_of_scripts() {
    // Of the bytes of `a.js` and `a.mjs`.
    let digest = "sha256-TFqR+/FwKGOctQMUMNsKBsJ6b5w4L3p1yvx4gZqtbp8=";
    let wrong = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    let page = "<script src=a.js integrity='GOOD' onload='console.log(1)'></script>
        <script src=a.js integrity='WRONG' onerror='console.log(2)'></script>
        <script src=a.mjs type=module integrity='GOOD' onload='console.log(3)'></script>
        <script src=b.mjs type=module integrity='WRONG' onerror='console.log(4)'></script>
        <script src=a.js integrity='nothing' onload='console.log(5)'></script>"
        .replace("GOOD", digest)
        .replace("WRONG", wrong);
    let shown = run_with(
        &page,
        &[
            ("a.js", JS, "console.log('a')"),
            ("a.mjs", JS, "console.log('a')"),
            ("b.mjs", JS, "console.log('b')"),
        ],
    );
    let lines: Vec<&String> = (shown.console.iter())
        .filter(|line| !line.starts_with("error: "))
        .collect();
    assert_eq!(lines, ["a", "1", "2", "a", "5", "a", "3", "4"], "{shown:?}");
}
