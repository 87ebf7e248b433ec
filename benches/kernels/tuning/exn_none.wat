;; A block that catches but is never thrown to, entered n times in a hot loop; compare it with `exn_bare`,
;; the same loop without it.
;; run(16000000) = 1788210233
;; run(6000000) = 673175225
(module
  (tag $negative (param i32))

  (func (export "run") (param $n i32) (result i32)
    (local $x i32)
    (local.set $x (i32.const 12345))
    (loop $again
      (block $next
        (block $caught (result i32)
          (try_table (catch $negative $caught)
            (local.set $x
              (i32.and
                (i32.add (i32.mul (local.get $x) (i32.const 1103515245)) (i32.const 12345))
                (i32.const 0x7fff_ffff)))
            (if (i32.lt_s (local.get $x) (i32.const 0))
              (then (throw $negative (local.get $x)))))
          (br $next))
        (return))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x)))
