// Typed function references: a table that takes functions of one type only.
const { instance } = await WebAssembly.instantiateStreaming(fetch("function-references.wasm"));
const { apply, operations } = instance.exports;

console.log(apply(5));
operations.set(1, operations.get(0));
console.log(apply(5));
try {
  operations.set(2, apply.bind(null));
} catch (error) {
  console.log(error.name);
}
