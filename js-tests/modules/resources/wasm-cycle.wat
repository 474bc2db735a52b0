(module
  (import "./wasm-cycle.mjs" "hoisted" (func $hoisted (result i32)))
  (func (export "call") (result i32) (call $hoisted)))
