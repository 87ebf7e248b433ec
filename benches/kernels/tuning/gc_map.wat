;; Arrays of references to structures: a hash table with chains gets n random keys and doubles when it is
;; full; then 4n keys are looked up, about half of which are there; the sum of what is found.
;; run(120000) = 28765544960
;; run(60000) = 7192940146
(module
  (type $entry (struct
    (field $key i32) (field $value (mut i32)) (field $next (mut (ref null $entry)))))
  (type $chains (array (mut (ref null $entry))))
  (type $map (struct (field $size (mut i32)) (field $chains (mut (ref $chains)))))

  (func $place (param $key i32) (param $chains (ref $chains)) (result i32)
    (i32.and
      (i32.xor
        (i32.mul (local.get $key) (i32.const 0x9e3779b1))
        (i32.shr_u (local.get $key) (i32.const 15)))
      (i32.sub (array.len (local.get $chains)) (i32.const 1))))

  (func $find (param $map (ref $map)) (param $key i32) (result (ref null $entry))
    (local $chains (ref $chains)) (local $entry (ref null $entry))
    (local.set $chains (struct.get $map $chains (local.get $map)))
    (local.set $entry
      (array.get $chains (local.get $chains)
        (call $place (local.get $key) (local.get $chains))))
    (block $end
      (loop $step
        (br_if $end (ref.is_null (local.get $entry)))
        (br_if $end
          (i32.eq (struct.get $entry $key (local.get $entry)) (local.get $key)))
        (local.set $entry (struct.get $entry $next (local.get $entry)))
        (br $step)))
    (local.get $entry))

  (func $grow (param $map (ref $map))
    (local $old (ref $chains)) (local $new (ref $chains)) (local $i i32) (local $place i32)
    (local $entry (ref null $entry)) (local $next (ref null $entry))
    (local.set $old (struct.get $map $chains (local.get $map)))
    (local.set $new
      (array.new_default $chains (i32.shl (array.len (local.get $old)) (i32.const 1))))
    (loop $chain
      (local.set $entry (array.get $chains (local.get $old) (local.get $i)))
      (block $end
        (loop $step
          (br_if $end (ref.is_null (local.get $entry)))
          (local.set $next (struct.get $entry $next (local.get $entry)))
          (local.set $place
            (call $place (struct.get $entry $key (local.get $entry)) (local.get $new)))
          (struct.set $entry $next (local.get $entry)
            (array.get $chains (local.get $new) (local.get $place)))
          (array.set $chains (local.get $new) (local.get $place) (local.get $entry))
          (local.set $entry (local.get $next))
          (br $step)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $chain (i32.lt_u (local.get $i) (array.len (local.get $old)))))
    (struct.set $map $chains (local.get $map) (local.get $new)))

  ;; Adds one to the value of the key, which may be new.
  (func $add (param $map (ref $map)) (param $key i32)
    (local $entry (ref null $entry)) (local $chains (ref $chains)) (local $place i32)
    (local.set $entry (call $find (local.get $map) (local.get $key)))
    (if (ref.is_null (local.get $entry))
      (then
        (local.set $chains (struct.get $map $chains (local.get $map)))
        (local.set $place (call $place (local.get $key) (local.get $chains)))
        (array.set $chains (local.get $chains) (local.get $place)
          (struct.new $entry (local.get $key) (i32.const 1)
            (array.get $chains (local.get $chains) (local.get $place))))
        (struct.set $map $size (local.get $map)
          (i32.add (struct.get $map $size (local.get $map)) (i32.const 1)))
        (if
          (i32.gt_u
            (struct.get $map $size (local.get $map)) (array.len (local.get $chains)))
          (then (call $grow (local.get $map)))))
      (else
        (struct.set $entry $value (local.get $entry)
          (i32.add (struct.get $entry $value (local.get $entry)) (i32.const 1))))))

  (func $next (param $x i32) (result i32)
    (i32.add (i32.mul (local.get $x) (i32.const 1103515245)) (i32.const 12345)))

  (func (export "run") (param $n i32) (result i64)
    (local $map (ref $map)) (local $entry (ref null $entry))
    (local $x i32) (local $key i32) (local $i i32) (local $sum i64)
    (local.set $map
      (struct.new $map (i32.const 0) (array.new_default $chains (i32.const 16))))
    (local.set $x (i32.const 12345))
    (local.set $i (local.get $n))
    (loop $again
      (local.set $x (call $next (local.get $x)))
      (call $add (local.get $map)
        (i32.rem_u (i32.shr_u (local.get $x) (i32.const 4)) (local.get $n)))
      (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (local.set $i (i32.shl (local.get $n) (i32.const 2)))
    (loop $again
      (local.set $x (call $next (local.get $x)))
      (local.set $key
        (i32.rem_u (i32.shr_u (local.get $x) (i32.const 4)) (local.get $n)))
      (block $missing
        (local.set $sum
          (i64.add (local.get $sum)
            (i64.extend_i32_u
              (i32.mul (local.get $key)
                (struct.get $entry $value
                  (br_on_null $missing
                    (call $find (local.get $map) (local.get $key)))))))))
      (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (i64.add (local.get $sum)
      (i64.extend_i32_u (struct.get $map $size (local.get $map))))))
