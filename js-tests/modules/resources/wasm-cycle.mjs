import { call } from "./wasm-cycle.wasm";
export function hoisted() {
  return 24;
}
export const result = call();
