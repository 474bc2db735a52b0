;; Code that was written for threads, on a memory that is not shared.
(module
  (memory (export "memory") 1)
  (func (export "next") (result i32)
    (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
  ;; Takes the lock at address 4; 0 if somebody has it.
  (func (export "tryLock") (result i32)
    (i32.eqz (i32.atomic.rmw.cmpxchg (i32.const 4) (i32.const 0) (i32.const 1))))
  (func (export "unlock") (result i32)
    (i32.atomic.store (i32.const 4) (i32.const 0))
    (memory.atomic.notify (i32.const 4) (i32.const 1))))
