// Counts primes in four workers at once, with one module of WebAssembly that is compiled once.
//
//     taipan examples/worker.js

const module = await WebAssembly.compileStreaming(fetch('primes.wasm'));

const source = `
  onmessage = ({ data: { module, from, to } }) => {
    const { count } = new WebAssembly.Instance(module).exports;
    postMessage(count(from, to));
  };
`;
const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));

const ask = (from, to) => new Promise((resolve, reject) => {
  const worker = new Worker(url);
  worker.onmessage = ({ data }) => {
    worker.terminate();
    resolve(data);
  };
  worker.onerror = reject;
  worker.postMessage({ module, from, to });
});

const step = 5000;
const counts = await Promise.all([0, 1, 2, 3].map(i => ask(i * step, (i + 1) * step)));
console.log(`${counts.join(' + ')} = ${counts.reduce((a, b) => a + b)} primes below ${4 * step}`);
