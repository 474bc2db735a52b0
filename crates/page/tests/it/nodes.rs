//! Nodes and the tree.

use crate::support::{log, run};

#[test]
fn the_tree_is_that_of_the_text() {
    let shown = run("<!DOCTYPE html><title>T</title><p>a<b>b</b><!--c--><script>
        const show = (node) => [node.nodeType, node.nodeName, node.nodeValue];
        const p = document.querySelector('p');
        for (const node of p.childNodes) console.log(show(node).join());
        console.log(show(document).join(), show(document.doctype).join(), show(document.createDocumentFragment()).join());
        console.log(document.title, document.head.parentNode === document.documentElement, document.body.lastChild === p);
        console.log(p.ownerDocument === document, document.ownerDocument, p.isConnected, p.getRootNode() === document);
    </script>");
    let lines = shown.lines();
    assert_eq!(lines[..3], ["3,#text,a", "1,B,", "8,#comment,c"]);
    assert_eq!(lines[4], "9,#document, 10,html, 11,#document-fragment,");
    assert_eq!(lines[5], "T true true");
    assert_eq!(lines[6], "true null true true");
}

#[test]
fn a_node_has_one_object() {
    let lines = log("
        document.body.mark = 1;
        document.querySelector('script').prototypeless = Object.create(null);
        console.log(document.body.mark, document.body === document.querySelector('body'));
        console.log(document.body.childNodes === document.body.childNodes, document.body.style === document.body.style);
        const div = document.createElement('div');
        div.innerHTML = '<i></i>';
        div.firstChild.own = 'kept';
        document.body.append(div.firstChild);
        console.log(document.querySelector('i').own, div.firstChild);
    ");
    assert_eq!(lines, ["1 true", "true true", "kept null"]);
}

#[test]
fn interfaces() {
    let lines = log("
        const tag = (value) => Object.prototype.toString.call(value);
        console.log(tag(document), tag(document.body), tag(document.createElement('x-y')), tag(document.createElement('blah')));
        console.log(document.body instanceof HTMLBodyElement, document.body instanceof Node, document instanceof EventTarget);
        console.log(tag(new Text('t')), new Comment('c').data, new DocumentFragment().nodeType, tag(new Document()));
        console.log(Object.keys(HTMLElement.prototype).includes('click'), HTMLElement.prototype.__proto__ === Element.prototype);
        try { new HTMLDivElement() } catch (error) { console.log(error.constructor === TypeError) }
        try { Node.prototype.appendChild.call({}, document.body) } catch (error) { console.log(error.constructor === TypeError) }
        console.log(Node.TEXT_NODE, document.TEXT_NODE, tag(document.createElementNS('http://www.w3.org/2000/svg', 'svg')));
    ");
    assert_eq!(
        lines,
        [
            "[object HTMLDocument] [object HTMLBodyElement] [object HTMLElement] [object HTMLUnknownElement]",
            "true true true",
            "[object Text] c 11 [object Document]",
            "true true",
            "true",
            "true",
            "3 3 [object SVGElement]",
        ]
    );
}

#[test]
fn inserting_and_removing() {
    let lines = log("
        const list = document.createElement('ul');
        const item = (text) => { const li = document.createElement('li'); li.textContent = text; return li };
        const [a, b, c] = ['a', 'b', 'c'].map(item);
        const show = () => console.log(list.innerHTML.replaceAll(/<.?li>/g, ''));
        list.appendChild(b); list.insertBefore(a, b); list.append(c, 'x'); show();
        list.prepend('0', a); show();
        list.replaceChild(item('B'), b); show();
        c.before('<', b); c.after('>'); show();
        b.replaceWith('-'); list.removeChild(a); show();
        list.insertBefore(c, c); show();
        list.append(...list.childNodes); show();
        list.replaceChildren(c); show();
        c.remove(); c.remove(); show();
        const fragment = document.createDocumentFragment();
        fragment.append(a, b);
        list.append(fragment); show();
        console.log(fragment.childNodes.length, a.nextSibling === b, b.previousElementSibling === a, list.lastElementChild === b);
    ");
    assert_eq!(
        lines,
        [
            "abcx",
            "0abcx",
            "0aBcx",
            "0aB&lt;bc&gt;x",
            "0B&lt;-c&gt;x",
            "0B&lt;-c&gt;x",
            "0B&lt;-c&gt;x",
            "c",
            "",
            "ab",
            "0 true true true"
        ]
    );
}

#[test]
fn what_would_be_no_tree_is_refused() {
    let lines = log("
        const div = document.createElement('div');
        const inner = div.appendChild(document.createElement('p'));
        const name = (f) => { try { f(); return 'none' } catch (error) { return error.name + (error instanceof DOMException) } };
        console.log(name(() => inner.append(div)), name(() => div.append(div)));
        console.log(name(() => document.append(div)), name(() => document.append('text')), name(() => div.append(document)));
        console.log(name(() => div.insertBefore(inner, document.body)), name(() => div.removeChild(document.body)));
        console.log(name(() => document.createTextNode('').append('x')), name(() => new Text('').appendChild(div)));
        console.log(name(() => document.createElement('1')), name(() => div.setAttribute('a b', 1)));
        console.log(name(() => div.appendChild('x')), name(() => div.appendChild()));
    ");
    assert_eq!(
        lines,
        [
            "HierarchyRequestErrortrue HierarchyRequestErrortrue",
            "HierarchyRequestErrortrue HierarchyRequestErrortrue HierarchyRequestErrortrue",
            "NotFoundErrortrue NotFoundErrortrue",
            "TypeErrorfalse HierarchyRequestErrortrue",
            "InvalidCharacterErrortrue InvalidCharacterErrortrue",
            "TypeErrorfalse TypeErrorfalse",
        ]
    );
}

#[test]
fn copies_and_comparisons() {
    let lines = log("
        const div = document.createElement('div');
        div.innerHTML = '<p class=x>a<b>b</b></p><template><i>t</i></template><!--c-->';
        const deep = div.cloneNode(true);
        const flat = div.cloneNode();
        console.log(deep.outerHTML === div.outerHTML, flat.outerHTML, deep.isEqualNode(div), flat.isEqualNode(div));
        console.log(deep.contains(deep.firstChild.lastChild), deep.contains(div), deep.contains(null));
        const [p, template] = div.children;
        console.log(p.compareDocumentPosition(template), template.compareDocumentPosition(p), div.compareDocumentPosition(p), p.compareDocumentPosition(div));
        console.log(div.compareDocumentPosition(deep) & 1, p.compareDocumentPosition(p));
        const other = document.implementation.createHTMLDocument('other');
        const copy = other.importNode(div, true);
        console.log(copy.ownerDocument === other, copy.firstChild.ownerDocument === other, other.title, other.adoptNode(p).ownerDocument === other);
    ");
    assert_eq!(
        lines,
        [
            "true <div></div> true false",
            "true false false",
            "4 2 20 10",
            "1 0",
            "true true other true"
        ]
    );
}

#[test]
fn text() {
    let lines = log("
        const div = document.createElement('div');
        div.append('one', 'two', new Comment('no'), document.createElement('i'));
        div.lastChild.textContent = 'three';
        console.log(div.textContent, div.childNodes.length, div.firstChild.wholeText);
        div.normalize();
        console.log(div.childNodes.length, div.firstChild.data);
        const tail = div.firstChild.splitText(4);
        console.log(div.firstChild.data, tail.data, tail.previousSibling === div.firstChild);
        tail.insertData(0, '['); tail.appendData(']'); tail.deleteData(1, 1); tail.replaceData(1, 1, 'OO');
        console.log(tail.data, tail.length, tail.substringData(1, 2));
        try { tail.deleteData(99, 1) } catch (error) { console.log(error.name) }
        div.textContent = null;
        console.log(div.childNodes.length);
        const half = '\\u{1F980}'[0];
        console.log(new Text(half).data === half, document.textContent);
    ");
    assert_eq!(
        lines,
        [
            "onetwothree 4 onetwo",
            "3 onetwo",
            "onet wo true",
            "[OO] 4 OO",
            "IndexSizeError",
            "0",
            "true null"
        ]
    );
}

#[test]
fn a_deep_tree_is_no_problem() {
    let lines = log("
        let node = document.body;
        for (let i = 0; i < 5000; i++) node = node.appendChild(document.createElement('p'));
        node.textContent = 'bottom';
        const copy = document.body.cloneNode(true);
        console.log(document.body.textContent.endsWith('bottom'), copy.isEqualNode(document.body), copy.innerHTML.length);
        console.log(document.querySelectorAll('p').length);
    ");
    assert_eq!(
        lines[0].split(' ').take(2).collect::<Vec<_>>(),
        ["true", "true"]
    );
    assert_eq!(lines[1], "5000");
}
