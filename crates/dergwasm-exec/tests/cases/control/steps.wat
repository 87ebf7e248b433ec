;; Counted loops: the step of a local, its comparison and the branch in one instruction.
(module
  (func $up (param $n i32) (local $i i32)
    (loop $next
      (local.set $i (i32.add (local.get $i) (i32.const 3)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n)))))
  (func $down (param $n i32)
    (loop $next (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func $until (param $n i32)
    (block $out
      (loop $next
        (br_if $out (i32.eqz (local.tee $n (i32.add (local.get $n) (i32.const -1)))))
        (br $next))))
  (func $to_constant (local $i i32)
    (loop $next
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100)))))
  (func $not_across_a_label (param $n i32) (local $i i32)
    (loop $next
      (block $here
        (br_if $here (local.get $n))
        (local.set $i (i32.add (local.get $i) (i32.const 1))))
      (br_if $next (i32.lt_s (local.get $i) (local.get $n)))))
  (func $not_of_another_local (param $n i32) (local $i i32)
    (loop $next
      (local.set $i (i32.add (local.get $n) (i32.const 1)))
      (br_if $next (i32.lt_s (local.get $i) (local.get $n)))))
  (func $with_results (param $n i32) (result i32)
    (block $out (result i32)
      (loop $next
        (drop (br_if $out (local.get $n) (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (br_if $next (local.get $n)))
      (i32.const 7)))
  (func $other_forms_are_no_steps (param $n i32)
    (local.set $n (i32.clz (i32.popcnt (local.get $n))))))
