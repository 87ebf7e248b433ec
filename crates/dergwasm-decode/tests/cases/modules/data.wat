(module
  (memory 1)
  (memory $wide i64 1)
  (data (i32.const 1024) "hello, \"world\"\n\00\ff")
  (data $named (memory $wide) (i64.const 8) "")
  (data "passive, and longer than what an outline shows"))
