;; Memories that threads share, and an atomic access to one.
(module
  (import "env" "heap" (memory $heap 1 16 shared))
  (memory $wide i64 1 2 shared)
  (memory $own 1)
  (func (param i32) (result i32)
    (i32.atomic.rmw.add $heap (local.get 0) (i32.const 1))))
