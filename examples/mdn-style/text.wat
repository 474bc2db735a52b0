;; Two memories with a text in each.
(module
  (import "page" "show" (func $show (param i32 i32 i32)))
  (memory $first (export "first") 1)
  (memory $second (export "second") 1)
  (data (memory $first) (i32.const 0) "kept in the first memory")
  (data (memory $second) (i32.const 16) "kept in the second one")
  (func (export "showAll")
    (call $show (i32.const 0) (i32.const 0) (i32.const 24))
    (call $show (i32.const 1) (i32.const 16) (i32.const 22))))
