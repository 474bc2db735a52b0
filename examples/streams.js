// Lines out of bytes that are compressed, decompressed and decoded on the way.
const lines = () => {
  let rest = "";
  return new TransformStream({
    transform(text, controller) {
      const parts = (rest + text).split("\n");
      rest = parts.pop();
      parts.forEach((line) => controller.enqueue(line));
    },
    flush: (controller) => controller.enqueue(rest),
  });
};

const stream = new Blob(["one\ntwo\nthree"]).stream()
  .pipeThrough(new CompressionStream("gzip"))
  .pipeThrough(new DecompressionStream("gzip"))
  .pipeThrough(new TextDecoderStream())
  .pipeThrough(lines());
for await (const line of stream) console.log(line);
