;; Atomic accesses have their operands in slots; those of memory 0 with 32-bit addresses are short.
(module
  (memory 1 1 shared)
  (memory $other i64 1)
  (func (param i32) (result i32)
    (i32.atomic.load offset=4 (local.get 0)))
  (func (param i32 i64)
    (i64.atomic.store8 (i32.add (local.get 0) (i32.const 1)) (local.get 1)))
  (func (param i32 i64) (result i64)
    (i64.atomic.rmw16.add_u offset=2 (local.get 0) (i64.const 3)))
  (func (param i32 i32 i32) (result i32)
    (i32.add
      (i32.atomic.rmw.cmpxchg (local.get 0) (local.get 1) (local.get 2))
      (i32.const 1)))
  (func (param i64 i64) (result i64)
    (i64.atomic.store $other (local.get 0) (local.get 1))
    (i64.atomic.rmw.xchg $other offset=8 (local.get 0) (i64.atomic.load $other (local.get 0)))
    (local.set 1)
    (i64.atomic.rmw32.cmpxchg_u $other (local.get 0) (local.get 1) (local.get 1))))
