import { middle } from "./cycle-b.mjs";
export const name = "a";
export function value() {
  return `a of ${middle()}`;
}
