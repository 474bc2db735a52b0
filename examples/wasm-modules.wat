(module
  (import "./wasm-modules-log.mjs" "log" (func $log (param i32)))
  (global $count (export "count") (mut i32) (i32.const 0))
  (func (export "add") (param i32)
    (global.set $count (i32.add (global.get $count) (local.get 0)))
    (call $log (global.get $count))))
