(module
  (import "my_namespace" "imported_func" (func $log (param i32)))
  (func (export "exported_func")
    (call $log (i32.const 42))))
