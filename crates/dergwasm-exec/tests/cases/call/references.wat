;; A reference is called like an element of a table; the caller's references are found by slot.
(module
  (type $f (func (param i32) (result i32)))
  (type $s (struct (field i32)))
  (func $call (param $f (ref null $f)) (param $s (ref $s)) (result i32)
    (call_ref $f (struct.get $s 0 (local.get $s)) (local.get $f)))
  (func $tail (param $f (ref $f)) (result i32)
    (return_call_ref $f (i32.const 5) (local.get $f)))
  (func $null (result i32)
    (call_ref $f (i32.const 1) (ref.null $f))))
