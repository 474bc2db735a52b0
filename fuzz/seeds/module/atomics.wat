(module (memory (export "m") 1) (func (export "f") (result i32) (i32.atomic.rmw.add (i32.const 8) (i32.const 1))))
