//! The text that a page shows.

use crate::support::{log, run};

/// The text of a body with this in it.
fn text(html: &str) -> String {
    run(&format!("<!doctype html><body>{html}")).text
}

#[test]
fn as_browsers_show_it() {
    for (html, expected) in [
        ("a  b\n\tc", "a b c"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div>b<div>c</div>", "a\nb\nc"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("a <b> b </b> c", "a b c"),
        ("<pre>a  b\n c</pre>d", "a  b\n c\nd"),
        ("<ul><li>a</li><li>b <ul><li>c</ul></li></ul>", "a\nb\nc"),
        ("<h1>a</h1>  <p> b </p>", "a\n\nb"),
        ("a<script>1</script><style>x</style>b<!--c-->", "ab"),
        (
            "<span hidden>a</span><span style='display: none'>b</span><span style='visibility:hidden'>c</span>d",
            "d",
        ),
        (
            "<table><tr><td>a<td>b<tr><td>c<td>d</table>e",
            "a\tb\nc\td\ne",
        ),
        (
            "<span style='white-space: pre-line'>a  b\nc</span>",
            "a b\nc",
        ),
        ("<details><summary>s</summary>hidden</details>", "s"),
        (
            "<details open><summary>s</summary>shown</details>",
            "s\nshown",
        ),
        (
            "<input value=a><textarea>b</textarea><button>c</button>",
            "c",
        ),
        ("<div><div><div>a</div></div></div><div></div>b", "a\nb"),
        ("<dl><dt>a<dd>b</dl>", "a\nb"),
        ("\u{a0}a\u{a0}", "\u{a0}a\u{a0}"),
        ("a<br><div>b</div>", "a\n\nb"),
        ("<div>a<br></div>b", "a\n\nb"),
        ("<p>a<p><p>b", "a\n\nb"),
        ("a<input>b", "ab"),
        ("x <img> y", "x  y"),
        ("<button> b </button>x", "bx"),
        ("a <button> b </button> c", "a b c"),
        ("<pre>\n a\n\n b </pre>", " a\n\n b "),
        ("<select><option>a<option>b</select>z", "a\nb\nz"),
        ("<dialog open>d</dialog><dialog>e</dialog>", "d"),
        ("<template>a</template><noscript>b</noscript>c", "c"),
    ] {
        assert_eq!(text(html), expected, "{html}");
    }
}

#[test]
fn inner_text_of_an_element() {
    let lines = log("
        const div = document.createElement('div');
        div.innerText = 'a\\nb\\r\\n\\nc';
        console.log(div.innerHTML);
        console.log(JSON.stringify(div.innerText));
        document.body.append(div);
        console.log(JSON.stringify(div.innerText));
        div.style.whiteSpace = 'pre'; div.innerText += '  d\\n';
        console.log(JSON.stringify(div.innerText));
        div.outerText = 'x'; console.log(document.body.lastChild.data);
    ");
    assert_eq!(
        lines,
        [
            "a<br>b<br><br>c",
            "\"abc\"",
            "\"a\\nb\\n\\nc\"",
            "\"a\\nb\\n\\nc  d\\n\"",
            "x",
        ]
    );
}
