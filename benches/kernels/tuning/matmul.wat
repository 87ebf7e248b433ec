;; f64 loads with computed addresses: the product of two n x n matrices (n <= 64);
;; the bits of the sum of its elements.
;; run(40) = 4648345935120695296
(module
  ;; Three matrices of 32 KiB: the factors at 0 and 32768, the product at 65536.
  (memory 2)
  (func $address (param $base i32) (param $row i32) (param $column i32) (param $n i32) (result i32)
    (i32.add (local.get $base)
      (i32.shl
        (i32.add (i32.mul (local.get $row) (local.get $n)) (local.get $column))
        (i32.const 3))))

  (func $fill (param $n i32)
    (local $i i32) (local $count i32)
    (local.set $count (i32.mul (local.get $n) (local.get $n)))
    (loop $elements
      (f64.store (i32.shl (local.get $i) (i32.const 3))
        (f64.div (f64.convert_i32_s (i32.rem_u (i32.mul (local.get $i) (i32.const 7)) (i32.const 31)))
          (f64.const 8)))
      (f64.store offset=32768 (i32.shl (local.get $i) (i32.const 3))
        (f64.sub
          (f64.convert_i32_s (i32.rem_u (i32.mul (local.get $i) (i32.const 13)) (i32.const 29)))
          (f64.const 14)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $elements (i32.lt_u (local.get $i) (local.get $count)))))

  (func (export "run") (param $n i32) (result i64)
    (local $row i32) (local $column i32) (local $k i32)
    (local $left i32) (local $right i32) (local $dot f64) (local $sum f64)
    (call $fill (local.get $n))
    (loop $rows
      (local.set $column (i32.const 0))
      (loop $columns
        (local.set $left
          (call $address (i32.const 0) (local.get $row) (i32.const 0) (local.get $n)))
        (local.set $right (i32.add (i32.const 32768) (i32.shl (local.get $column) (i32.const 3))))
        (local.set $dot (f64.const 0))
        (local.set $k (local.get $n))
        (loop $products
          (local.set $dot
            (f64.add (local.get $dot)
              (f64.mul (f64.load (local.get $left)) (f64.load (local.get $right)))))
          (local.set $left (i32.add (local.get $left) (i32.const 8)))
          (local.set $right
            (i32.add (local.get $right) (i32.shl (local.get $n) (i32.const 3))))
          (br_if $products (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
        (f64.store
          (call $address (i32.const 65536) (local.get $row) (local.get $column) (local.get $n))
          (local.get $dot))
        (local.set $sum (f64.add (local.get $sum) (local.get $dot)))
        (local.set $column (i32.add (local.get $column) (i32.const 1)))
        (br_if $columns (i32.lt_u (local.get $column) (local.get $n))))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br_if $rows (i32.lt_u (local.get $row) (local.get $n))))
    (i64.reinterpret_f64 (local.get $sum))))
