(module (func (export "f") (param i32) (result i32) (block $a (loop $b (br_table $a $b (local.get 0)))) (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2)))))
