;; Bodies are kept as they are, whatever proposals they use.
(module
  (memory 1)
  (func $dot (param $a v128) (param $b v128) (result v128)
    local.get $a
    local.get $b
    v128.const i64x2 0 0
    i32x4.relaxed_dot_i8x16_i7x16_add_s)
  (func (param i32)
    (memory.fill (i32.const 0) (local.get 0) (memory.size))))
