;; Imports in groups are the same as one by one: named together, or also of one type.
(module
  (type $log (func (param i32)))
  (import "env" "before" (func))
  (import "env" (item "log" (func (type $log))) (item "memory" (memory 1)) (item "base" (global i32)))
  (import "math" (item "sin") (item "cos") (item "") (func (param f64) (result f64)))
  (import "empty")
  (import "env" "after" (func)))
