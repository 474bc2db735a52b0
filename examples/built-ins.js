// Built-in functions of JavaScript that the engine lacks.
const bytes = Uint8Array.fromBase64("aGVsbG8");
console.log(bytes.toHex(), bytes.toBase64({ alphabet: "base64url", omitPadding: true }));

const target = new Uint8Array(4);
const { read, written } = target.setFromHex("0102030405");
console.log(read, written, target.join());

async function* count() {
  for (let number = 1; number <= 3; number++) yield number;
}
console.log(await Array.fromAsync(count(), async (number) => number * number));

const buffer = bytes.buffer.transfer(8);
console.log(bytes.buffer.detached, buffer.byteLength, new TextDecoder().decode(buffer).slice(0, 5));
