(module
  (import "log" "number" (func $number (param f64)))
  (import "log" "text" (func $text (param externref)))
  (import "state" "count" (global $count (mut i32)))
  (import "state" "functions" (table $functions 2 funcref))
  (func (export "run") (param $text externref)
    (call $number (f64.convert_i32_s (global.get $count)))
    (call $text (local.get $text))
    (call_indirect (param i32) (i32.const 7) (i32.const 1))))
