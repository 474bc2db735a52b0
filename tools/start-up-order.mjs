// A little of much, for tools/start-up-order.
class Counter {
  #count = 0;
  get next() {
    return ++this.#count;
  }
  static squares = [1, 2, 3].map((value) => value ** 2);
}
async function* numbers() {
  yield 1;
  yield 2;
}
for await (const number of numbers()) console.log(number, new Counter().next, Counter.squares);
const { first, ...rest } = { first: 1, second: [2, { third: 3 }] };
console.log(`${JSON.stringify(rest)}`, new Map([[first, rest]]), new Uint8Array(4), /a(b)/.exec("ab"));
try {
  null.property;
} catch (error) {
  console.error(error.message);
}
console.log(new TextDecoder().decode(new TextEncoder().encode("é")), new URL("http://a/b?c=1").searchParams.get("c"));
const response = new Response("text");
console.log((await response.arrayBuffer()).byteLength);
setTimeout(() => console.log("later"), 1);
await new Promise((resolve) => setTimeout(resolve, 2));
