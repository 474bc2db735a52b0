(module
  (import "host" "JSTag" (tag $js (param externref)))
  (import "host" "attempt" (func $attempt (param i32)))
  ;; An exception with a number, which JavaScript can throw and catch as well.
  (tag $failed (export "failed") (param i32))

  ;; 0 if the attempt succeeds, its number if it fails, -1 if it throws anything else.
  (func (export "run") (param $number i32) (result i32)
    (block $failure (result i32)
      (block $error (result externref)
        (try_table (catch $failed $failure) (catch $js $error)
          (call $attempt (local.get $number)))
        (return (i32.const 0)))
      (drop)
      (i32.const -1)))

  (func (export "fail") (param $number i32)
    (throw $failed (local.get $number))))
