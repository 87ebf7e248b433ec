;; State in mutable globals of three types, changed by functions: a generator of numbers in four
;; globals throws darts at a circle and keeps books of it.
;; run(660000) = 4603436376164023592
;; run(5000) = 4604223275867031343
(module
  (global $a (mut i64) (i64.const 0))
  (global $b (mut i64) (i64.const 0))
  (global $c (mut i64) (i64.const 0))
  (global $d (mut i64) (i64.const 0))
  (global $hits (mut i32) (i32.const 0))
  (global $thrown (mut i32) (i32.const 0))
  (global $longest (mut i32) (i32.const 0))
  (global $series (mut i32) (i32.const 0))
  (global $mean (mut f64) (f64.const 0))

  (func $next (result i64)
    (local $result i64) (local $t i64)
    (local.set $result
      (i64.add (global.get $a)
        (i64.rotl (i64.add (global.get $a) (global.get $d)) (i64.const 23))))
    (local.set $t (i64.shl (global.get $b) (i64.const 17)))
    (global.set $c (i64.xor (global.get $c) (global.get $a)))
    (global.set $d (i64.xor (global.get $d) (global.get $b)))
    (global.set $b (i64.xor (global.get $b) (global.get $c)))
    (global.set $a (i64.xor (global.get $a) (global.get $d)))
    (global.set $c (i64.xor (global.get $c) (local.get $t)))
    (global.set $d (i64.rotl (global.get $d) (i64.const 45)))
    (local.get $result))

  (func $unit (result f64)
    (f64.mul
      (f64.convert_i64_u (i64.shr_u (call $next) (i64.const 11)))
      (f64.const 0x1p-53)))

  (func $throw
    (local $x f64) (local $y f64) (local $far f64)
    (local.set $x (call $unit))
    (local.set $y (call $unit))
    (local.set $far
      (f64.add (f64.mul (local.get $x) (local.get $x)) (f64.mul (local.get $y) (local.get $y))))
    (global.set $thrown (i32.add (global.get $thrown) (i32.const 1)))
    (global.set $mean
      (f64.add (global.get $mean)
        (f64.div
          (f64.sub (local.get $far) (global.get $mean))
          (f64.convert_i32_u (global.get $thrown)))))
    (if (f64.lt (local.get $far) (f64.const 1))
      (then
        (global.set $hits (i32.add (global.get $hits) (i32.const 1)))
        (global.set $series (i32.add (global.get $series) (i32.const 1)))
        (if (i32.gt_u (global.get $series) (global.get $longest))
          (then (global.set $longest (global.get $series)))))
      (else (global.set $series (i32.const 0)))))

  (func (export "run") (param $n i32) (result i64)
    (global.set $a (i64.const 0x9e3779b97f4a7c15))
    (global.set $b (i64.const 0x3c6ef372fe94f82a))
    (global.set $c (i64.const 0xdaa66d2c7ddf743f))
    (global.set $d (i64.const 0x78dde6e5fd29f054))
    (global.set $hits (i32.const 0))
    (global.set $thrown (i32.const 0))
    (global.set $longest (i32.const 0))
    (global.set $series (i32.const 0))
    (global.set $mean (f64.const 0))
    (loop $more
      (call $throw)
      (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i64.xor
      (i64.reinterpret_f64 (global.get $mean))
      (i64.or
        (i64.shl (i64.extend_i32_u (global.get $hits)) (i64.const 32))
        (i64.extend_i32_u (global.get $longest))))))
