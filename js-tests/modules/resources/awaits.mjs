import "./awaits-first.mjs";
import "./awaits-sibling.mjs";
globalThis.moduleOrder.push("after");
