(module (func (export "wasm-js:reserved")))
