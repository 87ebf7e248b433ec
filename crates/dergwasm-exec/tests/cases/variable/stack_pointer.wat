;; C compilers keep a stack pointer in a global: taking a frame from it, and giving it back, is one
;; instruction each.
(module
  (global $sp (mut i32) (i32.const 65536))
  (global $other (mut i32) (i32.const 0))
  (func $frame (param $x i32) (result i32) (local $frame i32)
    (global.set $sp (local.tee $frame (i32.sub (global.get $sp) (i32.const 16))))
    (local.set $x (call $frame (local.get $frame)))
    (global.set $sp (i32.add (local.get $frame) (i32.const 16)))
    local.get $x)
  (func $counts
    (global.set $other (i32.add (global.get $other) (i32.const 1)))
    (global.set $other (i32.const 7))
    ;; The sum of another global only reads that.
    (global.set $other (i32.add (global.get $sp) (i32.const 8))))
  (func $label_between (param i32) (result i32)
    (i32.add (global.get $sp) (i32.const -32))
    (block (br_if 0 (local.get 0)) (global.set $other (i32.const 1)))
    global.set $sp
    (global.set $other (i32.add (i32.mul (local.get 0) (local.get 0)) (i32.const 3)))
    global.get $other))
