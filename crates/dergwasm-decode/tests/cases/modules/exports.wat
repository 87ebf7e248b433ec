;; A name may hold anything; an item may be exported twice.
(module
  (func $f (export "run") (export "") (result i32) i32.const 0)
  (table (export "table") 1 funcref)
  (memory (export "memory") 1)
  (global (export "π\n") i32 (i32.const 3)))
