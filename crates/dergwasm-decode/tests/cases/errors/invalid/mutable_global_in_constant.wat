(module
  (import "env" "g" (global $g (mut i32)))
  (global i32 (global.get $g)))
