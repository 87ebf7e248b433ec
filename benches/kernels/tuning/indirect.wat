;; Indirect calls with changing targets: a random walk through a table of eight functions.
;; run(2100000) = 3
;; run(30000) = -765299514
(module
  (type $operation (func (param i32 i32) (result i32)))
  (table $operations 8 8 funcref)
  (elem (table $operations) (i32.const 0) func
    $add $sub $mul $xor $rotate $shift $select $high)

  (func $add (type $operation) (i32.add (local.get 0) (local.get 1)))
  (func $sub (type $operation) (i32.sub (local.get 1) (local.get 0)))
  (func $mul (type $operation)
    (i32.mul (local.get 0) (i32.or (local.get 1) (i32.const 0x10001))))
  (func $xor (type $operation) (i32.xor (local.get 0) (local.get 1)))
  (func $rotate (type $operation) (i32.rotl (local.get 0) (local.get 1)))
  (func $shift (type $operation)
    (i32.xor (local.get 0) (i32.shr_u (local.get 0) (i32.const 11))))
  (func $select (type $operation)
    (select (local.get 0) (i32.xor (local.get 1) (i32.const -1))
      (i32.gt_s (local.get 0) (local.get 1))))
  (func $high (type $operation)
    (i32.wrap_i64
      (i64.shr_u
        (i64.mul
          (i64.extend_i32_u (local.get 0))
          (i64.const 0x9e3779b97f4a7c15))
        (i64.const 32))))

  (func (export "run") (param $n i32) (result i32)
    (local $state i32) (local $pick i32)
    (local.set $state (i32.const 0x2545f491))
    (loop $walk
      (local.set $pick
        (i32.add (i32.mul (local.get $pick) (i32.const 1664525)) (i32.const 1013904223)))
      (local.set $state
        (call_indirect $operations (type $operation)
          (local.get $state) (local.get $n)
          (i32.shr_u (local.get $pick) (i32.const 29))))
      (br_if $walk (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $state)))
