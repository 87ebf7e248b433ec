;; The frame is replaced: its arguments are moved down and its header behind them.
(module
  (type $t (func (param i32 i32 i32) (result i32)))
  (import "env" "host" (func $host (param i32) (result i32)))
  (table 4 funcref)
  (func (param i32) (result i32)
    (return_call $host (i32.add (local.get 0) (i32.const 1))))
  (func (param i32) (result i32)
    (return_call_indirect (type $t) (local.get 0) (i32.const 2) (i32.const 3) (i32.const 0)))
  (func $never unreachable))
