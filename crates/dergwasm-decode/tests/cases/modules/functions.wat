;; Parameters and locals have names; runs of locals of one type are one line.
(module
  (func $add (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    i32.add)
  (func $locals (param i32) (param $p f32)
    (local $i i32) (local i64 i64 i64) (local $v v128) (local $r externref))
  (func (param i64) (result i64)
    local.get 0
    return_call 2))
