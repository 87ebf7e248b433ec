;; A reactor: a library with an `_initialize` that runs once, before any other export.
;;
;;   dergwasm run --invoke next examples/reactor.wat     1001: initialized to 1000, then one step

(module $reactor
  (global $counter (mut i32) (i32.const 0))

  (func (export "_initialize")
    (global.set $counter (i32.const 1000)))

  (func (export "next") (result i32)
    (global.set $counter (i32.add (global.get $counter) (i32.const 1)))
    (global.get $counter)))
