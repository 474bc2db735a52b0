//! Nodes that nobody holds are collected, whatever links them.

use std::{cell::RefCell, rc::Rc};

use taipan::Runtime;
use taipan_page::Page;

#[test]
fn trees_are_collected_as_a_whole() {
    let lines = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&lines);
    let mut runtime = Runtime::builder()
        .console(move |_level, text: &str| sink.borrow_mut().push(text.to_owned()))
        .build()
        .unwrap();
    let html = "<p id=kept>x</p><script>
        var dead = [], alive;
        (() => {
            for (let i = 0; i < 50; i++) {
                const div = document.createElement('div');
                div.innerHTML = '<p><b>x</b></p>';
                const b = div.querySelector('b');
                // Cycles over objects, listeners and collections.
                b.self = div; div.onclick = () => b; div.list = div.children; b.addEventListener('x', () => div);
                document.body.append(div); div.remove();
                dead.push(new WeakRef(b));
            }
            const held = document.createElement('div');
            held.innerHTML = '<i></i>';
            held.firstChild.mark = 'mine';
            alive = held;
            kept.mark = 'kept';
        })();
        function count() { console.log(dead.filter((ref) => ref.deref()).length < 3, alive.firstChild.mark, kept.mark) }
    </script>";
    let url = "http://page.test/".parse().unwrap();
    let page = Page::run_source(&mut runtime, html, &url).unwrap();
    boa_gc::force_collect();
    boa_gc::force_collect();
    runtime.eval("count()").unwrap();
    assert_eq!(*lines.borrow(), ["true mine kept"]);
    assert_eq!(page.text(), "x");
}
