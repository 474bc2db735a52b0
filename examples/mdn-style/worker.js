self.onmessage = async ({ data: { module, limit } }) => {
  console.log("the worker has", WebAssembly.Module.exports(module)[0].name);
  const { isPrime } = (await WebAssembly.instantiate(module)).exports;
  const primes = [];
  for (let n = 0; n < limit; n++) if (isPrime(n)) primes.push(n);
  postMessage(primes.join(" "));
};
