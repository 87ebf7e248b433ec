;; Traps under a deep stack of named functions: what a backtrace looks like.
;;
;;   dergwasm run --invoke down    examples/trap.wat 5     unreachable, five frames down
;;   dergwasm run --invoke divide  examples/trap.wat 1 0   integer divide by zero
;;   dergwasm run --invoke load    examples/trap.wat -1    out of bounds memory access
;;   dergwasm run --invoke pick    examples/trap.wat 0     indirect call type mismatch
;;   dergwasm run --invoke pick    examples/trap.wat 1     uninitialized element
;;   dergwasm run --invoke pick    examples/trap.wat 2     undefined element
;;   dergwasm run --invoke forever examples/trap.wat       call stack exhausted

(module $trap
  (type $number (func (result i32)))
  (memory 1)
  (table $handlers 2 funcref)
  (elem (i32.const 0) func $forever)

  (func $down (export "down") (param $depth i32) (result i32)
    (if (result i32) (local.get $depth)
      (then
        (i32.add (call $down (i32.sub (local.get $depth) (i32.const 1))) (i32.const 1)))
      (else (call $bottom))))

  (func $bottom (result i32)
    unreachable)

  (func (export "divide") (param $left i32) (param $right i32) (result i32)
    (i32.div_s (local.get $left) (local.get $right)))

  (func (export "load") (param $address i32) (result i32)
    (i32.load offset=4 (local.get $address)))

  (func (export "pick") (param $index i32) (result i32)
    (call_indirect $handlers (type $number) (local.get $index)))

  (func $forever (export "forever")
    (call $forever)
    ;; Something to do after the call, so that it is no tail call in disguise.
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 1))))
