;; Moves of integers and references one after the other are one instruction; a jump or a call makes
;; up to two of them itself.
(module
  (func $two (param i32 i64))
  ;; Each local gets the value of the one before.
  (func (param i32 i32 i32 i32 i32)
    (local.set 4 (local.get 3))
    (local.set 3 (local.get 2))
    (local.set 2 (local.get 1))
    (local.set 1 (local.get 0))
    (local.set 0 (local.get 4)))
  ;; A float is moved by itself.
  (func (param i32 i64 f32 i32 i64) (result i64 i32 f32 i64 i32)
    (local.get 1) (local.get 0) (local.get 2) (local.get 4) (local.get 3))
  (func (param i32 i64 i32) (result i32)
    (if (result i32) (local.get 2) (then (local.get 0)) (else (i32.const 3))))
  (func (param i32 i64 i32) (result i32 i64)
    (if (result i32 i64) (local.get 2)
      (then (local.get 0) (local.get 1))
      (else (i32.const 3) (i64.const 4))))
  (func (param i32 i64)
    (call $two (local.get 0) (local.get 1))
    (call $two (local.get 0) (i64.const 5))
    (call $two (i32.const 6) (local.get 1))))
