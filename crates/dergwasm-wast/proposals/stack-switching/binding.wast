;; Giving a continuation its first arguments.

(module
  (type $f3 (func (param i32 i64 f32) (result f64)))
  (type $k3 (cont $f3))
  (type $f2 (func (param i64 f32) (result f64)))
  (type $k2 (cont $f2))
  (type $f1 (func (param f32) (result f64)))
  (type $k1 (cont $f1))
  (type $f0 (func (result f64)))
  (type $k0 (cont $f0))
  (tag $more (param i32) (result i32 i64 f32))

  (func $sum (type $f3)
    (f64.add
      (f64.mul (f64.convert_i32_s (local.get 0)) (f64.const 100))
      (f64.add
        (f64.mul (f64.convert_i64_s (local.get 1)) (f64.const 10))
        (f64.promote_f32 (local.get 2)))))
  (elem declare func $sum $asks)
  (func $new (result (ref $k3)) (cont.new $k3 (ref.func $sum)))

  (func (export "nothing") (result f64)
    (resume $k3 (i32.const 1) (i64.const 2) (f32.const 3) (cont.bind $k3 $k3 (call $new))))
  (func (export "one") (result f64)
    (resume $k2 (i64.const 2) (f32.const 3) (cont.bind $k3 $k2 (i32.const 1) (call $new))))
  (func (export "two") (result f64)
    (resume $k1 (f32.const 3) (cont.bind $k3 $k1 (i32.const 1) (i64.const 2) (call $new))))
  (func (export "all") (result f64)
    (resume $k0 (cont.bind $k3 $k0 (i32.const 1) (i64.const 2) (f32.const 3) (call $new))))
  (func (export "one by one") (result f64)
    (resume $k0
      (cont.bind $k1 $k0 (f32.const 3)
        (cont.bind $k2 $k1 (i64.const 2)
          (cont.bind $k3 $k2 (i32.const 1) (call $new))))))

  ;; One that has suspended awaits the results of its suspension.
  (func $asks (type $f0) (return_call $sum (suspend $more (i32.const 5))))
  (func (export "suspended") (result f64) (local $c (ref $k3))
    (block $on (result i32 (ref $k3))
      (return (resume $k0 (on $more $on) (cont.new $k0 (ref.func $asks)))))
    (local.set $c)
    (cont.bind $k3 $k1 (i64.const 6) (local.get $c))
    (return_call $last))
  (func $last (param $c (ref $k1)) (result f64) (resume $k1 (f32.const 7) (local.get $c)))
)

(assert_return (invoke "nothing") (f64.const 123))
(assert_return (invoke "one") (f64.const 123))
(assert_return (invoke "two") (f64.const 123))
(assert_return (invoke "all") (f64.const 123))
(assert_return (invoke "one by one") (f64.const 123))
;; The 5 that came with the suspension lies below the rest and is the first argument.
(assert_return (invoke "suspended") (f64.const 567))

;; References that are bound live as long as the continuation, and vectors stay whole.
(module
  (type $box (struct (field i32)))
  (type $f (func (param (ref $box) v128 (ref null $box)) (result i32)))
  (type $k (cont $f))
  (type $g (func (param (ref null $box)) (result i32)))
  (type $kg (cont $g))
  (func $unbox (type $f)
    (i32.add (struct.get $box 0 (local.get 0))
      (i32.add (i32x4.extract_lane 3 (local.get 1)) (struct.get $box 0 (local.get 2)))))
  (elem declare func $unbox)
  (func $garbage (param $n i32)
    (loop $l
      (drop (struct.new $box (local.get $n)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "boxes") (param i32) (result i32) (local $c (ref $kg))
    (local.set $c
      (cont.bind $k $kg
        (struct.new $box (local.get 0)) (v128.const i32x4 1 2 3 400)
        (cont.new $k (ref.func $unbox))))
    (call $garbage (i32.const 1000))
    (resume $kg (struct.new $box (i32.const 50)) (local.get $c)))
  (func (export "null at last") (result i32)
    (resume $kg (ref.null $box)
      (cont.bind $k $kg (struct.new $box (i32.const 1)) (v128.const i64x2 0 0)
        (cont.new $k (ref.func $unbox)))))
)
(assert_return (invoke "boxes" (i32.const 6)) (i32.const 456))
(assert_trap (invoke "null at last") "null structure reference")
(assert_return (invoke "boxes" (i32.const 7)) (i32.const 457))
