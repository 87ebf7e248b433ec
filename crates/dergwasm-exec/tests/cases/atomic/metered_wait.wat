;; Where code can be interrupted a wait can be too: no operand below it is only in an accumulator.
(module
  (memory 1 1 shared)
  (func (param i32) (result i32)
    (i32.add
      (i32.mul (local.get 0) (i32.const 3))
      (memory.atomic.wait32 (local.get 0) (i32.const 5) (i64.const 1000)))))
