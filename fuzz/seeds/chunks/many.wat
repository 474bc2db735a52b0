(module (memory 1) (memory $b i64 1) (global i32 (i32.add (i32.const 1) (i32.const 2))) (func (export "f") (result i64) (i64.load $b (i64.const 0))))
