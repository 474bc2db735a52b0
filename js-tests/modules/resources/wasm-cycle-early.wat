(module
  (import "./wasm-cycle-early.mjs" "late" (global i32))
  (func (export "f")))
