//! The global object of a page.

use crate::support::{log, run};

#[test]
fn names() {
    let lines = log("
        console.log(window === globalThis, self === window, top === parent, frames === window, document.defaultView === window);
        console.log(Object.prototype.toString.call(window), window instanceof Window, window instanceof EventTarget, typeof addEventListener);
        console.log(name === '', length, opener, closed, innerWidth > 0, devicePixelRatio);
        console.log(location.href, String(document.location), location.pathname, location.host, location.origin, document.URL);
        console.log(document.readyState, document.compatMode, document.characterSet, document.cookie === '', document.referrer === '');
        try { document.body = 1 } catch (error) { console.log(error.name) }
        window.document = null; console.log(document !== null);
    ");
    assert_eq!(
        lines,
        [
            "true true true true true",
            "[object Window] true true function",
            "true 0 null false true 1",
            "http://page.test/dir/page.html http://page.test/dir/page.html /dir/page.html page.test http://page.test http://page.test/dir/page.html",
            "loading CSS1Compat UTF-8 true true",
            "TypeError",
            "true",
        ]
    );
}

#[test]
fn elements_by_name() {
    let shown = run("<p id=para>x</p><form name=frm></form><img name=pic><b id=location></b><b id=addEventListener></b><script>
        console.log(para.textContent, frm.localName, pic.localName, 'para' in window, window.none, typeof undeclared);
        console.log(location.href.length > 0, typeof addEventListener);
        para.id = 'other'; console.log(typeof para, other.textContent);
        other = 5; console.log(other, document.getElementById('other').textContent);
    </script><script>var frm = 1; console.log(frm)</script>");
    assert_eq!(
        shown.lines(),
        [
            "x form img true undefined undefined",
            "true function",
            "undefined x",
            "5 x",
            "1",
        ]
    );
}

#[test]
fn dialogs_and_frames() {
    let lines = log("
        alert('hello'); console.log(confirm('sure?'), prompt('name?'));
        const stopped = requestAnimationFrame(() => console.log('never'));
        let first;
        requestAnimationFrame((now) => { first = now; console.log('frame', typeof now); requestAnimationFrame((later) => console.log(later > first)) });
        requestAnimationFrame((now) => console.log(now === first));
        cancelAnimationFrame(stopped);
    ");
    assert_eq!(
        lines,
        [
            "hello",
            "sure?",
            "name?",
            "false null",
            "frame number",
            "true",
            "true"
        ]
    );
}

#[test]
fn a_page_stays_where_it_is() {
    let shown = run("<script>location.href = '/other'; location.hash = 'x'; console.log(location.href); location.reload();
        try { location.assign('http://[') } catch (error) { console.log(error.name) }</script>");
    assert_eq!(shown.uncaught, 0);
    assert!(
        shown.console[0].starts_with("warn: ")
            && shown.console[0].ends_with("http://page.test/other"),
        "{shown:?}"
    );
    assert_eq!(shown.console[1], "http://page.test/dir/page.html#x");
    assert!(shown.console[2].starts_with("warn: "), "{shown:?}");
    assert_eq!(shown.console[3], "SyntaxError");
}

#[test]
fn a_runtime_has_one_page() {
    let mut runtime = taipan::Runtime::new().unwrap();
    let url = "http://page.test/".parse().unwrap();
    taipan_page::Page::run_source(&mut runtime, "<p>one", &url).unwrap();
    let again = taipan_page::Page::run_source(&mut runtime, "<p>two", &url);
    assert!(
        again
            .unwrap_err()
            .to_string()
            .contains("has a page already")
    );
}
