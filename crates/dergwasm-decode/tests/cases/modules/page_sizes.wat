;; Pages of one byte, and of 64 KiB when a module says so itself.
(module
  (import "env" "bytes" (memory $bytes 1 5000 (pagesize 1)))
  (memory $largest 0 0xffffffff (pagesize 1))
  (memory $wide i64 3 (pagesize 1))
  (memory $usual 1 2 (pagesize 65536)))
