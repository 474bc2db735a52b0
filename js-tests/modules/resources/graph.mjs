import * as left from "./left.mjs";
import three, { value } from "./right.mjs";
import { list } from "./leaf.mjs";
list.push("graph");
export const total = left.value + value + three;
export { list };
