;; Bulk instructions take their operands from slots.
(module
  (memory 1)
  (data $d "abc")
  (func (param i32 i32 i32)
    (memory.copy (local.get 0) (local.get 1) (local.get 2))
    (memory.fill (local.get 0) (i32.const 0) (local.get 2))
    (memory.init $d (i32.const 0) (i32.const 0) (i32.const 3))
    (data.drop $d)
    (drop (memory.grow (memory.size)))))
