// Atomic instructions on a memory that is not shared. Modules with shared memories are refused.
const { instance } = await WebAssembly.instantiateStreaming(fetch("atomics.wasm"));
const { next, tryLock, unlock, memory } = instance.exports;

console.log(next(), next(), next());
console.log(tryLock(), tryLock(), unlock(), tryLock());
console.log(new Int32Array(memory.buffer)[0]);
