;; Operands are named where they are: locals, constants, the accumulator.
(module
  (func (param i32 i32) (result i32)
    (i32.sub (i32.mul (i32.add (local.get 0) (local.get 1)) (i32.const 3)) (local.get 0)))
  (func (param i64) (result i64)
    (i64.shl (i64.const 1) (local.get 0)))
  (func (param f64 f64) (result f64)
    (f64.div (f64.const 1) (f64.add (f64.mul (local.get 0) (local.get 0)) (local.get 1))))
  (func (result i32) (i32.add (i32.const 1) (i32.const 2)))
  (func (param i32) (result i32) (i32.eqz (i32.lt_s (i32.const 3) (local.get 0))))
  (func (param f32) (result i32) (i32.trunc_f32_s (f32.neg (local.get 0)))))
