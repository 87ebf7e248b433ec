(module
  (import "env" "tick" (func $tick))
  (func $main call $tick)
  (start $main))
