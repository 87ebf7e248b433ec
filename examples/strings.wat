;; A WASI command without a compiler: strings in memory, moved with `memory.copy`,
;; `memory.fill` and `memory.init`, and printed with one import, `fd_write`.
;;
;;   dergwasm run examples/strings.wat

(module $strings
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param $fd i32) (param $iovs i32) (param $count i32) (param $written i32)
      (result i32)))
  (memory (export "memory") 1)

  ;; 0..8 is the iovec that $print fills, 8..12 the count of bytes written.
  (data (i32.const 16) "Dergwasm moves strings.\n")
  (data $later "This one came late, from a passive segment.\n")

  (func $print (param $start i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $start))
    (i32.store (i32.const 4) (local.get $length))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))

  ;; Reverses the bytes of start..start+length in place.
  (func $reverse (param $start i32) (param $length i32)
    (local $end i32) (local $byte i32)
    (local.set $end (i32.add (local.get $start) (local.get $length)))
    (block $done
      (loop $next
        (local.set $end (i32.sub (local.get $end) (i32.const 1)))
        (br_if $done (i32.ge_u (local.get $start) (local.get $end)))
        (local.set $byte (i32.load8_u (local.get $start)))
        (i32.store8 (local.get $start) (i32.load8_u (local.get $end)))
        (i32.store8 (local.get $end) (local.get $byte))
        (local.set $start (i32.add (local.get $start) (i32.const 1)))
        (br $next))))

  (func (export "_start")
    (call $print (i32.const 16) (i32.const 24))

    ;; A copy further up, reversed except for its line end.
    (memory.copy (i32.const 100) (i32.const 16) (i32.const 24))
    (call $reverse (i32.const 100) (i32.const 23))
    (call $print (i32.const 100) (i32.const 24))

    ;; Overlapping: the string moves right by four and leaves "<<<<" behind.
    (memory.copy (i32.const 104) (i32.const 100) (i32.const 24))
    (memory.fill (i32.const 100) (i32.const 60) (i32.const 4))
    (call $print (i32.const 100) (i32.const 28))

    (memory.init $later (i32.const 200) (i32.const 0) (i32.const 44))
    (data.drop $later)
    (call $print (i32.const 200) (i32.const 44))))
