import { name } from "./cycle-a.mjs";
export function middle() {
  return `b of ${name}`;
}
