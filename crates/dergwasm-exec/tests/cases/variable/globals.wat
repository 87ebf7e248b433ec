;; Own globals are at constant offsets from the instance; imported ones by index.
(module
  (import "env" "g" (global $imported (mut i64)))
  (global $own (mut i32) (i32.const 0))
  (global $float (mut f64) (f64.const 0))
  (func (param i32)
    (global.set $own (i32.sub (global.get $own) (local.get 0)))
    (global.set $imported (i64.extend_i32_u (global.get $own)))
    (global.set $float (f64.sqrt (global.get $float)))))
