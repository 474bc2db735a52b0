;; What it exports does not come to an end, whatever the argument.
(module
  (func (export "f") (param i32) (result i32)
    (loop (loop (br_table 1 0 (local.get 0))))
    (local.get 0)))
