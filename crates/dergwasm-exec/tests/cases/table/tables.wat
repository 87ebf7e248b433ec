;; Tables and references.
(module
  (table $t 10 funcref)
  (elem $e func $f)
  (elem declare func $f)
  (func $f)
  (func (param i32) (result i32)
    (table.set $t (local.get 0) (ref.func $f))
    (table.fill $t (i32.const 0) (ref.null func) (i32.const 2))
    (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 1))
    (table.copy (i32.const 0) (i32.const 1) (i32.const 2))
    (elem.drop $e)
    (drop (table.grow $t (ref.null func) (table.size $t)))
    (ref.is_null (table.get $t (local.get 0)))))
