;; A result goes straight to the local; a copy of a local is saved before the local changes.
(module
  (func (param i32) (local i32 i32 i32 i32 i32)
    (local.set 1 (i32.add (local.get 0) (i32.const 1)))
    (local.set 2 (local.get 1))
    (local.set 3 (i32.const 7))
    (local.set 4 (local.tee 5 (i32.mul (local.get 1) (local.get 2)))))
  (func $swap (param i32 i32) (result i32 i32)
    (local.get 1) (local.get 0))
  (func (param i32) (result i32)
    (local.get 0)
    (local.set 0 (i32.const 1))
    (i32.add (local.get 0))))
