// A scanner of modules in C, without a library, its module inline.
import { init, parse } from "./node_modules/es-module-lexer/dist/lexer.js";

await init;
const source = 'import { a as b } from "./ä.js"; export const c = 1; const d = import("./e.js"); import.meta.url';
const [imports, exports, isFacade] = parse(source);
for (const { type, specifier, start, end } of imports) console.log(type, specifier, source.slice(start, end));
console.log(exports.map(({ name }) => name).join(), isFacade);
try {
  parse("import {");
} catch ({ name, idx }) {
  console.log(name, idx);
}
