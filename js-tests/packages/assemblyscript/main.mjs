// A hash function in AssemblyScript.
import { digest } from "./node_modules/@chainsafe/as-sha256/lib/index.js";

const hex = bytes => [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");
const expected = async bytes => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
for (const length of [0, 1, 64, 1000]) {
  const bytes = Uint8Array.from({ length }, (_, index) => index * 7);
  const hash = hex(digest(bytes));
  console.log(length, hash === (await expected(bytes)));
}
console.log(hex(digest(new TextEncoder().encode("abc"))));
