// A formatter of Go, by TinyGo: strings in and out, an error.
import init, { format } from "./node_modules/@wasm-fmt/gofmt/gofmt_web.js";

await init();
console.log(format('package main\nimport "fmt"\nfunc  main( ){\nfmt.Println( "grüße" )}'));
try {
  format("package");
} catch (error) {
  console.log("refused:", error instanceof Error || typeof error);
}
