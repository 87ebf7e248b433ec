;; Targets that need moves or return go through a detour behind the table.
(module
  (func (param i32) (result i32)
    (block $a (result i32)
      (i32.const 100)
      (block $b (result i32)
        (br_table $a $b 2 $a (i32.const 7) (local.get 0)))
      (i32.add))
    (i32.add (i32.const 1))))
