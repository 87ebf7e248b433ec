;; Unwinding: n exceptions, each thrown a hundred calls deep and caught at the top; the sum of
;; their payloads.
;; run(94000) = 597779704
;; run(30000) = 601515000
(module
  (tag $found (param i32))

  (func $dive (param $depth i32) (param $payload i32) (result i32)
    (if (i32.eqz (local.get $depth))
      (then (throw $found (local.get $payload))))
    (i32.add
      (call $dive
        (i32.sub (local.get $depth) (i32.const 1))
        (i32.add (local.get $payload) (local.get $depth)))
      (i32.const 1)))

  (func (export "run") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (local.set $sum
        (i32.add (local.get $sum)
          (block $caught (result i32)
            (try_table (result i32) (catch $found $caught)
              (call $dive (i32.const 100) (local.get $n))))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))
