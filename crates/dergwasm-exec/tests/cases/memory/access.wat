;; Constant addresses become part of the offset; other memories and 64-bit addresses take the
;; checked form.
(module
  (memory 1)
  (memory $far i64 1)
  (func (param i32) (result i32)
    (i32.store offset=4 (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 1)))
    (i32.store8 (i32.const 16) (i32.const 255))
    (f64.store (i32.const 8) (f64.promote_f32 (f32.load (i32.const 12))))
    (i32.load16_u (i32.shl (local.get 0) (i32.const 2))))
  (func (param i64) (result i64)
    (i64.load $far offset=8 (local.get 0))
    (i64.store $far (local.get 0) (i64.const 3))))
