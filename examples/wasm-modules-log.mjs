export const log = (number) => console.log("WebAssembly says", number);
