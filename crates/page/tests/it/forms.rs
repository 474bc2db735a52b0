//! Forms and their controls.

use crate::support::log;

#[test]
fn values() {
    let lines = log("
        document.body.innerHTML = `<form><input id=t value=first><input id=n type=number value=12><input id=r type=range min=0 max=10>
            <input id=h type=hidden value=h><input id=c type=checkbox><textarea id=a>one\\r\\ntwo</textarea><button id=b>B</button></form>`;
        console.log(t.value, n.valueAsNumber, r.value, h.value, c.value, JSON.stringify(a.value), b.type);
        t.value = 'second'; n.value = 'x'; h.value = 'H';
        console.log(t.value, t.getAttribute('value'), t.defaultValue, JSON.stringify(n.value), h.getAttribute('value'));
        t.type = 'checkbox'; console.log(t.type, t.value); t.type = 'nonsense'; console.log(t.type);
        console.log(t.form === document.forms[0], document.forms[0].elements.length, b.disabled);
        document.forms[0].reset(); console.log(t.value);
    ");
    assert_eq!(
        lines,
        [
            "first 12 5 h on \"one\\ntwo\" submit",
            "second first first \"\" H",
            "checkbox second",
            "text",
            "true 7 false",
            "second",
        ]
    );
}

#[test]
fn clicks() {
    let lines = log("
        document.body.innerHTML = `<form onsubmit='console.log(\"submit\"); return false'><label id=l>x<input id=c type=checkbox></label>
            <input type=radio name=g id=r1 checked><input type=radio name=g id=r2><button id=s>go</button><button id=d disabled>no</button><button type=reset id=z>z</button></form>
            <details id=more><summary id=sum>s</summary>rest</details><a id=k href='#here'>k</a>`;
        c.onchange = () => console.log('change', c.checked);
        c.click(); l.click();
        c.addEventListener('click', (event) => { console.log('during', c.checked); event.preventDefault() });
        c.click(); console.log(c.checked);
        r2.click(); console.log(r1.checked, r2.checked, document.querySelectorAll(':checked').length);
        r1.onclick = () => false; r1.click(); console.log(r1.checked, r2.checked);
        s.click(); d.click(); z.click(); console.log(r1.checked);
        sum.click(); console.log(more.open);
        onhashchange = () => console.log('hash', location.hash);
        k.click(); console.log(location.href);
    ");
    assert_eq!(
        lines,
        [
            "change true",
            "change false",
            "during true",
            "false",
            "false true 1",
            "false true",
            "submit",
            "true",
            "true",
            "http://page.test/dir/page.html#here",
            "hash #here",
        ]
    );
}

#[test]
fn selections() {
    let lines = log("
        document.body.innerHTML = '<select id=s><option>a<option value=B selected> b  b <option disabled>c</select>';
        console.log(s.value, s.selectedIndex, s.options.length, s.options[1].text, s.selectedOptions[0].index, s.type);
        s.value = 'a'; console.log(s.selectedIndex, s.options[1].selected);
        s.value = 'none'; console.log(s.selectedIndex, JSON.stringify(s.value));
        s.options[1].selected = true; console.log(s.value);
        s.multiple = true; s.options[0].selected = true; console.log([...s.selectedOptions].map((it) => it.value).join());
        s.multiple = false; s.add(new Option('new', 'N', false, true)); console.log(s.length, s.value);
        s.add(new Option('zero'), 0); console.log(s.options[0].label, s.options[0].form);
    ");
    assert_eq!(
        lines,
        [
            "B 1 3 b b 1 select-one",
            "0 false",
            "-1 \"\"",
            "B",
            "a,B",
            "4 N",
            "zero null"
        ]
    );
}

#[test]
fn focus() {
    let lines = log("
        document.body.innerHTML = '<input id=i><p id=p>x</p>';
        i.onfocus = () => console.log('focus', document.activeElement.id); i.onblur = () => console.log('blur');
        p.focus(); console.log(document.activeElement === document.body);
        i.focus(); i.focus(); i.blur(); console.log(document.activeElement.tagName, document.hasFocus());
    ");
    assert_eq!(lines, ["true", "focus i", "blur", "BODY true"]);
}

#[test]
fn controls_as_properties() {
    let lines = log("
        document.body.innerHTML = '<form id=f><input name=user value=u><input name=g type=radio><input name=g type=radio><input name=action value=a></form>';
        const form = document.forms[0];
        console.log(form.user.value, form.g.length, form[0] === form.user, form[9], 'user' in form, form.none, form.action.value);
        console.log(form instanceof HTMLFormElement, form.id, typeof form.reset, form.length, Object.prototype.toString.call(form));
        form.own = 1; console.log(form.own, form.elements.user.value);
    ");
    assert_eq!(
        lines,
        [
            "u 2 true undefined true undefined a",
            "true f function 4 [object HTMLFormElement]",
            "1 u",
        ]
    );
}
