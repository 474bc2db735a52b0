;; Counts in a global that the page has made.
(module
  (import "page" "count" (global $count (mut i32)))
  (func (export "increment")
    (global.set $count (i32.add (global.get $count) (i32.const 1))))
  (func (export "read") (result i32) (global.get $count)))
