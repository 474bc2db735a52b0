(module
  (import "./wasm-imported.mjs" "nowhere" (func)))
