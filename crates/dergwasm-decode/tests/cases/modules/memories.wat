(module
  (memory $first 1)
  (memory 0 65536)
  (memory $wide i64 1 0x1000000000000))
