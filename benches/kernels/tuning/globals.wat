;; Mutable globals read and written in a loop and across calls: a generator whose state is four
;; globals, with a counter of one outcome.
;; run(3100000) = 383991690
;; run(40000) = 1657971811
(module
  (global $a (mut i32) (i32.const 0))
  (global $b (mut i32) (i32.const 0))
  (global $c (mut i32) (i32.const 0))
  (global $count (mut i32) (i32.const 0))
  (global $step i32 (i32.const 362437))

  (func $seed
    (global.set $a (i32.const 123456789))
    (global.set $b (i32.const 362436069))
    (global.set $c (i32.const 521288629))
    (global.set $count (i32.const 0)))

  (func $advance
    (local $mixed i32)
    (local.set $mixed (i32.xor (global.get $a) (i32.shl (global.get $a) (i32.const 11))))
    (global.set $a (global.get $b))
    (global.set $b (global.get $c))
    (global.set $c
      (i32.xor
        (i32.xor (global.get $c) (i32.shr_u (global.get $c) (i32.const 19)))
        (i32.xor (local.get $mixed) (i32.shr_u (local.get $mixed) (i32.const 8)))))
    (global.set $count (i32.add (global.get $count) (global.get $step))))

  (func (export "run") (param $n i32) (result i32)
    (call $seed)
    (loop $next
      (call $advance)
      (if (i32.lt_s (global.get $c) (global.get $b))
        (then (global.set $count (i32.add (global.get $count) (i32.const 1)))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.xor (global.get $c) (global.get $count))))
