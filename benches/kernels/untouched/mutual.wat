;; Calls of functions that call one another, thousands deep: Hofstadter's female and male sequences,
;; Takeuchi's function and a chain of even and odd down from 4000.
;; run(80) = -629794354863292596
;; run(6) = 3713608785972298
(module
  (func $female (param $n i32) (result i32)
    (if (result i32) (i32.eqz (local.get $n))
      (then (i32.const 1))
      (else
        (i32.sub (local.get $n)
          (call $male (call $female (i32.sub (local.get $n) (i32.const 1))))))))

  (func $male (param $n i32) (result i32)
    (if (result i32) (i32.eqz (local.get $n))
      (then (i32.const 0))
      (else
        (i32.sub (local.get $n)
          (call $female (call $male (i32.sub (local.get $n) (i32.const 1))))))))

  (func $tak (param $x i32) (param $y i32) (param $z i32) (result i32)
    (if (i32.ge_s (local.get $y) (local.get $x)) (then (return (local.get $z))))
    (call $tak
      (call $tak (i32.sub (local.get $x) (i32.const 1)) (local.get $y) (local.get $z))
      (call $tak (i32.sub (local.get $y) (i32.const 1)) (local.get $z) (local.get $x))
      (call $tak (i32.sub (local.get $z) (i32.const 1)) (local.get $x) (local.get $y))))

  (func $even (param $n i64) (param $steps i64) (result i64)
    (if (i64.eqz (local.get $n)) (then (return (local.get $steps))))
    (i64.add (i64.const 1)
      (call $odd (i64.sub (local.get $n) (i64.const 1)) (i64.add (local.get $steps) (local.get $n)))))

  (func $odd (param $n i64) (param $steps i64) (result i64)
    (if (i64.eqz (local.get $n)) (then (return (i64.const -1))))
    (i64.sub
      (call $even (i64.sub (local.get $n) (i64.const 1)) (i64.xor (local.get $steps) (local.get $n)))
      (i64.const 3)))

  (func (export "run") (param $n i32) (result i64)
    (local $i i32) (local $sum i64)
    (loop $next
      (local.set $sum
        (i64.add
          (i64.mul (local.get $sum) (i64.const 31))
          (i64.extend_i32_s
            (i32.add
              (call $female (local.get $i))
              (call $tak (i32.const 10) (i32.rem_u (local.get $i) (i32.const 7)) (i32.const 3))))))
      (local.set $sum
        (i64.xor (local.get $sum) (call $even (i64.const 4000) (i64.extend_i32_u (local.get $i)))))
      (br_if $next
        (i32.le_u
          (local.tee $i (i32.add (local.get $i) (i32.const 1)))
          (local.get $n))))
    (local.get $sum)))
