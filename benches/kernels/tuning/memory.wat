;; memory.copy and memory.fill from 0 to 255 bytes, overlapping copies among them, with a whole
;; page moved once in 256 steps.
;; run(1900000) = 2098229071
;; run(10000) = 665822858
(module
  (memory 4)
  (func (export "run") (param $n i32) (result i32)
    (local $x i32) (local $length i32) (local $sum i32)
    (local.set $x (local.get $n))
    (memory.fill (i32.const 0) (i32.const 165) (i32.const 65792))
    (memory.fill (i32.const 131072) (i32.const 0) (i32.const 65536))
    (loop $next
      (local.set $x
        (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
      (local.set $length (i32.shr_u (local.get $x) (i32.const 24)))
      (memory.fill
        (i32.and (i32.shr_u (local.get $x) (i32.const 9)) (i32.const 0x7fff))
        (local.get $n)
        (local.get $length))
      (memory.copy
        (i32.and (i32.shr_u (local.get $x) (i32.const 5)) (i32.const 0xffff))
        (i32.and (i32.shr_u (local.get $x) (i32.const 8)) (i32.const 0xffff))
        (local.get $length))
      (if (i32.eqz (i32.and (local.get $n) (i32.const 255)))
        (then
          (memory.copy (i32.const 131072) (i32.const 0) (i32.const 65536))))
      (local.set $sum
        (i32.add
          (i32.rotl (local.get $sum) (i32.const 3))
          (i32.load16_u offset=131072
            (i32.and (i32.shr_u (local.get $x) (i32.const 16)) (i32.const 0xfffe)))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))
