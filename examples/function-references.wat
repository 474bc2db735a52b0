;; A list of operations, called by typed references: the engine has none, they are lowered.
(module
  (type $operation (func (param f64) (result f64)))
  (table $operations (export "operations") 3 8 (ref null $operation))
  (func $double (type $operation) (f64.mul (local.get 0) (f64.const 2)))
  (func $square (type $operation) (f64.mul (local.get 0) (local.get 0)))
  (elem (table $operations) (i32.const 0) (ref null $operation)
    (ref.func $double) (ref.null $operation) (ref.func $square))
  ;; Applies all operations in the table, one after the other; empty places are passed over.
  (func (export "apply") (param $value f64) (result f64)
    (local $index i32)
    (loop $next
      (block $empty
        (local.set $value
          (call_ref $operation
            (local.get $value)
            (br_on_null $empty (table.get $operations (local.get $index))))))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $index) (table.size $operations))))
    (local.get $value)))
