async function soak(count) {
    const kinds = [
        () => {},
        response => response.clone(),
        response => response.body,
        async response => { await response.body.getReader().read(); },
        response => { response.body.tee(); },
    ];
    await repeat(count, 8, async i => {
        const response = await fetch("/body");
        if (response.status !== 200) throw new Error(`status ${response.status}`);
        await kinds[i % kinds.length](response);
    });
    return "";
}
