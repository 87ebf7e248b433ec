;; Throwing and catching: n exceptions in a loop, thrown and caught in the same function, of three
;; tags in turn; the payloads, mixed.
;; run(6400000) = 2108099628
;; run(600000) = -419661514
(module
  (tag $small (param i32))
  (tag $large (param i32 i32))
  (tag $empty)

  (func (export "run") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (block $next
        (block $caught_rest
          (block $caught_large (result i32 i32)
            (block $caught_small (result i32)
              (try_table (result i32)
                (catch $small $caught_small)
                (catch $large $caught_large)
                (catch_all $caught_rest)
                (block $2
                  (block $1
                    (block $0
                      (br_table $0 $1 $2 (i32.rem_u (local.get $n) (i32.const 3))))
                    (throw $small (local.get $n)))
                  (throw $large (local.get $sum) (local.get $n)))
                (throw $empty)))
            (local.set $sum (i32.add (local.get $sum)))
            (br $next))
          (local.set $sum (i32.xor))
          (br $next))
        (local.set $sum (i32.rotl (local.get $sum) (i32.const 1))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))
