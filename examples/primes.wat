(module
  (func (export "count") (param $from i32) (param $to i32) (result i32)
    (local $d i32) (local $composite i32) (local $n i32)
    (block $done
      (loop $numbers
        (br_if $done (i32.ge_u (local.get $from) (local.get $to)))
        (local.set $composite (i32.lt_u (local.get $from) (i32.const 2)))
        (local.set $d (i32.const 2))
        (if (i32.eqz (local.get $composite))
          (then
            (block $found
              (loop $divisors
                (br_if $found (i32.gt_u (i32.mul (local.get $d) (local.get $d)) (local.get $from)))
                (if (i32.eqz (i32.rem_u (local.get $from) (local.get $d)))
                  (then (local.set $composite (i32.const 1)) (br $found)))
                (local.set $d (i32.add (local.get $d) (i32.const 1)))
                (br $divisors)))))
        (local.set $n (i32.add (local.get $n) (i32.eqz (local.get $composite))))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (br $numbers)))
    (local.get $n)))
