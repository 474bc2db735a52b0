// WebAssembly code that works on strings of JavaScript: no glue code, no copies into linear memory.
const options = { builtins: ["js-string"], importedStringConstants: "strings" };

const { instance } = await WebAssembly.instantiateStreaming(fetch("js-string-builtins.wasm"), {}, options);

console.log(instance.exports.reverseWords("strings with works WebAssembly"));
