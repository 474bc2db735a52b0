async function soak(count) {
    const finalized = new Finalized();
    let fired = 0;
    await repeat(count / 100, 1, async round => {
        const ids = [];
        for (let i = 0; i < 100; i++) {
            const callback = () => { fired++; };
            finalized.watch("callback", callback);
            ids.push(setTimeout(callback, i % 2 ? 3_600_000 : i % 5));
        }
        ids.filter((_, i) => i % 2).forEach(clearTimeout);
        progress((round + 1) * 100);
    });
    while (fired < count / 2) await turn();
    return finalized.missing(200);
}
