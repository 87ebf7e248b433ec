;; Dispatch by br_table: a byte code with eight instructions, interpreted n times from start to end.
;; The program counts down from 100 in its second register; the sum of its first.
;; run(9000) = 678139655
;; run(100) = 1986757072
(module
  (memory 1)
  ;; load a 7 · load b 100 · L: mul a 5 · add a b · xor a 90 · rotate a 3 · dec b · jump-if b L · end
  (data (i32.const 0) "\00\07\01\64\02\05\03\00\04\5a\05\03\06\00\07\04\08\00")

  (func $interpret (result i32)
    (local $pc i32) (local $a i32) (local $b i32) (local $operand i32)
    (loop $next
      (local.set $operand (i32.load8_u offset=1 (local.get $pc)))
      (block $end
        (block $jump
          (block $decrement
            (block $rotate
              (block $xor
                (block $add
                  (block $multiply
                    (block $load_b
                      (block $load_a
                        (br_table $load_a $load_b $multiply $add $xor $rotate $decrement $jump $end
                          (i32.load8_u (local.get $pc))
                          (local.set $pc (i32.add (local.get $pc) (i32.const 2)))))
                      (local.set $a (local.get $operand))
                      (br $next))
                    (local.set $b (local.get $operand))
                    (br $next))
                  (local.set $a (i32.mul (local.get $a) (local.get $operand)))
                  (br $next))
                (local.set $a (i32.add (local.get $a) (local.get $b)))
                (br $next))
              (local.set $a (i32.xor (local.get $a) (local.get $operand)))
              (br $next))
            (local.set $a (i32.rotl (local.get $a) (local.get $operand)))
            (br $next))
          (local.set $b (i32.sub (local.get $b) (i32.const 1)))
          (br $next))
        (br_if $end (i32.eqz (local.get $b)))
        (local.set $pc (local.get $operand))
        (br $next)))
    (local.get $a))

  (func (export "run") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (local.set $sum
        (i32.add (i32.rotl (local.get $sum) (i32.const 1)) (call $interpret)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))
