;; Types keep their order and are not merged.
(module
  (type $nothing (func))
  (type $binary (func (param i32 i64) (result f32)))
  (type (func (param f64 v128 funcref externref) (result i32 i64)))
  (type (func (param i32 i64) (result f32))))
