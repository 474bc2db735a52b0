(module (import "wasm:js-string" "length" (func $l (param externref) (result i32))) (func (export "f") (param externref) (result i32) (call $l (local.get 0))))
