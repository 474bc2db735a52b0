export { count, increment } from "./wasm-exports.wasm";
