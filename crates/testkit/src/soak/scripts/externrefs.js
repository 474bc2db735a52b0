async function soak(count) {
    const module = new WebAssembly.Module(wat(`(module (func (export "take") (param externref)))`));
    const { take } = new WebAssembly.Instance(module).exports;
    const at_once = 10_000;
    await repeat(count / at_once, 1, round => {
        for (let i = 0; i < at_once; i++) take({ i });
        progress((round + 1) * at_once);
    });
    progress(count);
    return "";
}
