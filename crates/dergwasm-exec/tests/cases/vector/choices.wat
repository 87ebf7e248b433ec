;; Vectors are chosen, returned and passed whole.
(module
  (func $pick (param v128 v128 i32) (result v128)
    (select (local.get 0) (local.get 1) (local.get 2)))
  (func (param v128) (result v128 v128)
    (local.get 0) (v128.const i64x2 3 4))
  (func (param v128) (result v128) (local v128)
    (local.set 1 (local.get 0))
    (call $pick (local.get 1) (local.get 0) (i32.const 1))))
