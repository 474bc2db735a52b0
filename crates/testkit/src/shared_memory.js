// Before tests of other things than WebAssembly that get at a shared buffer by making a shared
// memory: what they test is what becomes of the buffer, and a plain one of the kind will do.
WebAssembly.Memory = class extends WebAssembly.Memory {
  constructor(descriptor) {
    if (!descriptor?.shared) {
      super(descriptor);
      return;
    }
    const page = 65536;
    return { buffer: new SharedArrayBuffer(descriptor.initial * page) };
  }
};
