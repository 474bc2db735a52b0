// What has come to WebAssembly since its first version, in one module.
const { instance } = await WebAssembly.instantiateStreaming(fetch("proposals.wasm"));
const { exports } = instance;

console.log("SIMD:", exports.dot(1, 2, 3, 4));
console.log("relaxed SIMD:", exports.multiplyAdd(2, 3, 4));
console.log("tail calls:", exports.isEven(1_000_000));
console.log("several values:", exports.divide(17, 5));
console.log("wide arithmetic:", exports.multiplyWide(-1n, -1n).map((half) => BigInt.asUintN(64, half).toString(16)));
console.log("several memories, copied in bulk:", new TextDecoder().decode(new Uint8Array(exports.copied.buffer, 0, exports.copy())));
console.log("a memory with 64-bit addresses:", exports.load64(8n));
console.log("a page of one byte:", exports.bytes.buffer.byteLength);
console.log("references of the host:", exports.identity(exports) === exports, exports.table.get(0));
console.log("extended constants:", exports.constant.value);
console.log("saturating conversion, sign extension:", exports.truncate(1e20), exports.extend(255));
