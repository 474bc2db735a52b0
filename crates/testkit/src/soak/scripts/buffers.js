async function soak(count) {
    await repeat(count, 64, async i => {
        touch(new ArrayBuffer(1 << 20));
        const box = { text: "x".repeat(i % 4 === 0 ? 1 << 20 : 1), self: null };
        box.self = box;
        if (i % 4 === 1) new ArrayBuffer(1 << 20).slice(1);
        if (i % 4 === 2) new Blob([new Uint8Array(1 << 20)]);
        if (i % 4 === 3) structuredClone(new Uint8Array(1 << 20));
    });
    return "";
}
