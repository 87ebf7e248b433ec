;; Arguments are evaluated where the callee expects them.
(module
  (type $t (func (param i32 i64) (result i64)))
  (import "env" "host" (func $host (param i32)))
  (table 4 funcref)
  (func $fib (param i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else (i32.add
        (call $fib (i32.sub (local.get 0) (i32.const 1)))
        (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func (param i32) (result i64)
    (call $host (i32.const 1))
    (call_indirect (type $t) (local.get 0) (i64.const 2) (i32.const 3)))
  (func $loop (param i32 i32) (result i32)
    (if (local.get 0)
      (then (return_call $loop (i32.sub (local.get 0) (i32.const 1)) (local.get 0))))
    (local.get 1)))
