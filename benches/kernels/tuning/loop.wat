;; Integer arithmetic in registers, no memory: 64-bit mixing with a data-dependent branch.
;; run(6500000) = 2494043198365737998
;; run(100000) = -3824113249962492861
(module
  (func (export "run") (param $n i32) (result i64)
    (local $x i64) (local $sum i64) (local $i i32)
    (local.set $x (i64.const 88172645463325252))
    (loop $next
      (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
      (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
      (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 17))))
      (if (i64.eqz (i64.and (local.get $x) (i64.const 3)))
        (then
          (local.set $sum
            (i64.add (local.get $sum) (i64.mul (local.get $x) (i64.const 31)))))
        (else
          (local.set $sum
            (i64.sub (i64.rotl (local.get $sum) (i64.const 5))
              (i64.extend_i32_u (local.get $i))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $sum)))
