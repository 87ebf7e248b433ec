;; Globals and locals of every class, own and imported.
(module
  (import "env" "i" (global $i (mut i32)))
  (import "env" "f" (global $f (mut f32)))
  (import "env" "d" (global $d (mut f64)))
  (import "env" "v" (global $v (mut v128)))
  (global $own_f (mut f32) (f32.const 0))
  (global $own_d (mut f64) (f64.const 0))
  (global $own_v (mut v128) (v128.const i64x2 0 0))
  (func
    (global.set $own_f (global.get $f)) (global.set $f (global.get $own_f))
    (global.set $own_d (global.get $d)) (global.set $d (global.get $own_d))
    (global.set $own_v (global.get $v)) (global.set $v (global.get $own_v))
    (global.set $i (global.get $i)))
  (func (local i32 i64))
  (func (local i32 i64 f32))
  (func (local i32 i64 f32 f64)))
