async function soak(count) {
    const objects = new Array(count + 1).fill(null);
    const make = i => objects[i] = {};
    for (let i = count; i > 0; i--) make(i);
    progress(count);
    return "";
}
