;; The loop of `exn_none` without the block that catches.
;; run(16000000) = 1788210233
;; run(6000000) = 673175225
(module
  (func (export "run") (param $n i32) (result i32)
    (local $x i32)
    (local.set $x (i32.const 12345))
    (loop $again
      (block $next
        (block $caught (result i32)
          (local.set $x
            (i32.and
              (i32.add (i32.mul (local.get $x) (i32.const 1103515245)) (i32.const 12345))
              (i32.const 0x7fff_ffff)))
          (if (i32.lt_s (local.get $x) (i32.const 0))
            (then (br $caught (local.get $x))))
          (br $next))
        (return))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x)))
