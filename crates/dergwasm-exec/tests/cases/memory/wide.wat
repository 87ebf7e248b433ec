;; The first memory with 64-bit addresses has forms of its own, as long as the offset is small.
(module
  (memory i64 1)
  (memory $other i64 1)
  (func (param $p i64) (param $x i32) (result i64)
    (i64.store offset=8 (local.get $p) (i64.load (i64.add (local.get $p) (i64.const 16))))
    (i32.store8 (i64.shl (local.get $p) (i64.const 1)) (i32.const 7))
    (f64.store (i64.const 64) (f64.load (i64.const 32)))
    (v128.store (local.get $p) (v128.load offset=4 (local.get $p)))
    (i32.store $other (local.get $p) (local.get $x))
    (i64.load32_s offset=0x200000000 (local.get $p))))
