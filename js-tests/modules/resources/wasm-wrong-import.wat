(module
  (import "./wasm-imported.mjs" "double" (memory 1)))
