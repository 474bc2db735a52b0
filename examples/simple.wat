(module
  (import "my_namespace" "imported_func" (func (param i32)))
  (func (export "exported_func")
    i32.const 42
    call 0))
