;; A memory with 64-bit addresses: a queue of n numbers (n <= 100000) as a heap that is filled and
;; emptied; the sum tells the order, -1 if it is wrong.
;; run(100000) = -5846994068289267633
;; run(500) = 1582166851436961855
(module
  (memory i64 16)

  ;; Puts $value at the end of $size numbers and lets it rise.
  (func $push (param $size i64) (param $value i64)
    (local $at i64) (local $up i64) (local $above i64)
    (local.set $at (i64.shl (local.get $size) (i64.const 3)))
    (block $done
      (loop $rise
        (br_if $done (i64.eqz (local.get $at)))
        (local.set $up
          (i64.and
            (i64.shr_u (i64.sub (local.get $at) (i64.const 8)) (i64.const 1))
            (i64.const -8)))
        (local.set $above (i64.load (local.get $up)))
        (br_if $done (i64.le_s (local.get $above) (local.get $value)))
        (i64.store (local.get $at) (local.get $above))
        (local.set $at (local.get $up))
        (br $rise)))
    (i64.store (local.get $at) (local.get $value)))

  ;; Takes the least of $size numbers.
  (func $pop (param $size i64) (result i64)
    (local $least i64) (local $value i64) (local $at i64) (local $child i64) (local $end i64)
    (local.set $least (i64.load (i64.const 0)))
    (local.set $end (i64.shl (i64.sub (local.get $size) (i64.const 1)) (i64.const 3)))
    (local.set $value (i64.load (local.get $end)))
    (block $done
      (loop $sink
        (local.set $child (i64.add (i64.shl (local.get $at) (i64.const 1)) (i64.const 8)))
        (br_if $done (i64.ge_u (local.get $child) (local.get $end)))
        (if (i64.lt_u (i64.add (local.get $child) (i64.const 8)) (local.get $end))
          (then
            (local.set $child
              (select
                (i64.add (local.get $child) (i64.const 8))
                (local.get $child)
                (i64.lt_s
                  (i64.load offset=8 (local.get $child))
                  (i64.load (local.get $child)))))))
        (br_if $done (i64.le_s (local.get $value) (i64.load (local.get $child))))
        (i64.store (local.get $at) (i64.load (local.get $child)))
        (local.set $at (local.get $child))
        (br $sink)))
    (i64.store (local.get $at) (local.get $value))
    (local.get $least))

  (func (export "run") (param $n i32) (result i64)
    (local $size i64) (local $end i64) (local $x i64) (local $last i64) (local $sum i64)
    (local.set $end (i64.extend_i32_u (local.get $n)))
    (local.set $x (i64.const 88172645463325252))
    (loop $fill
      (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
      (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
      (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 17))))
      (call $push (local.get $size) (i64.shr_s (local.get $x) (i64.const 20)))
      (local.set $size (i64.add (local.get $size) (i64.const 1)))
      (br_if $fill (i64.lt_u (local.get $size) (local.get $end))))
    (local.set $last (i64.const 0x8000000000000000))
    (loop $drain
      (local.set $x (call $pop (local.get $size)))
      (if (i64.lt_s (local.get $x) (local.get $last)) (then (return (i64.const -1))))
      (local.set $last (local.get $x))
      (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 3)) (local.get $x)))
      (local.set $size (i64.sub (local.get $size) (i64.const 1)))
      (br_if $drain (i64.gt_u (local.get $size) (i64.const 0))))
    (local.get $sum)))
