;; Calls of small leaf functions with several parameters and locals: a mixing function in a loop.
;; run(3600000) = 143384393
;; run(30000) = -1937913799
(module
  (func $mix (param $a i32) (param $b i32) (param $c i32) (result i32)
    (local $x i32) (local $y i32)
    (local.set $x (i32.xor (local.get $a) (i32.rotl (local.get $b) (i32.const 7))))
    (local.set $y (i32.add (local.get $x) (i32.mul (local.get $c) (i32.const 0x9e3779b1))))
    (i32.xor (local.get $y) (i32.shr_u (local.get $y) (i32.const 15))))

  (func $clamp (param $value i32) (param $low i32) (param $high i32) (result i32)
    (if (i32.lt_u (local.get $value) (local.get $low)) (then (return (local.get $low))))
    (if (i32.gt_u (local.get $value) (local.get $high)) (then (return (local.get $high))))
    (local.get $value))

  (func (export "run") (param $n i32) (result i32)
    (local $state i32)
    (local.set $state (i32.const 1))
    (loop $again
      (local.set $state
        (call $mix (local.get $state) (local.get $n)
          (call $clamp (local.get $state) (i32.const 0x10000000) (i32.const 0xe0000000))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $state)))
