(module
  (memory $text 1)
  (memory $copied (export "copied") 1)
  (memory $large i64 1)
  (memory (export "bytes") 3 (pagesize 1))
  (data $hello "from one to the other")
  (data (memory $large) (i64.const 8) "\2a\00\00\00")
  (table (export "table") 1 externref)
  (global (export "constant") i32 (i32.add (i32.mul (i32.const 6) (i32.const 7)) (i32.const 0)))

  (func (export "dot") (param f32 f32 f32 f32) (result f32)
    (local $v v128)
    (local.set $v (f32x4.splat (local.get 0)))
    (local.set $v (f32x4.replace_lane 1 (local.get $v) (local.get 1)))
    (local.set $v (f32x4.replace_lane 2 (local.get $v) (local.get 2)))
    (local.set $v (f32x4.replace_lane 3 (local.get $v) (local.get 3)))
    (local.set $v (f32x4.mul (local.get $v) (local.get $v)))
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $v)) (f32x4.extract_lane 1 (local.get $v)))
      (f32.add (f32x4.extract_lane 2 (local.get $v)) (f32x4.extract_lane 3 (local.get $v)))))

  (func (export "multiplyAdd") (param f64 f64 f64) (result f64)
    (f64x2.extract_lane 0
      (f64x2.relaxed_madd
        (f64x2.splat (local.get 0)) (f64x2.splat (local.get 1)) (f64x2.splat (local.get 2)))))

  (func $isEven (export "isEven") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 1))
      (else (return_call $isOdd (i32.sub (local.get 0) (i32.const 1))))))
  (func $isOdd (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 0))
      (else (return_call $isEven (i32.sub (local.get 0) (i32.const 1))))))

  (func (export "divide") (param i32 i32) (result i32 i32)
    (i32.div_u (local.get 0) (local.get 1))
    (i32.rem_u (local.get 0) (local.get 1)))

  (func (export "multiplyWide") (param i64 i64) (result i64 i64)
    (i64.mul_wide_u (local.get 0) (local.get 1)))

  (func (export "copy") (result i32)
    (memory.init $text $hello (i32.const 100) (i32.const 0) (i32.const 21))
    (memory.copy $copied $text (i32.const 0) (i32.const 100) (i32.const 21))
    (i32.const 21))

  (func (export "load64") (param i64) (result i32) (i32.load $large (local.get 0)))
  (func (export "identity") (param externref) (result externref) (local.get 0))
  (func (export "truncate") (param f64) (result i32) (i32.trunc_sat_f64_s (local.get 0)))
  (func (export "extend") (param i32) (result i32) (i32.extend8_s (local.get 0))))
