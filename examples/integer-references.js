// References to integers of 31 bits beside other values. Structures and arrays there are not.
const { instance } = await WebAssembly.instantiateStreaming(fetch("integer-references.wasm"));
const { set, sum } = instance.exports;

[20, "twenty-one", -1, { number: 3 }].forEach((element, index) => set(index, element));
console.log(sum());
set(1, 21);
console.log(sum());
