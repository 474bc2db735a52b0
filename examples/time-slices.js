// A timer goes on while WebAssembly code computes: run with --time-slice=5ms. Without it the computation goes first.
const { instance } = await WebAssembly.instantiateStreaming(fetch("primes.wasm"));
const count = WebAssembly.promising(instance.exports.count);

let ticks = 0;
const timer = setInterval(() => ticks++, 1);
const primes = await count(0, 400_000);
clearInterval(timer);
console.log(`${primes} primes, ${ticks > 0 ? "and the timer went on" : "and the timer had to wait"}`);
