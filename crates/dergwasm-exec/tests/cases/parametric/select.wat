;; Choices; constants are part of the instruction.
(module
  (func (param i32 i32) (result i32)
    (select (i32.const 1) (local.get 1) (i32.gt_s (local.get 0) (local.get 1))))
  (func (param f64 f64 i32) (result f64)
    (select (local.get 0) (f64.const 0.5) (local.get 2)))
  (func (param i32 i32) (result i32 i32)
    (drop (local.get 0))
    (block (result i32 i32) (local.get 1) (i32.const 4))))
