;; Vectors live in slots.
(module
  (memory 1)
  (func (param v128 i32) (result v128) (local v128)
    (local.set 2 (i32x4.add (local.get 0) (i32x4.splat (local.get 1))))
    (v128.store offset=16 (local.get 1) (local.get 2))
    (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31 (local.get 2) (v128.const i64x2 1 2))
    (v128.bitselect (v128.load32_lane 1 (local.get 1) (local.get 0)) (local.get 2)))
  (func (param v128) (result i32)
    (i32.add (i32x4.extract_lane 3 (local.get 0)) (v128.any_true (local.get 0)))))
