import { f } from "./wasm-cycle-early.wasm";
export const late = 42;
export { f };
