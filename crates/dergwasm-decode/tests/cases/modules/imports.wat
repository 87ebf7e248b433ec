;; One of each kind, interleaved: indices count per kind.
(module $importer
  (type $log (func (param i32)))
  (import "env" "log" (func $log (type $log)))
  (import "env" "memory" (memory $heap 1 16))
  (import "env" "memory64" (memory i64 0))
  (import "env" "table" (table $functions 2 10 funcref))
  (import "env" "" (func (param i64) (result i64)))
  (import "other \"module\"" "base" (global $base i32))
  (import "other \"module\"" "top" (global (mut i64))))
