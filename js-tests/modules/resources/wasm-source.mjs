import source module from "./wasm-exports.wasm";
import same from "./wasm-exports.wasm" with { phase: "source" };
export { module, same };
