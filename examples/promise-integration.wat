(module
  ;; To WebAssembly this is an ordinary function that returns a number.
  (import "host" "size" (func $size (param i32) (result i32)))

  (func (export "total") (param $count i32) (result i32)
    (local $total i32)
    (loop $next
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (local.set $total (i32.add (local.get $total) (call $size (local.get $count))))
      (br_if $next (local.get $count)))
    (local.get $total)))
