// The buffer of a memory is the linear memory itself: both sides see what the other writes. When it grows there is a new
// buffer, or the same one has grown, if that was asked for.
const memory = new WebAssembly.Memory({ initial: 1, maximum: 3 });
const { instance } = await WebAssembly.instantiateStreaming(fetch("memory.wasm"), { host: { memory } });
const { sum, grow } = instance.exports;

const fixed = memory.buffer;
new Uint32Array(fixed, 0, 4).set([10, 20, 30, 40]);
console.log(sum(0, 4));

grow(1);
console.log(fixed.byteLength, memory.buffer.byteLength);

const numbers = new Uint32Array(memory.toResizableBuffer());
const before = numbers.length;
grow(1);
numbers[numbers.length - 1] = 7;
console.log(numbers.length - before, sum(3 * 65536 - 4, 1));
