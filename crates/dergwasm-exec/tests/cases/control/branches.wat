;; Comparisons are fused with the branches that follow them.
(module
  (func (param i32) (result i32) (local i32)
    (loop $l
      (local.set 1 (i32.add (local.get 1) (local.get 0)))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1))
  (func (param i32 i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (local.get 1))
      (then (local.get 0)) (else (i32.const 5))))
  (func (param f64) (result i32)
    (block $b (br_if $b (i32.eqz (f64.lt (local.get 0) (f64.const 2)))) (return (i32.const 1)))
    (i32.const 0))
  (func (param i32) (result i32)
    (block $b (result i32)
      (drop (br_if $b (i32.const 1) (local.get 0)))
      (drop (br_if $b (i32.add (local.get 0) (i32.const 2)) (local.get 0)))
      (i32.const 9))))
