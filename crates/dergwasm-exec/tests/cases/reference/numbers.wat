;; An i31 is a number with a mark; equality compares words, and conversions do nothing.
(module
  (func $there_and_back (param i32) (result i32)
    (i31.get_s (ref.i31 (local.get 0))))
  (func $unsigned (param i31ref) (result i32)
    (i31.get_u (local.get 0)))
  (func $same (param eqref eqref) (result i32)
    (if (result i32) (ref.eq (local.get 0) (local.get 1))
      (then (i32.const 7))
      (else (i32.const 8))))
  (func $convert (param externref) (result externref)
    (extern.convert_any (any.convert_extern (local.get 0))))
  (func $not_null (param anyref) (result (ref any))
    (ref.as_non_null (local.get 0))))
