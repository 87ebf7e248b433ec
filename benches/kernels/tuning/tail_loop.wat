;; Tail calls as loops: Euclid's algorithm, and a walk between two functions that take turns.
;; run(140000) = -7456754596121081888
;; run(300) = -4614178659917403727
(module
  (func $divisor (param $a i64) (param $b i64) (param $steps i64) (result i64)
    (if (i64.eqz (local.get $b))
      (then (return (i64.add (local.get $a) (local.get $steps)))))
    (return_call $divisor
      (local.get $b)
      (i64.rem_u (local.get $a) (local.get $b))
      (i64.add (local.get $steps) (i64.const 1))))

  (func $rise (param $x i32) (param $left i32) (result i32)
    (if (i32.eqz (local.get $left)) (then (return (local.get $x))))
    (return_call $fall
      (i32.add (i32.mul (local.get $x) (i32.const 3)) (i32.const 1))
      (i32.sub (local.get $left) (i32.const 1))))

  (func $fall (param $x i32) (param $left i32) (result i32)
    (if (i32.eqz (local.get $left)) (then (return (local.get $x))))
    (if (i32.and (local.get $x) (i32.const 1))
      (then (return_call $rise (local.get $x) (i32.sub (local.get $left) (i32.const 1)))))
    (return_call $fall
      (i32.shr_u (local.get $x) (i32.const 1))
      (i32.sub (local.get $left) (i32.const 1))))

  (func (export "run") (param $n i32) (result i64)
    (local $sum i64) (local $x i64)
    (local.set $x (i64.const 1442695040888963407))
    (loop $next
      (local.set $x
        (i64.add
          (i64.mul (local.get $x) (i64.const 6364136223846793005))
          (i64.const 1442695040888963407)))
      (local.set $sum
        (i64.add
          (i64.rotl (local.get $sum) (i64.const 9))
          (call $divisor
            (i64.shr_u (local.get $x) (i64.const 20))
            (i64.or (i64.and (local.get $x) (i64.const 0xffffffff)) (i64.const 1))
            (i64.const 0))))
      (local.set $sum
        (i64.xor (local.get $sum)
          (i64.extend_i32_u (call $rise (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 40))) (i32.const 40)))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))
