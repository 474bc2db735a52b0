(module
  (import "m" "f" (func $f (result i32)))
  (memory (export "memory") 2)
  (table (export "table") 4 funcref)
  (elem (i32.const 0) $run)
  (data (i32.const 16) "a module that comes by HTTP")
  (func $run (export "run") (result i32)
    (i32.store (i32.const 65536) (call $f))
    (i32.load (i32.const 65536))))
