//# elements within each other | ok
'<div>'.repeat(3000)

//# elements within each other, and their text | ok
'<div>'.repeat(5000) + 'x<script>document.body.textContent; document.body.innerText; document.body.innerHTML.length; document.body.outerHTML.length</script>'

//# cloned, compared and normalised | ok
'<div>'.repeat(5000) + '<body><script>const c = document.body.cloneNode(true); c.isEqualNode(document.body); c.normalize(); document.body.contains(c)</script>'

//# made by a script | ok
'<body><script>let e = document.body; for (let i = 0; i < 5000; i++) e = e.appendChild(document.createElement("div")); document.body.textContent</script>'

//# innerHTML with elements within each other | ok
'<body><script>document.body.innerHTML = "<b>".repeat(2000)</script>'

//# formatting elements that are misnested | ok
'<body><script>document.body.innerHTML = "<b><i><p>".repeat(100) + "</b></i>".repeat(100)</script>'

//# tables within tables | ok
'<body><script>document.body.innerHTML = "<table><tr><td>".repeat(500)</script>'

//# events that bubble far | ok
'<body><script>let e = document.body; for (let i = 0; i < 5000; i++) e = e.appendChild(document.createElement("div")); let n = 0; document.body.onclick = () => n++; e.click(); console.log(n)</script>'

//# querySelector far down | ok
'<body><script>let e = document.body; for (let i = 0; i < 5000; i++) e = e.appendChild(document.createElement("div")); document.querySelector("div div div span"); e.closest("section"); e.matches("div ".repeat(300) + "span")</script>'

//# a selector with brackets in brackets | SyntaxError|ok
'<body><script>document.querySelector(":not(".repeat(20000) + "a" + ")".repeat(20000))</script>'

//# a selector with :is in :is | SyntaxError|ok
'<body><script>document.querySelector(":is(".repeat(20000) + "a" + ")".repeat(20000))</script>'

//# a selector with :has in :not | SyntaxError|ok
'<body><script>document.querySelector(":not(:has(".repeat(5000) + "a" + "))".repeat(5000))</script>'

//# a long selector | SyntaxError|ok
'<body><script>document.querySelector("a > ".repeat(50000) + "b"); document.querySelector("a,".repeat(50000) + "b"); document.querySelector("a".repeat(100000)); document.querySelector(".a".repeat(50000))</script>'

//# selectors in parentheses of nothing known | SyntaxError
'<body><script>document.querySelector("(".repeat(100000))</script>'

//# a style with brackets in brackets | ok
'<body><script>document.body.style.cssText = "color: " + "(".repeat(100000); document.body.style.width = "calc(".repeat(50000)</script>'

//# many attributes | ok
'<div ' + Array.from({ length: 20000 }, (_, i) => 'a' + i + '=1').join(' ') + '>'

//# a long attribute, comment, doctype and text | ok
'<!doctype ' + 'x'.repeat(1e5) + '><!--' + '-'.repeat(1e5) + '--><p title="' + 'x'.repeat(1e6) + '">' + '&amp;'.repeat(1e5)

//# document.write within itself | ok|RangeError
'<body><script>let n = 0; function f() { if (n++ < 50) document.write("<script>f()</" + "script>") } f()</script>'

//# document.write within itself without an end | RangeError|deadline
'<body><script>function f() { document.write("<script>f()</" + "script>") } f()</script>'

//# an event's listener that clicks | ok|RangeError
'<body><script>document.body.onclick = () => document.body.click(); document.body.click()</script>'

//# an event's listener that dispatches | RangeError
'<body><script>document.body.addEventListener("x", () => document.body.dispatchEvent(new Event("x"))); document.body.dispatchEvent(new Event("x"))</script>'

//# scripts that insert scripts | ok
'<body><script>let n = 0; function f() { if (n++ < 300) { const s = document.createElement("script"); s.text = "f()"; document.body.append(s) } } f()</script>'

//# scripts that insert scripts without an end | RangeError|deadline
'<body><script>function f() { const s = document.createElement("script"); s.text = "f()"; document.head.append(s) } f()</script>'

//# an attribute's handler that sets it | ok
'<body onclick="this.setAttribute(`onclick`, this.getAttribute(`onclick`))"><script>for (let i = 0; i < 1000; i++) document.body.click()</script>'

//# a handler in an attribute that is nested too deeply | SyntaxError|ok
'<body onclick="' + '('.repeat(100000) + '"><script>document.body.click()</script>'

//# forms and labels within each other | ok
'<body><script>document.body.innerHTML = "<form><fieldset><label>".repeat(1000); document.querySelectorAll("label").length</script>'

//# templates within templates | ok
'<body><script>document.body.innerHTML = "<template>".repeat(1000); document.body.cloneNode(true)</script>'

//# svg and math | ok
'<body><script>document.body.innerHTML = "<svg><foreignObject><math><mi>".repeat(300)</script>'

//# a tree that is dropped | ok
'<body><script>for (let n = 0; n < 5; n++) { let e = document.createElement("div"); for (let i = 0; i < 10000; i++) e = e.appendChild(document.createElement("div")) }</script>'

//# requestAnimationFrame without an end | deadline
'<body><script>(function f() { requestAnimationFrame(f) })()</script>'
