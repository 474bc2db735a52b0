//! Elements and their attributes.

use crate::support::log;

#[test]
fn attributes() {
    let lines = log("
        const a = document.createElement('A');
        a.setAttribute('HREF', '../x?y#z'); a.id = 'link'; a.className = 'one two';
        console.log(a.outerHTML, a.getAttribute('Href'), a.getAttribute('none'), a.tagName, a.localName);
        console.log(a.href, a.pathname, a.search, a.hash, a.host, a.protocol, String(a));
        console.log(a.getAttributeNames().join(), a.hasAttribute('id'), a.hasAttributes(), a.attributes.length, a.attributes[0].name, a.attributes.id.value);
        a.removeAttribute('id'); a.toggleAttribute('hidden'); a.toggleAttribute('hidden', true);
        console.log(a.id === '', a.hidden, a.toggleAttribute('hidden'), a.hidden);
        a.setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', 'v');
        console.log(a.getAttributeNS('http://www.w3.org/1999/xlink', 'href'), a.attributes['xlink:href'].prefix);
        const attr = a.getAttributeNode('class');
        attr.value = 'three';
        console.log(a.className, attr.ownerElement === a, [...a.attributes].map((it) => it.name).join());
    ");
    assert_eq!(
        lines,
        [
            "<a href=\"../x?y#z\" id=\"link\" class=\"one two\"></a> ../x?y#z null A a",
            "http://page.test/x?y#z /x ?y #z page.test http: http://page.test/x?y#z",
            "href,id,class true true 3 href link",
            "true true false false",
            "v xlink",
            "three true href,class,xlink:href",
        ]
    );
}

#[test]
fn classes_and_data() {
    let lines = log("
        const div = document.createElement('div');
        const { classList, dataset } = div;
        classList.add('a', 'b', 'a'); classList.remove('a');
        console.log(div.className, classList.length, classList[0], classList.contains('b'), [...classList].join());
        console.log(classList.toggle('c'), classList.toggle('c'), classList.toggle('d', true), classList.replace('b', 'e'), String(classList));
        try { classList.add('x y') } catch (error) { console.log(error.name) }
        div.className = 'fresh';
        console.log(classList.value, 'length' in classList, 0 in classList, 1 in classList);
        dataset.fooBar = 1; dataset.x = 'y';
        console.log(div.outerHTML, dataset.fooBar, 'x' in dataset, Object.keys(dataset).join(), dataset.none);
        delete dataset.x;
        console.log(div.hasAttribute('data-x'), JSON.stringify({ ...dataset }));
    ");
    assert_eq!(
        lines,
        [
            "b 1 b true b",
            "true false true true e d",
            "InvalidCharacterError",
            "fresh true true false",
            "<div class=\"fresh\" data-foo-bar=\"1\" data-x=\"y\"></div> 1 true fooBar,x undefined",
            "false {\"fooBar\":\"1\"}",
        ]
    );
}

#[test]
fn style() {
    let lines = log("
        const div = document.createElement('div');
        div.style.color = 'red'; div.style.backgroundColor = 'blue'; div.style['z-index'] = 3; div.style.cssFloat = 'left';
        console.log(div.getAttribute('style'), div.style.color, div.style.zIndex, div.style.length);
        div.style.setProperty('--own', ' x ', 'important'); div.style.color = '';
        console.log(div.style.cssText, div.style.getPropertyPriority('--own'), div.style.getPropertyValue('--own'));
        console.log(div.style.removeProperty('float'), div.style.item(0), div.style.display === '');
        div.style = 'display: none; width: 10px';
        console.log(div.style.display, div.style.width, div.outerHTML);
    ");
    assert_eq!(
        lines,
        [
            "color: red; background-color: blue; z-index: 3; float: left; red 3 4",
            "background-color: blue; z-index: 3; float: left; --own: x !important; important x",
            "left background-color true",
            "none 10px <div style=\"display: none; width: 10px;\"></div>",
        ]
    );
}

#[test]
fn html_in_and_out() {
    let lines = log("
        const div = document.createElement('div');
        div.innerHTML = '<p>one<p title=\"a&quot;b\">two &amp; three<br><script>console.log(\"never\")<\\/script>';
        document.body.append(div);
        console.log(div.innerHTML);
        div.firstChild.outerHTML = '<h1>new</h1>text';
        div.insertAdjacentHTML('afterbegin', '<i>1</i>'); div.insertAdjacentText('beforeend', '<2>');
        div.lastElementChild.insertAdjacentElement('beforebegin', document.createElement('hr'));
        console.log(div.innerHTML.slice(0, 60));
        try { div.insertAdjacentHTML('nowhere', '') } catch (error) { console.log(error.name) }
        const table = document.createElement('table');
        table.innerHTML = '<tr><td>cell';
        console.log(table.outerHTML, table.rows.length, table.rows[0].cells[0].cellIndex);
        table.insertRow().insertCell().append('more'); table.deleteRow(0); table.createTHead();
        console.log(table.outerHTML);
        const template = document.createElement('template');
        template.innerHTML = '<td>loose</td>';
        console.log(template.content.firstChild.tagName, template.childNodes.length, template.innerHTML);
        console.log(document.createElement('br').outerHTML, new DOMParser().parseFromString('<p>x', 'text/html').body.innerHTML);
    ");
    assert_eq!(
        lines,
        [
            "<p>one</p><p title=\"a&quot;b\">two &amp; three<br><script>console.log(\"never\")</script></p>",
            "<i>1</i><h1>new</h1>text<hr><p title=\"a&quot;b\">two &amp; th",
            "SyntaxError",
            "<table><tbody><tr><td>cell</td></tr></tbody></table> 1 0",
            "<table><thead></thead><tbody><tr><td>more</td></tr></tbody></table>",
            "TD 0 <td>loose</td>",
            "<br> <p>x</p>",
        ]
    );
}

#[test]
fn the_console_shows_html() {
    let lines = log("
        const div = document.createElement('div');
        div.append('x');
        console.log(div, [div.firstChild], document.createComment('c'), document.createDocumentFragment());
        console.log(document);
    ");
    assert_eq!(
        lines,
        [
            "<div>x</div> [ #text 'x' ] <!--c--> #document-fragment",
            "#document (http://page.test/dir/page.html)",
        ]
    );
}

#[test]
fn elements_of_many_kinds() {
    let lines = log("
        const make = (name) => document.createElement(name);
        console.log(make('canvas').getContext('2d'), make('canvas').width, make('img').complete, new Image(3, 4).outerHTML);
        const progress = make('progress'); progress.max = 4; progress.value = 1;
        console.log(progress.position, progress.outerHTML, make('ol').start, make('td').colSpan);
        const dialog = document.body.appendChild(make('dialog')); dialog.showModal(); console.log(dialog.open); dialog.close('bye'); console.log(dialog.open, dialog.returnValue);
        const script = make('script'); console.log(script.async, script.noModule, HTMLScriptElement.supports('module'));
        const link = make('a'); link.textContent = 'text'; console.log(link.text, link.href === '');
        console.log(make('div').getBoundingClientRect().width, make('div').offsetTop, make('div').scrollHeight);
    ");
    assert_eq!(
        lines,
        [
            "null 300 true <img width=\"3\" height=\"4\">",
            "0.25 <progress max=\"4\" value=\"1\"></progress> 1 1",
            "true",
            "false bye",
            "true false true",
            "text true",
            "0 0 0",
        ]
    );
}
