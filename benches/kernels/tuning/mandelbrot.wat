;; f64 arithmetic in registers: the Mandelbrot set on an n x n grid, at most 50 steps a point;
;; the sum of all steps.
;; run(810) = 8076298
;; run(64) = 50956
(module
  (func $steps (param $cx f64) (param $cy f64) (result i32)
    (local $x f64) (local $y f64) (local $xx f64) (local $yy f64) (local $step i32)
    (block $escaped
      (loop $iterate
        (local.set $xx (f64.mul (local.get $x) (local.get $x)))
        (local.set $yy (f64.mul (local.get $y) (local.get $y)))
        (br_if $escaped (f64.gt (f64.add (local.get $xx) (local.get $yy)) (f64.const 4)))
        (local.set $y
          (f64.add
            (f64.mul (f64.mul (f64.const 2) (local.get $x)) (local.get $y))
            (local.get $cy)))
        (local.set $x (f64.add (f64.sub (local.get $xx) (local.get $yy)) (local.get $cx)))
        (local.set $step (i32.add (local.get $step) (i32.const 1)))
        (br_if $iterate (i32.lt_s (local.get $step) (i32.const 50)))))
    (local.get $step))

  (func (export "run") (param $n i32) (result i32)
    (local $row i32) (local $column i32) (local $sum i32) (local $scale f64)
    (local.set $scale (f64.div (f64.const 3) (f64.convert_i32_s (local.get $n))))
    (loop $rows
      (local.set $column (i32.const 0))
      (loop $columns
        (local.set $sum
          (i32.add (local.get $sum)
            (call $steps
              (f64.sub
                (f64.mul (f64.convert_i32_s (local.get $column)) (local.get $scale))
                (f64.const 2))
              (f64.sub
                (f64.mul (f64.convert_i32_s (local.get $row)) (local.get $scale))
                (f64.const 1.5)))))
        (local.set $column (i32.add (local.get $column) (i32.const 1)))
        (br_if $columns (i32.lt_s (local.get $column) (local.get $n))))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br_if $rows (i32.lt_s (local.get $row) (local.get $n))))
    (local.get $sum)))
