// A library of regular expressions in C++, by Emscripten; its glue is a script that looks for a loader of modules.
const folder = new URL("./node_modules/vscode-oniguruma/release/", import.meta.url);
(0, eval)(await (await fetch(new URL("main.js", folder))).text());
const { loadWASM, OnigScanner, OnigString } = globalThis.onig;

await loadWASM({ data: await fetch(new URL("onig.wasm", folder)) });
const scanner = new OnigScanner(["(?<word>\\p{L}+)", "\\d+"]);
const text = new OnigString("one 22 drei€ vierß");
for (let at = 0, match; (match = scanner.findNextMatchSync(text, at)); at = match.captureIndices[0].end) {
  const [{ start, end }] = match.captureIndices;
  console.log(match.index, text.content.slice(start, end));
}
try {
  new OnigScanner(["("]);
} catch ({ message }) {
  console.log("refused:", message);
}
scanner.dispose();
text.dispose();
