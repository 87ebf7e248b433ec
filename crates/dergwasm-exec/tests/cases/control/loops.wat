;; A jump back to a loop that begins with a test is that test, the other way around.
(module
  (memory 1)
  ;; A test at once, and another jump back.
  (func (param i32) (result i32) (local i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get 0)))
        (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (br_if $next (local.get 1))
        (if (i32.lt_u (local.get 0) (i32.const 9)) (then (br $next)))
        (local.set 1 (i32.add (local.get 1) (local.get 0)))
        (br $next)))
    (local.get 1))
  ;; Behind a load, whose value is used behind the test.
  (func (param i32) (result i32) (local i32 i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.tee 1 (i32.load8_u (local.get 0)))))
        (local.set 2 (i32.xor (local.get 2) (local.get 1)))
        (local.set 0 (i32.add (local.get 0) (i32.const 1)))
        (br $next)))
    (local.get 2))
  ;; The condition of an `if` that is the whole loop, with another arm, bits, and a step.
  (func (param i32 i32) (result i32)
    (loop $next (result i32)
      (if (result i32) (i32.and (local.get 0) (i32.const 8))
        (then (local.set 0 (i32.add (local.get 0) (local.get 1))) (br $next))
        (else (local.get 0)))))
  (func (param i32 i32)
    (block $done
      (loop $next
        (local.set 0 (i32.add (local.get 0) (i32.const 1)))
        (br_if $done (i32.gt_s (local.get 0) (local.get 1)))
        (i32.store (local.get 0) (local.get 1))
        (br $next))))
  ;; A test that leads on within the loop, out of two loops, and out of the function.
  (func (param i32 i32) (result i32)
    (loop $outer
      (loop $next
        (if (i32.gt_s (local.get 0) (local.get 1))
          (then (local.set 0 (i32.shr_s (local.get 0) (i32.const 1)))))
        (br_if $outer (local.tee 1 (i32.sub (local.get 1) (i32.const 3))))
        (br $next)))
    (unreachable))
  (func (param i32 i32) (result i32)
    (loop $outer
      (local.set 1 (i32.sub (local.get 1) (i32.const 3)))
      (loop $next
        (br_if $outer (local.get 1))
        (local.set 1 (i32.add (local.get 0) (local.get 1)))
        (br $next)))
    (unreachable))
  (func (param i32 i32) (result i32)
    (loop $next
      (drop (br_if 1 (local.get 0) (i32.eq (local.get 0) (local.get 1))))
      (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (br $next))
    (unreachable))
  ;; What a loop begins with may do more: then a jump is a jump.
  (func (param i32 i32)
    (loop $next
      (i32.store (local.get 0) (local.get 1))
      (if (i32.eq (local.get 0) (local.get 1)) (then (return)))
      (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (br $next))))
