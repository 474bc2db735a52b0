(module
  (memory (export "memory") 1)
  (data (i32.const 1024) "some text that is long enough to be sent in more than a few pieces")
  (func (export "answer") (result i32)
    (i32.const 42))
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1))))
