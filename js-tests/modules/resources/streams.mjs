const { instance } = await WebAssembly.instantiateStreaming(fetch(import.meta.url.replace(/modules.*$/, "resources/answer.wasm")));
export const answer = instance.exports.answer();
