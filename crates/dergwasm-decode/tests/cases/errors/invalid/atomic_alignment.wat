;; The alignment of an atomic access is exactly its size.
(module
  (memory 1)
  (func (result i32) (i32.atomic.load align=2 (i32.const 0))))
