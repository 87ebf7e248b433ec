;; SIMD over memory: n passes over 4 KiB that mix f32x4 arithmetic, i32x4 compares and selects,
;; i8x16 saturation, shuffles and lane access.
;; run(3800) = -78151102335742376
;; run(60) = -16150180846953509
(module
  (memory 1)
  (func $fill
    (local $at i32)
    (loop $next
      (v128.store (local.get $at)
        (f32x4.convert_i32x4_s
          (i32x4.add
            (i32x4.splat (local.get $at))
            (v128.const i32x4 1 -20 300 -4000))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 4096)))))

  (func $pass (param $factor v128) (result v128)
    (local $at i32) (local $x v128) (local $y v128) (local $sum v128)
    (loop $next
      (local.set $x (v128.load (local.get $at)))
      (local.set $y
        (f32x4.sub
          (f32x4.mul (local.get $x) (local.get $factor))
          (v128.load offset=4096 (local.get $at))))
      (local.set $y
        (v128.bitselect
          (local.get $y)
          (f32x4.max (local.get $x) (f32x4.neg (local.get $y)))
          (f32x4.lt (local.get $x) (local.get $y))))
      (v128.store offset=4096 (local.get $at) (f32x4.sqrt (f32x4.abs (local.get $y))))
      (local.set $x (i32x4.trunc_sat_f32x4_s (local.get $y)))
      (local.set $sum
        (i32x4.add (local.get $sum)
          (i8x16.add_sat_u
            (local.get $x)
            (i8x16.shuffle 4 5 6 7 8 9 10 11 12 13 14 15 0 1 2 3
              (local.get $x) (local.get $sum)))))
      (local.set $sum
        (v128.xor (local.get $sum)
          (i32x4.gt_s (local.get $sum) (i32x4.shl (local.get $x) (i32.const 3)))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 4096))))
    (local.get $sum))

  (func (export "run") (param $n i32) (result i64)
    (local $sum v128)
    (call $fill)
    (memory.fill (i32.const 4096) (i32.const 0) (i32.const 4096))
    (loop $passes
      (local.set $sum
        (i64x2.add (local.get $sum)
          (call $pass (f32x4.splat (f32.convert_i32_s (local.get $n))))))
      (br_if $passes (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i64.xor
      (i64x2.extract_lane 0 (local.get $sum))
      (i64x2.extract_lane 1 (local.get $sum)))))
