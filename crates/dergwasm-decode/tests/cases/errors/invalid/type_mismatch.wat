;; The function is named although its name comes after the code.
(module
  (import "env" "f" (func $imported))
  (func $fine)
  (func $broken (result i32)
    i64.const 1))
