;; Writes a greeting in two pieces.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\20\00\00\00\06\00\00\00\30\00\00\00\0b\00\00\00")
  (data (i32.const 32) "Hello ")
  (data (i32.const 48) "from WASI!\n")
  (func (export "_start")
    (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 64))
      (then unreachable))
    (if (i32.ne (i32.load (i32.const 64)) (i32.const 17))
      (then unreachable))))
