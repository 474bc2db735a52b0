// A formatter of Python, by wasm-bindgen: an object of options, an error.
import init, { format } from "./node_modules/@wasm-fmt/ruff_fmt/ruff_fmt_web.js";

await init();
const source = "def twice(x ) :\n  return {'result':x*2}\n";
console.log(format(source, "twice.py", { indent_style: "space", indent_width: 2 }));
try {
  format("def (", "broken.py");
} catch (error) {
  console.log("refused:", String(error).length > 0);
}
