;; Two instructions in one: with a constant, two constants, a third operand, a load; in each place.
(module
  (memory 1)
  (func (param i32 i32) (result i32)
    (i32.xor (local.get 0) (i32.shl (local.get 1) (i32.const 5))))
  (func (param i64 i64) (result i64)
    ;; The constant does not fit 32 bits.
    (i64.add (local.get 0) (i64.mul (local.get 1) (i64.const 0x1_0000_0001)))
    (i64.add (i64.mul (local.get 1) (i64.const -3))))
  (func (param i32) (result i32)
    (i32.and (i32.shr_u (local.get 0) (i32.const 3)) (i32.const 255)))
  (func (param f64 f64 f64) (result f64)
    (f64.sub (f64.mul (local.get 0) (local.get 1)) (local.get 2))
    (f64.sub (f64.mul (local.get 1) (local.get 2))))
  (func (param i32 f64) (result f64)
    (f64.add (f64.neg (local.get 1)) (f64.load offset=8 (i32.add (local.get 0) (i32.const 4)))))
  (func (param i32 i32) (result i32)
    ;; The first operand is in the accumulator, and is the second's other operand too.
    (local.set 0 (i32.add (local.get 1) (i32.const 1)))
    (i32.xor (local.get 0) (i32.shr_u (local.get 0) (i32.const 3)))
    (i32.sub (i32.load offset=4 (local.get 1)) (i32.load (local.get 0)))
    i32.or)
  (func (param i32 i64)
    ;; Tests of bits.
    (block
      (br_if 0 (i32.and (local.get 0) (i32.const 4)))
      (br_if 0 (i32.eqz (i32.and (local.get 0) (i32.const 8))))
      (br_if 0 (i64.eqz (i64.and (local.get 1) (i64.const 16)))))
    (if (i32.and (local.get 0) (i32.clz (local.get 0))) (then (nop))))
  (func (param i32 i32) (result i32)
    ;; Addresses: a sum, a sum with a constant, a scaled index; in memory 0.
    (i32.load offset=4 (i32.add (local.get 0) (local.get 1)))
    (i32.load8_u (i32.add (local.get 0) (i32.const -1)))
    (i32.load offset=12 (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2))))
    (i32.load (i32.add (local.get 0) (i32.mul (local.get 1) (i32.const 12))))
    i32.add i32.add i32.add)
  (func (param i32 i32) (result f64)
    ;; The index in the accumulator; an offset of more than 31 bits.
    (f64.load offset=0xffff_fff0 (i32.add (local.get 0) (i32.clz (local.get 1))))))
