;; Tail calls: two functions hand over to each other for as long as it takes, in one frame.
;;
;;   dergwasm run --invoke is_even examples/tail_call.wat 10000001     0, ten million calls later

(module $tail_call
  (func $is_even (export "is_even") (param $n i64) (result i32)
    (if (i64.eqz (local.get $n))
      (then (return (i32.const 1))))
    (return_call $is_odd (i64.sub (local.get $n) (i64.const 1))))

  (func $is_odd (export "is_odd") (param $n i64) (result i32)
    (if (i64.eqz (local.get $n))
      (then (return (i32.const 0))))
    (return_call $is_even (i64.sub (local.get $n) (i64.const 1)))))
