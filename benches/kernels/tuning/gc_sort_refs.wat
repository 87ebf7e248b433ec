;; Arrays of references: n records in an array sorted by merging, the key read through the reference and
;; records cast from a more general type; the sum of each record's number times its place, or -1 if the
;; result is not sorted, or records with the same key are not in the order they had before.
;; run(220000) = 2661055027769456
;; run(40000) = 15973291197022
(module
  (type $keyed (sub (struct (field $key i32))))
  (type $record (sub final $keyed (struct (field $key i32) (field $number i32))))
  (type $list (array (mut (ref null $keyed))))

  (func $fill (param $list (ref $list))
    (local $i i32) (local $x i32)
    (local.set $x (i32.const 12345))
    (loop $next
      (local.set $x
        (i32.add (i32.mul (local.get $x) (i32.const 1103515245)) (i32.const 12345)))
      (array.set $list (local.get $list) (local.get $i)
        (struct.new $record
          (i32.and (i32.shr_u (local.get $x) (i32.const 8)) (i32.const 4095))
          (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (array.len (local.get $list))))))

  ;; Sorts from place $low to before place $high; $room is as long as the list.
  (func $sort (param $list (ref $list)) (param $room (ref $list)) (param $low i32) (param $high i32)
    (local $middle i32) (local $i i32) (local $j i32) (local $to i32)
    (local $left (ref null $keyed)) (local $right (ref null $keyed))
    (if (i32.le_s (i32.sub (local.get $high) (local.get $low)) (i32.const 1))
      (then (return)))
    (local.set $middle
      (i32.shr_u (i32.add (local.get $low) (local.get $high)) (i32.const 1)))
    (call $sort (local.get $list) (local.get $room) (local.get $low) (local.get $middle))
    (call $sort (local.get $list) (local.get $room) (local.get $middle) (local.get $high))
    (array.copy $list $list
      (local.get $room) (local.get $low)
      (local.get $list) (local.get $low)
      (i32.sub (local.get $middle) (local.get $low)))
    (local.set $i (local.get $low))
    (local.set $to (local.get $low))
    (local.set $j (local.get $middle))
    (block $done
      (loop $step
        (br_if $done (i32.ge_s (local.get $i) (local.get $middle)))
        (local.set $left (array.get $list (local.get $room) (local.get $i)))
        (if (i32.lt_s (local.get $j) (local.get $high))
          (then
            (local.set $right (array.get $list (local.get $list) (local.get $j)))
            (if
              (i32.lt_s
                (struct.get $keyed $key (local.get $right))
                (struct.get $keyed $key (local.get $left)))
              (then
                (array.set $list (local.get $list) (local.get $to) (local.get $right))
                (local.set $j (i32.add (local.get $j) (i32.const 1)))
                (local.set $to (i32.add (local.get $to) (i32.const 1)))
                (br $step)))))
        (array.set $list (local.get $list) (local.get $to) (local.get $left))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (br $step))))

  (func (export "run") (param $n i32) (result i64)
    (local $list (ref $list)) (local $i i32) (local $sum i64)
    (local $record (ref $record)) (local $previous (ref $record))
    (local.set $list (array.new_default $list (local.get $n)))
    (call $fill (local.get $list))
    (call $sort (local.get $list) (array.new_default $list (local.get $n))
      (i32.const 0) (local.get $n))
    (local.set $previous (struct.new $record (i32.const -1) (i32.const 0)))
    (loop $next
      (local.set $record
        (ref.cast (ref $record) (array.get $list (local.get $list) (local.get $i))))
      (if
        (i32.or
          (i32.lt_s
            (struct.get $record $key (local.get $record))
            (struct.get $record $key (local.get $previous)))
          (i32.and
            (i32.eq
              (struct.get $record $key (local.get $record))
              (struct.get $record $key (local.get $previous)))
            (i32.lt_s
              (struct.get $record $number (local.get $record))
              (struct.get $record $number (local.get $previous)))))
        (then (return (i64.const -1))))
      (local.set $previous (local.get $record))
      (local.set $sum
        (i64.add (local.get $sum)
          (i64.mul
            (i64.extend_i32_u (struct.get $record $number (local.get $record)))
            (i64.extend_i32_u (local.get $i)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $sum)))
