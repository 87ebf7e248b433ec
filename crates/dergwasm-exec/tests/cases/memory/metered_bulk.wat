;; With fuel or interruption, bulk instructions have operands in slots of their own, which they
;; change while they do their work in parts.
;; `memory.fill` and `memory.copy` read them where they are if the work is short.
(module
  (memory 1) (memory $far 1) (data $d "abc") (table $t 10 funcref) (elem $e func $f)
  (func $f (param i32 i64) (result i32)
    (memory.fill (local.get 0) (i32.const 7) (local.get 0))
    (memory.copy $far 0 (i32.const 1) (i32.const 2) (local.get 0))
    (memory.init $d (local.get 0) (i32.const 0) (i32.const 3))
    (table.fill $t (i32.const 1) (ref.func $f) (local.get 0))
    (table.copy $t $t (i32.const 1) (i32.const 0) (local.get 0))
    (table.init $t $e (i32.const 1) (i32.const 0) (local.get 0))
    (drop (table.grow $t (ref.null func) (local.get 0)))
    (memory.grow (local.get 0))))
