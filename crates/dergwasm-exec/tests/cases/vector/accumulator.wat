;; A vector result goes to its slot and stays in the accumulator for the next instruction; constants
;; are operands; lanes are read from the slot.
(module
  (memory 1)
  (func $sides (param v128 v128) (result v128)
    ;; The second operand of what does not commute, then the first of what does.
    local.get 0
    (i32x4.add (local.get 0) (local.get 1))
    i32x4.sub
    local.get 1
    i16x8.mul
    ;; A constant on the right, then on the left.
    (v128.const i32x4 1 2 3 4)
    f32x4.max
    local.set 0
    (i8x16.shl (local.get 0) (i32.const 3))
    (v128.const i32x4 5 6 7 8)
    (local.get 1)
    f64x2.div
    i8x16.swizzle)
  (func $constant_from_a_slot (param v128) (result v128)
    (v128.and (v128.const i64x2 -1 0) (local.get 0)))
  (func $numbers (param v128 f32 i64) (result i32)
    (f32x4.splat (f32.add (local.get 1) (local.get 1)))
    (f32x4.extract_lane 2 (local.get 0))
    f32x4.replace_lane 3
    (i64x2.splat (i64.add (local.get 2) (i64.const 1)))
    i16x8.eq
    i16x8.bitmask
    (i8x16.extract_lane_s 15 (local.get 0))
    i32.add)
  (func $memory (param i32 i32 v128)
    (v128.load offset=8 (i32.add (local.get 0) (i32.const 16)))
    (v128.load (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 4))))
    i8x16.add
    (v128.load8x8_s (i32.and (local.get 0) (local.get 1)))
    i8x16.avgr_u
    local.set 2
    (v128.store (i32.const 32) (v128.const i64x2 9 10))
    (v128.store (local.get 0) (v128.not (local.get 2)))
    (v128.store64_lane 1 (local.get 0)
      (v128.load16_lane offset=4 5 (local.get 1) (local.get 2)))))
