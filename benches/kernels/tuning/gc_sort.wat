;; Elements of arrays: n numbers in an array sorted by quicksort; the sum of each number times its
;; place, or -1 if the result is not sorted.
;; run(360000) = 724084505175644399
;; run(120000) = 80405717237594306
(module
  (type $numbers (array (mut i32)))

  (func $fill (param $numbers (ref $numbers))
    (local $i i32) (local $x i32)
    (local.set $x (i32.const 12345))
    (loop $next
      (local.set $x
        (i32.add (i32.mul (local.get $x) (i32.const 1103515245)) (i32.const 12345)))
      (array.set $numbers (local.get $numbers) (local.get $i)
        (i32.shr_u (local.get $x) (i32.const 8)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (array.len (local.get $numbers))))))

  ;; Sorts from place $low to place $high, both included.
  (func $sort (param $numbers (ref $numbers)) (param $low i32) (param $high i32)
    (local $i i32) (local $j i32) (local $pivot i32) (local $left i32) (local $right i32)
    (block $done
      (loop $again
        (br_if $done (i32.ge_s (local.get $low) (local.get $high)))
        (local.set $i (local.get $low))
        (local.set $j (local.get $high))
        (local.set $pivot
          (array.get $numbers (local.get $numbers)
            (i32.shr_u (i32.add (local.get $low) (local.get $high)) (i32.const 1))))
        (loop $partition
          (loop $from_left
            (local.set $left (array.get $numbers (local.get $numbers) (local.get $i)))
            (if (i32.lt_u (local.get $left) (local.get $pivot))
              (then
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br $from_left))))
          (loop $from_right
            (local.set $right (array.get $numbers (local.get $numbers) (local.get $j)))
            (if (i32.gt_u (local.get $right) (local.get $pivot))
              (then
                (local.set $j (i32.sub (local.get $j) (i32.const 1)))
                (br $from_right))))
          (if (i32.le_s (local.get $i) (local.get $j))
            (then
              (array.set $numbers (local.get $numbers) (local.get $i) (local.get $right))
              (array.set $numbers (local.get $numbers) (local.get $j) (local.get $left))
              (local.set $i (i32.add (local.get $i) (i32.const 1)))
              (local.set $j (i32.sub (local.get $j) (i32.const 1)))))
          (br_if $partition (i32.le_s (local.get $i) (local.get $j))))
        (call $sort (local.get $numbers) (local.get $low) (local.get $j))
        (local.set $low (local.get $i))
        (br $again))))

  (func (export "run") (param $n i32) (result i64)
    (local $numbers (ref $numbers)) (local $i i32) (local $number i32) (local $previous i32)
    (local $sum i64)
    (local.set $numbers (array.new_default $numbers (local.get $n)))
    (call $fill (local.get $numbers))
    (call $sort (local.get $numbers) (i32.const 0) (i32.sub (local.get $n) (i32.const 1)))
    (loop $next
      (local.set $number (array.get $numbers (local.get $numbers) (local.get $i)))
      (if (i32.lt_u (local.get $number) (local.get $previous))
        (then (return (i64.const -1))))
      (local.set $previous (local.get $number))
      (local.set $sum
        (i64.add (local.get $sum)
          (i64.mul (i64.extend_i32_u (local.get $number)) (i64.extend_i32_u (local.get $i)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $sum)))
