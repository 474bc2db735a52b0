// A WebAssembly module is imported like any other, imports JavaScript itself, and its mutable
// globals are live bindings. In the source phase it is compiled only.
import { add, count } from "./wasm-modules.wasm";
import source module from "./wasm-modules.wasm";

add(40);
add(2);
console.log(count);
console.log(WebAssembly.Module.exports(module).map(({ name }) => name).join());
