//! Selectors.

use crate::support::log;

#[test]
fn selectors() {
    let lines = log("
        document.body.innerHTML = `<main id=m class='a b'><p>1</p><p class=x lang=en-GB>2</p><section><p title='a b'>3</p><input checked type=checkbox disabled><a href=#>l</a></section></main>`;
        const texts = (selector) => Array.from(document.querySelectorAll(selector), (it) => it.textContent || it.localName).join();
        for (const selector of ['p', '#m > p', 'main p:not(.x)', '.a.b p + p', 'p ~ section', '[title~=b]', '[lang|=en]', '[title^=a][title$=b]',
            'p:nth-child(2)', 'p:first-of-type', ':is(a, input)', ':checked', ':disabled', 'section:has(> a)', 'p:empty', 'P', '*|a', ':link', 'main :nth-last-child(1 of p)',
            ':root > body > main > p:last-of-type', 'p, a'])
            console.log(selector, '->', texts(selector));
        const p = document.querySelector('section p');
        console.log(p.matches('main p'), p.matches('body'), p.closest('main').id, p.closest('b'), p.parentNode.querySelector(':scope > p') === p);
        for (const bad of ['', '..', 'p >', ':unknown', 'a[', '123'])
            try { document.querySelector(bad); console.log('no error', bad) } catch (error) { if (error.name !== 'SyntaxError') console.log(error) }
    ");
    assert_eq!(
        lines,
        [
            "p -> 1,2,3",
            "#m > p -> 1,2",
            "main p:not(.x) -> 1,3",
            ".a.b p + p -> 2",
            "p ~ section -> 3l",
            "[title~=b] -> 3",
            "[lang|=en] -> 2",
            "[title^=a][title$=b] -> 3",
            "p:nth-child(2) -> 2",
            "p:first-of-type -> 1,3",
            ":is(a, input) -> input,l",
            ":checked -> input",
            ":disabled -> input",
            "section:has(> a) -> 3l",
            "p:empty -> ",
            "P -> 1,2,3",
            "*|a -> l",
            ":link -> l",
            "main :nth-last-child(1 of p) -> 2,3",
            ":root > body > main > p:last-of-type -> 2",
            "p, a -> 1,2,3,l",
            "true false m null true",
        ]
    );
}
