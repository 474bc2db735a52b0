;; A list whose elements are whatever JavaScript hands over; integers among them are told apart.
(module
  (table $elements 4 anyref)
  (func (export "set") (param $index i32) (param $element anyref)
    (table.set $elements (local.get $index) (local.get $element)))
  (func (export "sum") (result i32)
    (local $index i32) (local $sum i32)
    (loop $next
      (block $other (result anyref)
        (local.set $sum
          (i32.add
            (i31.get_s
              (br_on_cast_fail $other anyref (ref i31)
                (table.get $elements (local.get $index))))
            (local.get $sum)))
        (ref.null any))
      (drop)
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $index) (i32.const 4))))
    (local.get $sum)))
