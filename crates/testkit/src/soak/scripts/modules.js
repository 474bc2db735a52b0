// Twice as large as what is hashed without being asked.
const large = () => wat(`(module (memory 4) (data (i32.const 0) "${"x".repeat(130_000)}") (func (export "f")))`);

async function soak(count) {
    const small = wat(SERVED_MODULE), big = large();
    await repeat(count / 3, 16, async () => {
        new WebAssembly.Module(small);
        await WebAssembly.compile(small);
        new WebAssembly.Module(big);
    });
    return "";
}
