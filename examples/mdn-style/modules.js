import { load } from "./load.js";

console.log("module", document.querySelector("#primes") !== null, document.currentScript);
const { exports } = await load("primes.wasm");
const numbers = [...Array(20).keys()].filter((n) => exports.isPrime(n));
document.querySelector("#primes").append(numbers.join(", "));
