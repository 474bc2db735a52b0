async function soak(count) {
    const bytes = wat(SERVED_MODULE);
    const module = new WebAssembly.Module(bytes);
    const url = URL.createObjectURL(new Blob([`
        onmessage = ({ data: { module, bytes, i } }) => {
            const { exports } = new WebAssembly.Instance(module, { m: { f: () => i } });
            new Uint8Array(exports.memory.buffer)[70000] = 1;
            postMessage({ result: exports.run(), bytes }, [bytes.buffer]);
            if (i % 2) close();
        };`]));
    await repeat(count, 8, async i => {
        const worker = new Worker(url);
        const { result } = await new Promise((resolve, reject) => {
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = ({ message }) => reject(new Error(message));
            const copy = bytes.slice();
            worker.postMessage({ module, bytes: copy, i }, [copy.buffer]);
        });
        if (result !== i) throw new Error("wrong");
        if (i % 2 === 0) worker.terminate();
    });
    return "";
}
