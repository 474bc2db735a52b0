//! Events on their way through the tree.

use crate::support::{log, run};

#[test]
fn down_and_up_again() {
    let lines = log("
        document.body.innerHTML = '<div id=outer><p id=inner>x</p></div>';
        const path = [window, document, outer, inner];
        const name = (target) => target === window ? 'window' : target.id || target.nodeName;
        for (const target of path)
            for (const capture of [true, false])
                target.addEventListener('go', (event) => console.log(name(event.currentTarget), event.eventPhase, capture, event.target === inner), capture);
        inner.dispatchEvent(new Event('go', { bubbles: true }));
        console.log('---');
        inner.dispatchEvent(new Event('go'));
        outer.addEventListener('path', (event) => console.log(event.composedPath().map(name).join(), event.bubbles), { once: true });
        console.log(inner.dispatchEvent(new CustomEvent('path', { bubbles: true })));
    ");
    assert_eq!(
        lines,
        [
            "window 1 true true",
            "#document 1 true true",
            "outer 1 true true",
            "inner 2 true true",
            "inner 2 false true",
            "outer 3 false true",
            "#document 3 false true",
            "window 3 false true",
            "---",
            "window 1 true true",
            "#document 1 true true",
            "outer 1 true true",
            "inner 2 true true",
            "inner 2 false true",
            "inner,outer,BODY,HTML,#document,window true",
            "true",
        ]
    );
}

#[test]
fn stopping_and_cancelling() {
    let lines = log("
        document.body.innerHTML = '<b><i></i></b>';
        const [b, i] = document.querySelectorAll('b, i');
        b.addEventListener('x', (event) => { console.log('b'); event.stopPropagation() });
        b.addEventListener('x', (event) => { console.log('b again'); event.preventDefault() });
        document.addEventListener('x', () => console.log('never'));
        console.log(i.dispatchEvent(new Event('x', { bubbles: true, cancelable: true })));
        b.addEventListener('y', (event) => event.stopPropagation(), true);
        i.addEventListener('y', () => console.log('never'));
        i.dispatchEvent(new Event('y'));
        const detached = document.createElement('u').appendChild(document.createElement('s'));
        detached.parentNode.addEventListener('z', (event) => console.log(event.composedPath().length));
        detached.dispatchEvent(new Event('z', { bubbles: true }));
    ");
    assert_eq!(lines, ["b", "b again", "false", "2"]);
}

#[test]
fn the_way_is_settled_before_it_is_gone() {
    let lines = log("
        document.body.innerHTML = '<b><i></i></b>';
        const [b, i] = document.querySelectorAll('b, i');
        i.onclick = () => { i.remove(); console.log('removed') };
        b.onclick = ({ target }) => console.log('still told', target === i);
        i.click();
        b.onclick = null;
        console.log(b.onclick, i.onclick !== null);
    ");
    assert_eq!(lines, ["removed", "still told true", "null true"]);
}

#[test]
fn handlers_in_attributes() {
    let shown = run("<body onload='console.log(\"load\", this === window)'>
        <form name=f><button type=button id=b name=own onclick='console.log(this.id, event.type, name, typeof querySelector, action); return false'>x</button></form>
        <p id=bad onclick='}{'>y</p>
        <script>
            window.addEventListener('click', (event) => console.log(event.defaultPrevented));
            b.click();
            console.log(typeof b.onclick, b.onclick.name, b.onclick === b.onclick);
            b.setAttribute('onclick', 'console.log(\"changed\")'); b.click();
            b.removeAttribute('onclick'); console.log(b.onclick);
            onerror = (message) => { console.log(String(message).includes('SyntaxError')); return true };
            bad.click(); console.log(bad.onclick);
            document.body.onpageshow = () => console.log('pageshow', onpageshow !== null);
        </script>");
    assert_eq!(
        shown.lines(),
        [
            "b click own function http://page.test/dir/page.html",
            "true",
            "function onclick true",
            "changed",
            "false",
            "null",
            "true",
            "false",
            "null",
            "load true",
            "pageshow true",
        ]
    );
}

#[test]
fn an_exception_ends_no_dispatch() {
    let shown = run("<p>x</p><script>
        const p = document.querySelector('p');
        p.addEventListener('x', () => { throw new Error('one') });
        p.addEventListener('x', () => console.log('two'));
        console.log(p.dispatchEvent(new Event('x')));
    </script>");
    assert_eq!(shown.uncaught, 1);
    assert_eq!(shown.console[1..], ["two", "true"]);
    assert!(
        shown.console[0].starts_with("error: Uncaught Error: one"),
        "{shown:?}"
    );
}

#[test]
fn events_of_users() {
    let lines = log("
        const event = new MouseEvent('click', { clientX: 3, button: 1, shiftKey: true, view: window, bubbles: true });
        console.log(event.clientX, event.x, event.button, event.shiftKey, event.view === window, event instanceof UIEvent, event instanceof Event);
        const key = new KeyboardEvent('keydown', { key: 'a', code: 'KeyA', repeat: true });
        console.log(key.key, key.code, key.repeat, key.ctrlKey, key.getModifierState('Shift'), Object.prototype.toString.call(key));
        const old = document.createEvent('MouseEvents'); old.initEvent('go', true, true);
        console.log(old.type, old.bubbles, old.isTrusted, new InputEvent('input', { data: 'x' }).data);
        try { document.createEvent('nonsense') } catch (error) { console.log(error.name) }
    ");
    assert_eq!(
        lines,
        [
            "3 3 1 true true true true",
            "a KeyA true false false [object KeyboardEvent]",
            "go true false x",
            "NotSupportedError",
        ]
    );
}
