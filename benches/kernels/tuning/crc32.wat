;; Byte loads and table lookups: CRC-32 of n bytes (n <= 131072), with its table built first.
;; run(20000) = 1357975303
(module
  ;; 0..1024 the table; the data starts at 65536 and is the low byte of a linear sequence.
  (memory 3)
  (func $build
    (local $i i32) (local $entry i32) (local $bit i32)
    (loop $entries
      (local.set $entry (local.get $i))
      (local.set $bit (i32.const 8))
      (loop $bits
        (local.set $entry
          (i32.xor
            (i32.shr_u (local.get $entry) (i32.const 1))
            (i32.and
              (i32.const 0xedb88320)
              (i32.sub (i32.const 0) (i32.and (local.get $entry) (i32.const 1))))))
        (br_if $bits (local.tee $bit (i32.sub (local.get $bit) (i32.const 1)))))
      (i32.store (i32.shl (local.get $i) (i32.const 2)) (local.get $entry))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $entries (i32.lt_u (local.get $i) (i32.const 256)))))

  (func $write (param $n i32)
    (local $i i32)
    (loop $bytes
      (i32.store8 offset=65536 (local.get $i) (i32.mul (local.get $i) (i32.const 167)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $bytes (i32.lt_u (local.get $i) (local.get $n)))))

  (func (export "run") (param $n i32) (result i32)
    (local $crc i32) (local $at i32)
    (call $build)
    (call $write (local.get $n))
    (local.set $crc (i32.const -1))
    (loop $bytes
      (local.set $crc
        (i32.xor
          (i32.load
            (i32.shl
              (i32.and
                (i32.xor (local.get $crc) (i32.load8_u offset=65536 (local.get $at)))
                (i32.const 255))
              (i32.const 2)))
          (i32.shr_u (local.get $crc) (i32.const 8))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $bytes (i32.lt_u (local.get $at) (local.get $n))))
    (i32.xor (local.get $crc) (i32.const -1))))
