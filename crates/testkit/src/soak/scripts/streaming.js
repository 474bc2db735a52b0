async function soak(count) {
    const finalized = new Finalized();
    await repeat(count, 8, async i => {
        let instance;
        const f = () => instance.exports.memory.buffer.byteLength + i;
        ({ instance } = await WebAssembly.instantiateStreaming(fetch("/module.wasm"), { m: { f } }));
        if (instance.exports.run() !== 131072 + i) throw new Error("wrong");
        finalized.watch("closure", f);
        finalized.watch("instance", instance);
    });
    return finalized.missing();
}
