// A formatter of Zig.
import init, { format } from "./node_modules/@wasm-fmt/zig_fmt/zig_fmt.js";

await init();
console.log(format("const  x:u8=1;\npub fn main()void{_=x;}"));
