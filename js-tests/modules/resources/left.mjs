import { list } from "./leaf.mjs";
list.push("left");
export const value = 1;
