// In the place of /common/sab.js, which gets at the constructor of shared buffers through a shared
// WebAssembly memory. The global one is there for everyone here.
const createBuffer = (type, length, options) => {
  switch (type) {
    case "ArrayBuffer": return new ArrayBuffer(length, options);
    case "SharedArrayBuffer": return new SharedArrayBuffer(length, options);
    default: throw new Error(`there is no buffer called ${type}`);
  }
};
