//! Collections of nodes.

use crate::support::log;

#[test]
fn live_collections_follow_the_tree() {
    let lines = log("
        const list = document.createElement('ul');
        const { children, childNodes } = list;
        const items = list.getElementsByTagName('LI'), red = list.getElementsByClassName('red hot');
        const all = list.querySelectorAll('*');
        list.innerHTML = '<li class=\"hot red\" id=first>1</li> <li>2</li>';
        console.log(children.length, childNodes.length, items.length, red.length, all.length);
        console.log(children[1].textContent, childNodes[1].nodeType, items[0] === red[0], children[2], children.item(9));
        list.append(list.firstChild.cloneNode(true));
        console.log(children.length, red.length, items[2].textContent, 2 in items, 3 in items);
        console.log(children.first === list.firstChild, children.namedItem('first').id, 'first' in children, children.none);
        console.log([...children].map((it) => it.textContent).join(), Array.from(childNodes, (it) => it.nodeType).join());
        console.log(Array.prototype.map.call(items, (it) => it.id).join('|'));
        list.replaceChildren();
        console.log(children.length, items.length, childNodes[0]);
    ");
    assert_eq!(
        lines,
        [
            "2 3 2 1 0",
            "2 3 true undefined null",
            "3 2 1 true false",
            "true first true undefined",
            "1,2,1 1,3,1,1",
            "first||first",
            "0 0 undefined",
        ]
    );
}

#[test]
fn node_lists() {
    let lines = log("
        document.body.innerHTML = '<p>a<p>b<p>c';
        const list = document.querySelectorAll('p');
        list.forEach((node, index, same) => { if (same === list) console.log(index, node.textContent) });
        document.body.firstChild.remove();
        console.log(list.length, [...list.entries()][0][1].textContent, [...list.keys()].join(), [...list.values()].length);
        console.log(list instanceof NodeList, list.item(1).textContent, list.constructor.name, Object.prototype.toString.call(list));
        list.own = 'kept';
        console.log(list.own, list.length, list[0].isConnected);
        try { NodeList.prototype.item.call({}, 0) } catch (error) { console.log(error.name) }
    ");
    assert_eq!(
        lines,
        [
            "0 a",
            "1 b",
            "2 c",
            "3 a 0,1,2 3",
            "true b NodeList [object NodeList]",
            "kept 3 false",
            "TypeError",
        ]
    );
}

#[test]
fn collections_of_the_document() {
    let lines = log("
        document.body.innerHTML = '<form name=f><input name=i></form><img><a href=x>l</a><a>no</a>';
        console.log(document.forms.length, document.forms.f.elements.i.name, document.images.length, document.links.length);
        console.log(document.getElementsByName('i').length, document.getElementsByTagName('*').length > 5, document.scripts.length);
        console.log(document.getElementById(''), document.getElementById('x'), document.forms[0].length);
    ");
    assert_eq!(lines, ["1 i 1 1", "1 true 0", "null null 1"]);
}
