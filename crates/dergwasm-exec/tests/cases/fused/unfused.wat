;; Without superinstructions: a pair, a global's step, conditions, a step of a local, a loop's test.
(module
  (memory 1)
  (global $g (mut i32) (i32.const 0))
  (func (param i32 i32) (result i32)
    (i32.xor (local.get 0) (i32.shl (local.get 1) (i32.const 5)))
    (i32.load offset=12 (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2))))
    i32.sub)
  (func (global.set $g (i32.add (global.get $g) (i32.const -16))))
  (func (param i32 i32) (result i32) (local i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (i32.lt_u (local.get 2) (local.get 0))))
        (br_if $done (i32.and (local.get 1) (i32.const 8)))
        (local.set 2 (i32.add (local.get 2) (i32.const 1)))
        (br_if $next (i32.ne (local.get 2) (i32.const 7)))
        (br $next)))
    (select (local.get 2) (local.tee 1 (i32.clz (local.get 0))) (f64.lt (f64.const 1) (f64.const 2)))))
