;; Allocation and recursion: complete binary trees up to depth n are built and their nodes counted,
;; many small ones and few large ones, while one tree of depth n stays; the nodes counted.
;; run(12) = 658095
(module
  (type $node (struct (field $left (ref null $node)) (field $right (ref null $node))))

  (func $make (param $depth i32) (result (ref $node))
    (if (result (ref $node)) (local.get $depth)
      (then
        (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
        (struct.new $node (call $make (local.get $depth)) (call $make (local.get $depth))))
      (else (struct.new_default $node))))

  (func $count (param $node (ref $node)) (result i32)
    (local $left (ref null $node))
    (local.set $left (struct.get $node $left (local.get $node)))
    (if (result i32) (ref.is_null (local.get $left))
      (then (i32.const 1))
      (else
        (i32.add
          (i32.add (call $count (ref.as_non_null (local.get $left))) (i32.const 1))
          (call $count (ref.as_non_null (struct.get $node $right (local.get $node))))))))

  (func (export "run") (param $n i32) (result i32)
    (local $kept (ref $node)) (local $depth i32) (local $trees i32) (local $sum i32)
    (local.set $kept (call $make (local.get $n)))
    (local.set $depth (i32.const 4))
    (loop $deeper
      (local.set $trees
        (i32.shl (i32.const 16) (i32.sub (local.get $n) (local.get $depth))))
      (loop $again
        (local.set $sum
          (i32.add (local.get $sum) (call $count (call $make (local.get $depth)))))
        (br_if $again (local.tee $trees (i32.sub (local.get $trees) (i32.const 1)))))
      (local.set $depth (i32.add (local.get $depth) (i32.const 2)))
      (br_if $deeper (i32.le_s (local.get $depth) (local.get $n))))
    (i32.add (local.get $sum) (call $count (local.get $kept)))))
