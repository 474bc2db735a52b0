;; Greets by the JS String Builtins.
(module
  (global $hello (import "strings" "Hello, ") externref)
  (func $concat (import "wasm:js-string" "concat") (param externref externref) (result (ref extern)))
  (func $length (import "wasm:js-string" "length") (param externref) (result i32))
  (func (export "greet") (param $name externref) (result externref)
    (call $concat (global.get $hello) (local.get $name)))
  (func (export "length") (param externref) (result i32)
    (call $length (local.get 0))))
