;; Waiting: whether the memory is shared is known in advance. A fence is nothing.
(module
  (memory 1 1 shared)
  (memory $unshared 1)
  (func (param i32) (result i32)
    (atomic.fence)
    (memory.atomic.notify offset=8 (local.get 0) (i32.const 1)))
  (func (param i32 i64) (result i32)
    (memory.atomic.wait32 (local.get 0) (i32.const 5) (local.get 1)))
  (func (param i32 i64) (result i32)
    (memory.atomic.wait64 $unshared (local.get 0) (i64.const 5) (local.get 1))))
