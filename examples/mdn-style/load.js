export async function load(url, imports = {}) {
  const { instance } = await WebAssembly.instantiateStreaming(fetch(new URL(url, import.meta.url)), imports);
  return instance;
}
