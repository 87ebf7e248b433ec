;; 64-bit bit work on memory: n permutations Keccak-f[1600] of the zero state, then its first lane.
;; run(1) is the published test vector f1258f7940e1dde7.
;; run(4200) = 8170633185463097458
;; run(100) = 2861694532995322610
(module
  (memory 1)
  ;; 0..200 the state, 25 lanes; 200..240 column parities; 256..448 round constants;
  ;; 448..472 rotation counts and 480..504 lane numbers along the rho-pi path.
  (data (i32.const 256)
    "\01\00\00\00\00\00\00\00\82\80\00\00\00\00\00\00\8a\80\00\00\00\00\00\80\00\80\00\80\00\00\00\80"
    "\8b\80\00\00\00\00\00\00\01\00\00\80\00\00\00\00\81\80\00\80\00\00\00\80\09\80\00\00\00\00\00\80"
    "\8a\00\00\00\00\00\00\00\88\00\00\00\00\00\00\00\09\80\00\80\00\00\00\00\0a\00\00\80\00\00\00\00"
    "\8b\80\00\80\00\00\00\00\8b\00\00\00\00\00\00\80\89\80\00\00\00\00\00\80\03\80\00\00\00\00\00\80"
    "\02\80\00\00\00\00\00\80\80\00\00\00\00\00\00\80\0a\80\00\00\00\00\00\00\0a\00\00\80\00\00\00\80"
    "\81\80\00\80\00\00\00\80\80\80\00\00\00\00\00\80\01\00\00\80\00\00\00\00\08\80\00\80\00\00\00\80")
  (data (i32.const 448)
    "\01\03\06\0a\0f\15\1c\24\2d\37\02\0e\1b\29\38\08\19\2b\3e\12\27\3d\14\2c")
  (data (i32.const 480)
    "\0a\07\0b\11\12\03\05\10\08\15\18\04\0f\17\13\0d\0c\02\14\0e\16\09\06\01")

  ;; Every lane is xored with the parities of the two neighbouring columns.
  (func $theta
    (local $x i32) (local $y i32) (local $parity i64) (local $lane i32)
    (loop $column
      (i64.store offset=200 (local.get $x)
        (i64.xor
          (i64.xor
            (i64.xor (i64.load (local.get $x)) (i64.load offset=40 (local.get $x)))
            (i64.xor (i64.load offset=80 (local.get $x)) (i64.load offset=120 (local.get $x))))
          (i64.load offset=160 (local.get $x))))
      (local.set $x (i32.add (local.get $x) (i32.const 8)))
      (br_if $column (i32.lt_u (local.get $x) (i32.const 40))))
    (local.set $x (i32.const 0))
    (loop $column
      (local.set $parity
        (i64.xor
          (i64.load offset=200
            (i32.rem_u (i32.add (local.get $x) (i32.const 32)) (i32.const 40)))
          (i64.rotl
            (i64.load offset=200
              (i32.rem_u (i32.add (local.get $x) (i32.const 8)) (i32.const 40)))
            (i64.const 1))))
      (local.set $y (i32.const 0))
      (loop $row
        (local.set $lane (i32.add (local.get $x) (local.get $y)))
        (i64.store (local.get $lane) (i64.xor (i64.load (local.get $lane)) (local.get $parity)))
        (local.set $y (i32.add (local.get $y) (i32.const 40)))
        (br_if $row (i32.lt_u (local.get $y) (i32.const 200))))
      (local.set $x (i32.add (local.get $x) (i32.const 8)))
      (br_if $column (i32.lt_u (local.get $x) (i32.const 40)))))

  ;; Lanes rotate and move along one path through the whole state.
  (func $rho_pi
    (local $i i32) (local $lane i32) (local $moving i64) (local $next i64)
    (local.set $moving (i64.load (i32.const 8)))
    (loop $along
      (local.set $lane (i32.shl (i32.load8_u offset=480 (local.get $i)) (i32.const 3)))
      (local.set $next (i64.load (local.get $lane)))
      (i64.store (local.get $lane)
        (i64.rotl (local.get $moving) (i64.load8_u offset=448 (local.get $i))))
      (local.set $moving (local.get $next))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $along (i32.lt_u (local.get $i) (i32.const 24)))))

  ;; Each lane of a row mixes with the two to its right.
  (func $chi
    (local $row i32)
    (local $a i64) (local $b i64) (local $c i64) (local $d i64) (local $e i64)
    (loop $rows
      (local.set $a (i64.load (local.get $row)))
      (local.set $b (i64.load offset=8 (local.get $row)))
      (local.set $c (i64.load offset=16 (local.get $row)))
      (local.set $d (i64.load offset=24 (local.get $row)))
      (local.set $e (i64.load offset=32 (local.get $row)))
      (i64.store (local.get $row)
        (i64.xor (local.get $a)
          (i64.and (i64.xor (local.get $b) (i64.const -1)) (local.get $c))))
      (i64.store offset=8 (local.get $row)
        (i64.xor (local.get $b)
          (i64.and (i64.xor (local.get $c) (i64.const -1)) (local.get $d))))
      (i64.store offset=16 (local.get $row)
        (i64.xor (local.get $c)
          (i64.and (i64.xor (local.get $d) (i64.const -1)) (local.get $e))))
      (i64.store offset=24 (local.get $row)
        (i64.xor (local.get $d)
          (i64.and (i64.xor (local.get $e) (i64.const -1)) (local.get $a))))
      (i64.store offset=32 (local.get $row)
        (i64.xor (local.get $e)
          (i64.and (i64.xor (local.get $a) (i64.const -1)) (local.get $b))))
      (local.set $row (i32.add (local.get $row) (i32.const 40)))
      (br_if $rows (i32.lt_u (local.get $row) (i32.const 200)))))

  (func (export "run") (param $n i32) (result i64)
    (local $round i32)
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 200))
    (loop $permutation
      (local.set $round (i32.const 0))
      (loop $rounds
        (call $theta)
        (call $rho_pi)
        (call $chi)
        (i64.store (i32.const 0)
          (i64.xor (i64.load (i32.const 0)) (i64.load offset=256 (local.get $round))))
        (local.set $round (i32.add (local.get $round) (i32.const 8)))
        (br_if $rounds (i32.lt_u (local.get $round) (i32.const 192))))
      (br_if $permutation (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i64.load (i32.const 0))))
