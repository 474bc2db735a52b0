;; Joins the words of a text in reverse order, with nothing but builtins of "js-string".
(module
  (func $length (import "wasm:js-string" "length") (param externref) (result i32))
  (func $charCodeAt (import "wasm:js-string" "charCodeAt") (param externref i32) (result i32))
  (func $substring (import "wasm:js-string" "substring") (param externref i32 i32) (result (ref extern)))
  (func $concat (import "wasm:js-string" "concat") (param externref externref) (result (ref extern)))
  (global $empty (import "strings" "") (ref extern))
  (global $space (import "strings" " ") (ref extern))
  (func (export "reverseWords") (param $text externref) (result externref)
    (local $result (ref extern))
    (local $start i32)
    (local $end i32)
    (local.set $result (global.get $empty))
    (local.set $end (call $length (local.get $text)))
    (block $done
      (loop $word
        (br_if $done (i32.le_s (local.get $end) (i32.const 0)))
        (local.set $start (local.get $end))
        (block $found
          (loop $search
            (br_if $found (i32.eqz (local.get $start)))
            (br_if $found
              (i32.eq
                (call $charCodeAt (local.get $text) (i32.sub (local.get $start) (i32.const 1)))
                (i32.const 32)))
            (local.set $start (i32.sub (local.get $start) (i32.const 1)))
            (br $search)))
        (if (call $length (local.get $result))
          (then (local.set $result (call $concat (local.get $result) (global.get $space)))))
        (local.set $result
          (call $concat
            (local.get $result)
            (call $substring (local.get $text) (local.get $start) (local.get $end))))
        (local.set $end (i32.sub (local.get $start) (i32.const 1)))
        (br $word)))
    (local.get $result)))
