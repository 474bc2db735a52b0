;; A table of operations, and a function that calls one of them by its index.
(module
  (type $binary (func (param i32 i32) (result i32)))
  (table (export "operations") 3 8 funcref)
  (elem (i32.const 0) $add $subtract $multiply)
  (func $add (type $binary) (i32.add (local.get 0) (local.get 1)))
  (func $subtract (type $binary) (i32.sub (local.get 0) (local.get 1)))
  (func $multiply (type $binary) (i32.mul (local.get 0) (local.get 1)))
  (func (export "calculate") (param $operation i32) (param i32 i32) (result i32)
    (call_indirect (type $binary) (local.get 1) (local.get 2) (local.get $operation))))
