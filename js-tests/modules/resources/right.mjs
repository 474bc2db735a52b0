import { list } from "./leaf.mjs";
list.push("right");
export const value = 2;
export default 3;
