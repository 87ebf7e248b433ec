;; i32 loads, compares and swaps, recursion: n numbers (n <= 16384) sorted by quicksort;
;; the sum of each number times its place, or -1 if the result is not sorted.
;; run(8000) = 1430216547751432
(module
  (memory 1)
  (func $fill (param $end i32)
    (local $at i32) (local $x i32)
    (local.set $x (i32.const 12345))
    (loop $next
      (local.set $x
        (i32.add (i32.mul (local.get $x) (i32.const 1103515245)) (i32.const 12345)))
      (i32.store (local.get $at) (i32.shr_u (local.get $x) (i32.const 8)))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end)))))

  ;; Sorts the numbers from $low to $high, both included; both are byte addresses.
  (func $sort (param $low i32) (param $high i32)
    (local $i i32) (local $j i32) (local $pivot i32) (local $left i32) (local $right i32)
    (block $done
      (loop $again
        (br_if $done (i32.ge_s (local.get $low) (local.get $high)))
        (local.set $i (local.get $low))
        (local.set $j (local.get $high))
        (local.set $pivot
          (i32.load
            (i32.and
              (i32.shr_u (i32.add (local.get $low) (local.get $high)) (i32.const 1))
              (i32.const -4))))
        (loop $partition
          (loop $from_left
            (local.set $left (i32.load (local.get $i)))
            (if (i32.lt_u (local.get $left) (local.get $pivot))
              (then
                (local.set $i (i32.add (local.get $i) (i32.const 4)))
                (br $from_left))))
          (loop $from_right
            (local.set $right (i32.load (local.get $j)))
            (if (i32.gt_u (local.get $right) (local.get $pivot))
              (then
                (local.set $j (i32.sub (local.get $j) (i32.const 4)))
                (br $from_right))))
          (if (i32.le_s (local.get $i) (local.get $j))
            (then
              (i32.store (local.get $i) (local.get $right))
              (i32.store (local.get $j) (local.get $left))
              (local.set $i (i32.add (local.get $i) (i32.const 4)))
              (local.set $j (i32.sub (local.get $j) (i32.const 4)))))
          (br_if $partition (i32.le_s (local.get $i) (local.get $j))))
        (call $sort (local.get $low) (local.get $j))
        (local.set $low (local.get $i))
        (br $again))))

  (func $checksum (param $end i32) (result i64)
    (local $at i32) (local $number i32) (local $previous i32) (local $sum i64)
    (loop $next
      (local.set $number (i32.load (local.get $at)))
      (if (i32.lt_u (local.get $number) (local.get $previous))
        (then (return (i64.const -1))))
      (local.set $previous (local.get $number))
      (local.set $sum
        (i64.add (local.get $sum)
          (i64.mul
            (i64.extend_i32_u (local.get $number))
            (i64.extend_i32_u (local.get $at)))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (local.get $sum))

  (func (export "run") (param $n i32) (result i64)
    (local $end i32)
    (local.set $end (i32.shl (local.get $n) (i32.const 2)))
    (call $fill (local.get $end))
    (call $sort (i32.const 0) (i32.sub (local.get $end) (i32.const 4)))
    (call $checksum (local.get $end))))
