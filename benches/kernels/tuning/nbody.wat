;; f64 loads, stores, divisions and square roots: five bodies under gravity for n steps;
;; the bits of the total energy.
;; run(76000) = -4627986352354895933
;; run(1000) = -4627983799258552244
(module
  ;; A body is 56 bytes: position x, y, z, velocity x, y, z, mass.
  (memory 1)
  (func $body (param $at i32) (param $x f64) (param $y f64) (param $z f64)
      (param $vx f64) (param $vy f64) (param $vz f64) (param $mass f64)
    (f64.store (local.get $at) (local.get $x))
    (f64.store offset=8 (local.get $at) (local.get $y))
    (f64.store offset=16 (local.get $at) (local.get $z))
    (f64.store offset=24 (local.get $at) (local.get $vx))
    (f64.store offset=32 (local.get $at) (local.get $vy))
    (f64.store offset=40 (local.get $at) (local.get $vz))
    (f64.store offset=48 (local.get $at) (local.get $mass)))

  ;; A star and four planets; units are chosen so that the gravitational constant is 1.
  (func $place
    (call $body (i32.const 0) (f64.const 0) (f64.const 0) (f64.const 0)
      (f64.const 0) (f64.const 0) (f64.const 0) (f64.const 40))
    (call $body (i32.const 56) (f64.const 5) (f64.const -1.2) (f64.const -0.1)
      (f64.const 0.6) (f64.const 2.8) (f64.const -0.02) (f64.const 0.04))
    (call $body (i32.const 112) (f64.const 8.3) (f64.const 4.1) (f64.const -0.4)
      (f64.const -1.0) (f64.const 1.8) (f64.const 0.01) (f64.const 0.01))
    (call $body (i32.const 168) (f64.const 12.9) (f64.const -15.1) (f64.const -0.2)
      (f64.const 1.1) (f64.const 0.9) (f64.const -0.01) (f64.const 0.002))
    (call $body (i32.const 224) (f64.const 15.4) (f64.const -25.9) (f64.const 0.2)
      (f64.const 0.9) (f64.const 0.6) (f64.const -0.03) (f64.const 0.002)))

  ;; Changes the velocity of the body at $at by ($dx, $dy, $dz) * $by.
  (func $pull (param $at i32) (param $dx f64) (param $dy f64) (param $dz f64) (param $by f64)
    (f64.store offset=24 (local.get $at)
      (f64.add (f64.load offset=24 (local.get $at))
        (f64.mul (local.get $dx) (local.get $by))))
    (f64.store offset=32 (local.get $at)
      (f64.add (f64.load offset=32 (local.get $at))
        (f64.mul (local.get $dy) (local.get $by))))
    (f64.store offset=40 (local.get $at)
      (f64.add (f64.load offset=40 (local.get $at))
        (f64.mul (local.get $dz) (local.get $by)))))

  (func $step (param $time f64)
    (local $i i32) (local $j i32)
    (local $dx f64) (local $dy f64) (local $dz f64) (local $square f64) (local $by f64)
    (loop $bodies
      (local.set $j (i32.add (local.get $i) (i32.const 56)))
      (block $paired
        (loop $pairs
          (br_if $paired (i32.ge_u (local.get $j) (i32.const 280)))
          (local.set $dx (f64.sub (f64.load (local.get $i)) (f64.load (local.get $j))))
          (local.set $dy
            (f64.sub (f64.load offset=8 (local.get $i)) (f64.load offset=8 (local.get $j))))
          (local.set $dz
            (f64.sub (f64.load offset=16 (local.get $i)) (f64.load offset=16 (local.get $j))))
          (local.set $square
            (f64.add
              (f64.add
                (f64.mul (local.get $dx) (local.get $dx))
                (f64.mul (local.get $dy) (local.get $dy)))
              (f64.mul (local.get $dz) (local.get $dz))))
          (local.set $by
            (f64.div (local.get $time)
              (f64.mul (local.get $square) (f64.sqrt (local.get $square)))))
          (call $pull (local.get $i) (local.get $dx) (local.get $dy) (local.get $dz)
            (f64.neg (f64.mul (local.get $by) (f64.load offset=48 (local.get $j)))))
          (call $pull (local.get $j) (local.get $dx) (local.get $dy) (local.get $dz)
            (f64.mul (local.get $by) (f64.load offset=48 (local.get $i))))
          (local.set $j (i32.add (local.get $j) (i32.const 56)))
          (br $pairs)))
      (local.set $i (i32.add (local.get $i) (i32.const 56)))
      (br_if $bodies (i32.lt_u (local.get $i) (i32.const 280))))
    (local.set $i (i32.const 0))
    (loop $bodies
      (f64.store (local.get $i)
        (f64.add (f64.load (local.get $i))
          (f64.mul (local.get $time) (f64.load offset=24 (local.get $i)))))
      (f64.store offset=8 (local.get $i)
        (f64.add (f64.load offset=8 (local.get $i))
          (f64.mul (local.get $time) (f64.load offset=32 (local.get $i)))))
      (f64.store offset=16 (local.get $i)
        (f64.add (f64.load offset=16 (local.get $i))
          (f64.mul (local.get $time) (f64.load offset=40 (local.get $i)))))
      (local.set $i (i32.add (local.get $i) (i32.const 56)))
      (br_if $bodies (i32.lt_u (local.get $i) (i32.const 280)))))

  (func $square_of (param $at i32) (param $from i32) (result f64)
    (local $sum f64) (local $d f64) (local $end i32)
    (local.set $end (i32.add (local.get $at) (i32.const 24)))
    (loop $axis
      (local.set $d (f64.sub (f64.load (local.get $at)) (f64.load (local.get $from))))
      (local.set $sum
        (f64.add (local.get $sum) (f64.mul (local.get $d) (local.get $d))))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (br_if $axis
        (i32.lt_u
          (local.tee $at (i32.add (local.get $at) (i32.const 8)))
          (local.get $end))))
    (local.get $sum))

  ;; Kinetic minus potential energy. Bytes 288..312 stay zero: the origin.
  (func $energy (result f64)
    (local $i i32) (local $j i32) (local $sum f64)
    (loop $bodies
      (local.set $sum
        (f64.add (local.get $sum)
          (f64.mul
            (f64.mul (f64.const 0.5) (f64.load offset=48 (local.get $i)))
            (call $square_of (i32.add (local.get $i) (i32.const 24)) (i32.const 288)))))
      (local.set $j (i32.add (local.get $i) (i32.const 56)))
      (block $paired
        (loop $pairs
          (br_if $paired (i32.ge_u (local.get $j) (i32.const 280)))
          (local.set $sum
            (f64.sub (local.get $sum)
              (f64.div
                (f64.mul (f64.load offset=48 (local.get $i)) (f64.load offset=48 (local.get $j)))
                (f64.sqrt (call $square_of (local.get $i) (local.get $j))))))
          (local.set $j (i32.add (local.get $j) (i32.const 56)))
          (br $pairs)))
      (local.set $i (i32.add (local.get $i) (i32.const 56)))
      (br_if $bodies (i32.lt_u (local.get $i) (i32.const 280))))
    (local.get $sum))

  (func (export "run") (param $n i32) (result i64)
    (call $place)
    (loop $steps
      (call $step (f64.const 0.01))
      (br_if $steps (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i64.reinterpret_f64 (call $energy))))
