// WebAssembly code waits for promises, and knows nothing of them.
const texts = ["one", "three", "seven"];

const { instance } = await WebAssembly.instantiateStreaming(fetch("promise-integration.wasm"), {
  host: {
    size: new WebAssembly.Suspending(async (index) => {
      const response = await fetch(`data:,${texts[index]}`);
      return (await response.text()).length;
    }),
  },
});

const total = WebAssembly.promising(instance.exports.total);
const both = await Promise.all([total(3), total(2)]);
console.log(both.join(" "));
