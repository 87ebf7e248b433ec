;; A memory with 64-bit addresses: bits of the odd numbers below 2^19 are struck out and counted,
;; n times over with other first primes.
;; run(23) = 8525499936875727998
;; run(1) = 43390
(module
  (memory i64 2)
  (func $strike (param $limit i64) (param $step i64)
    (local $at i64) (local $place i64)
    (local.set $at (i64.mul (local.get $step) (local.get $step)))
    (block $done
      (loop $next
        (br_if $done (i64.ge_u (local.get $at) (local.get $limit)))
        (local.set $place (i64.shr_u (local.get $at) (i64.const 4)))
        (i64.store8 (local.get $place)
          (i64.or
            (i64.load8_u (local.get $place))
            (i64.shl
              (i64.const 1)
              (i64.and (i64.shr_u (local.get $at) (i64.const 1)) (i64.const 7)))))
        (local.set $at (i64.add (local.get $at) (i64.shl (local.get $step) (i64.const 1))))
        (br $next))))

  (func $count (param $limit i64) (result i64)
    (local $at i64) (local $sum i64)
    (loop $next
      (local.set $sum
        (i64.add (local.get $sum)
          (i64.popcnt (i64.xor (i64.load (local.get $at)) (i64.const -1)))))
      (br_if $next
        (i64.lt_u
          (local.tee $at (i64.add (local.get $at) (i64.const 8)))
          (i64.shr_u (local.get $limit) (i64.const 4)))))
    (local.get $sum))

  (func (export "run") (param $n i32) (result i64)
    (local $limit i64) (local $step i64) (local $sum i64)
    (local.set $limit (i64.const 524288))
    (loop $again
      (memory.fill (i64.const 0) (i32.const 0) (i64.const 32768))
      (local.set $step (i64.add (i64.const 3) (i64.extend_i32_u (i32.and (local.get $n) (i32.const 2)))))
      (loop $primes
        (if (i64.eqz
              (i64.and
                (i64.shr_u
                  (i64.load8_u (i64.shr_u (local.get $step) (i64.const 4)))
                  (i64.and (i64.shr_u (local.get $step) (i64.const 1)) (i64.const 7)))
                (i64.const 1)))
          (then (call $strike (local.get $limit) (local.get $step))))
        (br_if $primes
          (i64.lt_u
            (local.tee $step (i64.add (local.get $step) (i64.const 2)))
            (i64.const 724))))
      (local.set $sum
        (i64.add (i64.mul (local.get $sum) (i64.const 1000003)) (call $count (local.get $limit))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))
