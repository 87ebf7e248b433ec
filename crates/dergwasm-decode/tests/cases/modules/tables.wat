(module
  (table $small 1 funcref)
  (table 0 10 externref)
  (table $wide i64 5 5 funcref)
  (table $filled 4 funcref (ref.func $f))
  (func $f))
