;; Tail calls, direct and through a table: a scanner whose states are functions reads n letters made
;; on the way and sums up words, numbers and blanks.
;; run(3300000) = -7662306900252878886
;; run(5000) = 4957750656755033603
(module
  (type $state (func (param i32 i32 i64) (result i64)))
  (table funcref (elem $blank $word $number $sign))

  ;; The next letter: a linear congruence, the state of which is the letter's whole number.
  (func $letter (param $seed i32) (result i32)
    (i32.add
      (i32.mul (local.get $seed) (i32.const 1664525))
      (i32.const 1013904223)))

  (func $blank (type $state) (param $left i32) (param $seed i32) (param $sum i64) (result i64)
    (if (i32.eqz (local.get $left)) (then (return (local.get $sum))))
    (local.set $seed (call $letter (local.get $seed)))
    (return_call_indirect (type $state)
      (i32.sub (local.get $left) (i32.const 1))
      (local.get $seed)
      (i64.add (local.get $sum) (i64.const 1))
      (i32.shr_u (local.get $seed) (i32.const 30))))

  ;; A word goes on for three letters of four.
  (func $word (type $state) (param $left i32) (param $seed i32) (param $sum i64) (result i64)
    (if (i32.eqz (local.get $left)) (then (return (local.get $sum))))
    (local.set $seed (call $letter (local.get $seed)))
    (local.set $sum
      (i64.rotl
        (i64.xor (local.get $sum)
          (i64.extend_i32_u (i32.shr_u (local.get $seed) (i32.const 24))))
        (i64.const 5)))
    (if (i32.lt_u (local.get $seed) (i32.const 0xc0000000))
      (then
        (return_call $word
          (i32.sub (local.get $left) (i32.const 1)) (local.get $seed) (local.get $sum))))
    (return_call $blank
      (i32.sub (local.get $left) (i32.const 1)) (local.get $seed) (local.get $sum)))

  (func $number (type $state) (param $left i32) (param $seed i32) (param $sum i64) (result i64)
    (return_call $digits (local.get $left) (local.get $seed) (local.get $sum) (i64.const 0)))

  (func $digits (param $left i32) (param $seed i32) (param $sum i64) (param $value i64)
    (result i64)
    (local $digit i32)
    (if (i32.eqz (local.get $left)) (then (return (local.get $sum))))
    (local.set $seed (call $letter (local.get $seed)))
    (local.set $digit (i32.and (i32.shr_u (local.get $seed) (i32.const 20)) (i32.const 15)))
    (if (i32.gt_u (local.get $digit) (i32.const 9))
      (then
        (return_call_indirect (type $state)
          (i32.sub (local.get $left) (i32.const 1))
          (local.get $seed)
          (i64.add (local.get $sum) (local.get $value))
          (i32.sub (local.get $digit) (i32.const 12))
          (i32.and (i32.const 3)))))
    (return_call $digits
      (i32.sub (local.get $left) (i32.const 1))
      (local.get $seed)
      (local.get $sum)
      (i64.add (i64.mul (local.get $value) (i64.const 10)) (i64.extend_i32_u (local.get $digit)))))

  (func $sign (type $state) (param $left i32) (param $seed i32) (param $sum i64) (result i64)
    (return_call_indirect (type $state)
      (local.get $left)
      (local.get $seed)
      (i64.sub (i64.const 7) (local.get $sum))
      (i32.add (i32.and (local.get $seed) (i32.const 1)) (i32.const 1))))

  (func (export "run") (param $n i32) (result i64)
    (return_call $blank (local.get $n) (i32.const 42) (i64.const 0))))
